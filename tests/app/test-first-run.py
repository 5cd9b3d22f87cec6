#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The first start of the program, as a person meets it."""

import json
import os
import re
import stat

import a11y_audit
import app_test
import gui_test

COMPANY_NUMBER = '514271832'
SETTINGS = 'io.github.moked_crm.Moked'


class FirstRun(app_test.AppTestCase):
    def setUp(self):
        super().setUp()
        self.addCleanup(self.session.run, 'gsettings', 'reset', SETTINGS, 'service-address')

    def open_form(self):
        person = self.open()
        person.button('פתיחת משרד חדש').click()
        person.field('שם המשרד')
        return person

    def test_hebrew_from_right_to_left_in_the_c_locale(self):
        person = self.open_form()
        back, _ = person.button('אחורה').center
        self.assertGreater(back, 1280 / 2)

    def test_new_office(self):
        person = self.open_form()
        person.field('שם המשרד').fill('לב הנדל״ן')
        person.field(re.compile('^ח״פ')).fill(COMPANY_NUMBER)
        person.field('שם מלא').fill('נועה בר')
        person.button('פתיחת המשרד').click()
        person.find('label', 'נועה בר')
        person.find('button', 'מסונכרן')

        token = os.stat(os.path.join(self.folder, 'device.json'))
        self.assertEqual(stat.S_IMODE(token.st_mode), 0o600)

    def test_office_is_there_at_the_next_start(self):
        person = self.open_form()
        person.field('שם המשרד').fill('לב הנדל״ן')
        person.field('שם מלא').fill('נועה בר')
        person.key('Return')
        person.find('label', 'נועה בר')
        person.find('button', 'מסונכרן')
        person.quit()
        again = self.open()
        again.find('label', 'נועה בר')

    def test_what_is_missing_is_said(self):
        person = self.open_form()
        person.button('פתיחת המשרד').click()
        person.field('שם המשרד: שדה חובה').wait('invalid-entry')
        person.field('שם מלא: שדה חובה').wait('invalid-entry')
        person.field('שם המשרד: שדה חובה').fill('לב')
        person.field('שם המשרד')

    def test_name_that_is_too_long_is_said(self):
        person = self.open_form()
        person.field('שם מלא').fill('נועה בר')
        person.screen.copy('לב ' * 100)
        person.field('שם המשרד').focus()
        person.key('ctrl+v')
        person.until(lambda: person.field('שם המשרד').text, 'the name')
        person.key('Return')
        person.field('שם המשרד: עד 200 תווים').wait('invalid-entry')

    def test_wrong_business_number_is_said(self):
        person = self.open_form()
        person.field('שם המשרד').fill('לב הנדל״ן')
        person.field('שם מלא').fill('נועה בר')
        for number in ('123', '514271833', '123456789'):
            person.field(re.compile('^ח״פ')).fill(number)
            person.button('פתיחת המשרד').click()
            person.field(re.compile('^ח״פ.*:')).wait('invalid-entry')
        self.assertFalse(os.path.exists(os.path.join(self.folder, 'device.json')))

    def test_demo_office(self):
        person = self.open()
        person.button('היכרות במשרד הדגמה').click()
        person.find('label', 'שי אברהמי')
        person.find('button', 'מסונכרן')

    def keep_address_of_server(self, address):
        """In the settings, which all tests of this file share."""
        self.session.run('gsettings', 'set', SETTINGS, 'service-address', address)

    def fill_secret(self, person, text):
        """What is typed cannot be read back."""
        person.field('אסימון של המחשב הזה').click()
        person.key('ctrl+a')
        person.type(text)

    def test_join_the_office_of_a_server(self):
        server = os.path.join(self.session.path(), 'server')
        made = json.loads(self.session.run('moked-service', 'office', '--data-dir', server, '--name', 'לב',
                                           '--user', 'דנה כהן').splitlines()[-1])
        with self.service_of(server) as address:
            person = self.open()
            person.button('הצטרפות למשרד קיים').click()
            person.field('כתובת').fill(address)
            self.fill_secret(person, 'wrong')
            person.button('הצטרפות').click()
            person.find('label', re.compile('אינו מכיר את המחשב הזה'))
            person.button('חזרה').click()
            self.fill_secret(person, made['token'])
            person.button('הצטרפות').click()
            person.find('label', 'דנה כהן')
            person.find('button', 'מסונכרן')

    def test_new_office_forgets_the_server_of_an_earlier_one(self):
        self.keep_address_of_server('http://127.0.0.1:9')
        person = self.open_form()
        person.field('שם המשרד').fill('לב הנדל״ן')
        person.field('שם מלא').fill('נועה בר')
        person.key('Return')
        person.find('label', 'נועה בר')
        person.find('button', 'מסונכרן')

    def test_data_in_use_is_told_and_one_goes_back(self):
        with self.service_of(os.path.join(self.folder, 'service')):
            person = self.open_form()
            person.field('שם המשרד').fill('לב')
            person.field('שם מלא').fill('נועה')
            person.key('Return')
            person.find('label', re.compile('הנתונים בשימוש'))
            person.button('חזרה').click()
            person.field('שם המשרד').wait_text('לב')

    def test_accessibility(self):
        person = self.open()
        person.find('button', 'פתיחת משרד חדש')
        self.assertEqual(a11y_audit.audit(person), [])
        person.button('פתיחת משרד חדש').click()
        person.field('שם המשרד')
        self.assertEqual(a11y_audit.audit(person), [])

    def test_by_keyboard_alone(self):
        person = self.open()
        person.until(lambda: person.focus and person.focus.name == 'פתיחת משרד חדש', 'the first button to be focused')
        person.key('Return')
        person.until(lambda: person.focus and person.focus.name == 'שם המשרד', 'the first field to be focused')

    def test_narrow(self):
        person = self.open_form()
        person.resize(360, 640)
        person.button('פתיחת המשרד').scroll_into_view()
        self.assertTrue(person.button('פתיחת המשרד').in_view)


if __name__ == '__main__':
    gui_test.main()
