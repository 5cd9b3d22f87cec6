#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Preferences of the running program, its service and a stand-in for Twilio behind them."""

import os
import re
import shutil
import sys
import zipfile

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))

import app_test
import gui_test
from office import ACCOUNT_SID, AUTH_TOKEN
from twilio_stand_in import TwilioStandIn
from waiting import TimedOut, until


class Preferences(app_test.AppTestCase):
    keyring = False

    def setUp(self):
        super().setUp()
        if not Preferences.keyring:
            self.session.start_keyring()
            Preferences.keyring = True
        self.addCleanup(self.session.run, 'gsettings', 'reset-recursively', 'io.github.moked_crm.Moked')
        twilio = TwilioStandIn()
        self.enterContext(twilio)
        self.conf = os.path.join(self.folder, 'service', 'service.conf')
        os.makedirs(os.path.dirname(self.conf))
        with open(os.open(self.conf, os.O_WRONLY | os.O_CREAT, 0o600), 'w', encoding='utf-8') as conf:
            conf.write(f'[twilio]\nbase-url={twilio.url}\n')

    def open_preferences(self):
        person = self.open_demo()
        person.key('ctrl+comma')
        return person, person.find('dialog', 'העדפות')

    def fill_account(self, person, dialog, token):
        dialog.field(re.compile('^מזהה חשבון')).scroll_into_view().fill(ACCOUNT_SID)
        dialog.field(re.compile('^אסימון גישה')).scroll_into_view().click()
        person.key('ctrl+a')
        person.type(token)
        dialog.field(re.compile('^מספר הטלפון')).scroll_into_view().fill('03-7654321')
        dialog.field(re.compile('^כתובת ציבורית')).scroll_into_view().fill('https://office.example')

    def test_account_is_tried_kept_and_never_shown_again(self):
        person, dialog = self.open_preferences()
        self.fill_account(person, dialog, AUTH_TOKEN)
        dialog.button('שמירה').scroll_into_view().click()
        person.wait_heard('החשבון עונה והאסימון נכון')
        with open(self.conf, encoding='utf-8') as conf:
            text = conf.read()
        self.assertIn(ACCOUNT_SID, text)
        self.assertIn('+97237654321', text)
        self.assertNotIn(AUTH_TOKEN, text)      # it is in the keyring

        person.key('Escape')
        person.wait_gone('dialog')
        person.key('ctrl+comma')
        dialog = person.find('dialog', 'העדפות')
        dialog.find('label', 'האסימון שמור')
        dialog.field(re.compile('^מזהה חשבון')).wait_text(ACCOUNT_SID)
        self.assertEqual(dialog.field(re.compile('^אסימון גישה')).text, '')

        person.quit()                           # and its service with it
        _, dialog = self.open_preferences()
        dialog.find('label', 'האסימון שמור')

    def test_wrong_token_is_told(self):
        person, dialog = self.open_preferences()
        self.fill_account(person, dialog, 'f' * 32)
        dialog.all('button', 'בדיקה')[-1].scroll_into_view().click()
        person.wait_heard('לא קיבלה את החשבון או את האסימון')

    def test_what_is_not_valid_is_told_before_it_is_sent(self):
        person, dialog = self.open_preferences()
        dialog.field(re.compile('^מזהה חשבון')).scroll_into_view().fill('XX')
        dialog.field(re.compile('^מספר הטלפון')).scroll_into_view().fill('12')
        dialog.button('שמירה').scroll_into_view().click()
        for name in ('^מזהה חשבון.*:', '^מספר הטלפון.*:', '^כתובת ציבורית:'):
            dialog.field(re.compile(name)).wait('invalid-entry')

    def test_backup_is_made_now(self):
        person, dialog = self.open_preferences()
        dialog.find('label', 'עדיין לא בוצע גיבוי').scroll_into_view()
        dialog.button('גיבוי עכשיו').scroll_into_view().click()
        person.wait_heard('הגיבוי מוכן')
        copies = os.path.join(self.folder, 'service', 'backups')
        self.assertEqual(len(os.listdir(copies)), 1)
        dialog.find('label', re.compile('^הגיבוי מוכן: .*[0-9]{2}:[0-9]{2}'))

        person.key('Escape')
        person.wait_gone('dialog')
        shutil.rmtree(copies)
        with open(copies, 'w', encoding='utf-8'):       # a folder that cannot be
            pass
        person.key('ctrl+comma')
        dialog = person.find('dialog', 'העדפות')
        dialog.button('גיבוי עכשיו').scroll_into_view().click()
        person.wait_heard('הגיבוי לא הצליח')
        dialog.find('label', re.compile('^הגיבוי לא הצליח: .*backups.*הגיבוי האחרון: .*[0-9]{2}:[0-9]{2}'))

    def choose(self, person, file):
        """In a file chooser; what completes a name there takes the first Return now and then."""
        person.find('button', 'פתיחה')
        person.key('ctrl+l')
        person.type(file)
        person.key('Return')
        try:
            person.until(lambda: not person.all('button', 'פתיחה'), 'the chooser to close', 5)
        except TimedOut:
            person.key('Return')

    def test_office_goes_out_and_comes_back(self):
        """Into one file, from it again, and back to a backup; the program goes on with the service that begins anew."""
        file = os.path.join(os.path.dirname(self.folder), 'everything.zip')
        person, dialog = self.open_preferences()
        dialog.button('ייצוא…').scroll_into_view().click()
        person.find('button', 'ביטול')                  # of the file chooser
        person.key('ctrl+a')
        person.type(file)
        person.key('Return')
        person.find('label', 'המשרד יוצא לקובץ')
        with zipfile.ZipFile(file) as archive:
            self.assertIsNone(archive.testzip())
            self.assertIn('csv/customer.csv', archive.namelist())

        dialog.button('ייבוא…').scroll_into_view().click()
        self.choose(person, file)
        alert = person.find('alert', 'להחליף את נתוני המשרד?')
        alert.find('label', re.compile('everything.zip.*יאבד'))
        alert.button('החלפה').click()
        person.find('label', 'המשרד יובא מהקובץ')
        self.assertEqual(len([name for name in os.listdir(os.path.join(self.folder, 'service'))
                              if name.startswith('moked.db.replaced-')]), 1)

        dialog.button('גיבוי עכשיו').scroll_into_view().click()
        person.wait_heard('הגיבוי מוכן')
        person.wait_gone('label', 'המשרד יובא מהקובץ')  # which lies over the row
        dialog.find('label', 'שחזור מגיבוי').scroll_into_view().click()
        dialog.button(re.compile('^שחזור הגיבוי מ')).scroll_into_view().click()
        person.find('alert', 'לשחזר את המשרד?').button('שחזור').click()
        person.find('label', 'המשרד שוחזר')
        person.wait_gone('label', 'המשרד שוחזר')
        person.key('Escape')
        person.wait_gone('dialog')
        person.find('button', 'מסונכרן')

    def test_bad_file_is_refused(self):
        file = os.path.join(os.path.dirname(self.folder), 'photo.zip')
        with open(file, 'w', encoding='utf-8') as bad:
            bad.write('not a photo')
        person, dialog = self.open_preferences()
        dialog.button('ייבוא…').scroll_into_view().click()
        self.choose(person, file)
        person.find('alert', 'להחליף את נתוני המשרד?').button('החלפה').click()
        alert = person.find('alert', 'ייבוא המשרד לא הצליח')
        alert.find('label', re.compile('דבר במשרד לא השתנה.*no ZIP file', re.DOTALL))
        alert.button('סגירה').click()
        person.key('Escape')
        person.wait_gone('dialog')
        person.find('button', 'מסונכרן')

    def test_language_holds_from_the_next_start(self):
        person, dialog = self.open_preferences()
        dialog.find('combo box', 'שפה').click()
        person.find('label', 'English').click()
        until(lambda: self.session.run('gsettings', 'get', 'io.github.moked_crm.Moked', 'language') == "'en'\n",
              'the language to be kept')
        person.quit()
        again = self.open()
        again.find('button', 'Synced')
        back, _ = again.find('label', 'Moked').center
        self.assertLess(back, 640)


if __name__ == '__main__':
    gui_test.main()
