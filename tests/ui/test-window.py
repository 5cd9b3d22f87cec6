#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The window itself, as a person meets it, around two made-up features."""

import os
import re
import tempfile

import a11y_audit
import gui_test
from person import BUTTON_ROLES

PROGRAM = os.environ['MOKED_SAMPLE_OFFICE']
FIRST, SECOND, LAST = 'אבן גבירול 12', 'בן יהודה 40', 'הרצל 7'


class WindowTestCase(gui_test.GuiTestCase):
    def open(self):
        folder = tempfile.TemporaryDirectory(prefix='moked-sample-')
        self.addCleanup(folder.cleanup)
        self.session.set_appearance()
        self.session.screen.resize(1280, 800)
        person = self.start(PROGRAM, folder.name)
        person.wait_shown(None, 'יעל ברק')
        return person

    def open_list(self):
        person = self.open()
        person.key('ctrl+2')
        person.find('label', LAST)
        return person


class Pages(WindowTestCase):
    def test_sidebar_is_at_the_right_and_tells_what_waits(self):
        person = self.open()
        row = person.find('list item', 'דוגמאות, 3')
        self.assertGreater(row.box[0], 900)

    def test_pages_by_click_and_by_number(self):
        person = self.open()
        person.find('label', 'הכול טופל')
        person.find('list item', 'דוגמאות, 3').click()
        person.find('label', FIRST)
        person.key('ctrl+1')
        person.find('label', 'הכול טופל')

    def test_records_follow_the_keyboard(self):
        person = self.open_list()
        person.find('label', 'לא נבחרה דוגמה')
        person.key('alt+Down', 'alt+Down')
        self.wait_record(person, SECOND)
        person.key('alt+Up')
        self.wait_record(person, FIRST)

    def wait_record(self, person, title):
        person.until(lambda: len(person.all('label', title)) == 2, f'the record {title}')

    def test_find_on_the_page(self):
        person = self.open_list()
        person.find('list item', 'היום').click()
        person.key('ctrl+2', 'ctrl+f')
        person.until(lambda: person.focus and person.focus.role in ('text', 'entry'), 'the search entry to be focused')

    def test_sidebar_hides_and_comes_back(self):
        person = self.open()
        person.key('F9')
        person.wait_gone('list item', 'היום')
        person.key('F9')
        person.find('list item', 'היום')


class Narrow(WindowTestCase):
    def test_one_pane_at_a_time(self):
        person = self.open_list()
        person.resize(360, 640)
        person.wait_gone('list item', 'היום')
        person.find('label', FIRST).click()
        person.wait_gone('label', SECOND)
        person.button('אחורה').click()
        person.find('label', SECOND)
        person.button('אחורה').click()
        person.find('list item', 'היום')

    def test_two_panes_have_one_way_back(self):
        person = self.open_list()
        person.resize(900, 700)
        person.wait_gone('list item', 'היום')
        person.find('label', 'לא נבחרה דוגמה')
        self.assertEqual(len(person.all(BUTTON_ROLES, 'אחורה')), 1)


class Outbox(WindowTestCase):
    def test_offline_is_told_and_what_waits_is_cancelled(self):
        person = self.open_list()
        person.find('button', 'מסונכרן')
        person.key('ctrl+shift+o')
        person.find('button', 'לא מקוון')
        person.wait_shown(None, 'לא מקוון. הכול נשמר ויישלח בהמשך.')
        person.key('ctrl+n')
        person.find('label', 'דוגמה חדשה')
        person.find('button', 'לא מקוון · ממתין אחד לשליחה').click()
        dialog = person.find('dialog', 'ממתינים לשליחה')
        dialog.button('ביטול השליחה').click()
        dialog.find('label', 'הכול נשלח')
        person.key('Escape')
        person.wait_gone('label', 'דוגמה חדשה')
        person.find('button', 'לא מקוון')

    def test_what_waited_is_sent(self):
        person = self.open_list()
        person.key('ctrl+shift+o')
        person.find('button', 'לא מקוון')
        person.key('ctrl+n')
        person.find('button', 'לא מקוון · ממתין אחד לשליחה')
        person.key('ctrl+shift+o')
        person.find('button', 'מסונכרן')
        person.find('label', 'דוגמה חדשה')


class Doing(WindowTestCase):
    def test_undo_by_toast(self):
        person = self.open_list()
        person.key('ctrl+shift+d')
        person.wait_gone('label', FIRST)
        person.wait_heard('הדוגמה נמחקה')
        person.button('ביטול הפעולה').click()
        person.find('label', FIRST)

    def test_undo_by_key(self):
        person = self.open_list()
        person.find('list item', 'היום').click()
        person.key('ctrl+2', 'ctrl+shift+d')
        person.wait_gone('label', FIRST)
        person.find('label', LAST).click()
        person.key('ctrl+z')
        person.find('label', FIRST)

    def test_card_of_a_call_lies_over_the_page(self):
        person = self.open()
        person.key('ctrl+shift+r')
        person.button('שיחה נכנסת').click()
        person.wait_gone('button', 'שיחה נכנסת')

    def test_notification_of_what_is_not_before_the_eyes(self):
        person = self.open_list()
        before = len(self.session.notifications.all())
        person.find('label', FIRST).click()
        person.until(lambda: len(person.all('label', FIRST)) == 2, 'the record to open')
        person.key('ctrl+shift+n')      # of the record that is seen: nothing
        person.find('label', SECOND).click()
        person.until(lambda: len(person.all('label', SECOND)) == 2, 'the other record to open')
        person.key('ctrl+shift+n')
        person.until(lambda: len(self.session.notifications.all()) > before, 'a notification')
        self.assertEqual(len(self.session.notifications.all()), before + 1)


class QuickSearch(WindowTestCase):
    def test_opens_a_record(self):
        person = self.open()
        person.key('ctrl+k')
        dialog = person.find('dialog', 'חיפוש מהיר')
        person.type('הרצל')
        dialog.find('list item', re.compile(LAST))
        person.key('Return')
        person.wait_gone('dialog')
        person.until(lambda: len(person.all('label', LAST)) == 2, 'the record to open')

    def test_runs_an_action(self):
        person = self.open()
        person.key('ctrl+k')
        dialog = person.find('dialog', 'חיפוש מהיר')
        person.type('ממתינים')
        person.until(lambda: len(dialog.all('list item')) == 1, 'one action to be found')
        person.key('Return')
        person.find('dialog', 'ממתינים לשליחה')

    def test_says_when_there_is_nothing(self):
        person = self.open()
        person.key('ctrl+k')
        dialog = person.find('dialog', 'חיפוש מהיר')
        person.type('קשקוש')
        dialog.find('label', 'לא נמצא דבר')
        person.key('Escape')
        person.wait_gone('dialog')

    def test_arrows_choose(self):
        person = self.open()
        person.key('ctrl+k')
        dialog = person.find('dialog', 'חיפוש מהיר')
        dialog.find('list item', re.compile('דוגמאות')).wait('showing')
        person.key('Down', 'Return')
        person.find('label', FIRST)


class Help(WindowTestCase):
    def test_shortcuts_of_features_are_listed(self):
        person = self.open()
        person.key('F1')
        person.wait_shown(None, 'מחיקת הדוגמה הראשונה')
        person.wait_shown(None, 'דוגמאות')
        person.key('Escape')
        person.wait_gone(None, 'מחיקת הדוגמה הראשונה')
        person.key('ctrl+comma')
        person.find('dialog', 'העדפות')

    def test_about(self):
        person = self.open()
        person.key('ctrl+k')
        dialog = person.find('dialog', 'חיפוש מהיר')
        person.type('אודות')
        person.until(lambda: len(dialog.all('list item')) == 1, 'one action to be found')
        person.key('Return')
        person.find('label', 'פרויקט מוקד')


class Preferences(WindowTestCase):
    def test_bad_address_is_refused_in_words(self):
        person = self.open()
        person.key('ctrl+comma')
        dialog = person.find('dialog', 'העדפות')
        dialog.field('כתובת').fill('לא כתובת')
        dialog.all(BUTTON_ROLES, 'בדיקה')[0].click()
        dialog.field('כתובת: נדרשת כתובת שמתחילה ב־https://')

    def test_service_that_is_not_there(self):
        person = self.open()
        person.key('ctrl+comma')
        dialog = person.find('dialog', 'העדפות')
        dialog.field('כתובת').fill('http://127.0.0.1:9')
        dialog.all(BUTTON_ROLES, 'בדיקה')[0].click()
        person.wait_heard('השירות אינו עונה')


class Accessibility(WindowTestCase):
    def test_everything_has_a_name_and_is_reached(self):
        person = self.open_list()
        self.assertEqual(a11y_audit.audit(person), [])
        self.assertEqual(a11y_audit.audit_keyboard(person, ignore=('סגירה',)), [])

    def test_dialogs(self):
        person = self.open()
        for keys, name in (('ctrl+k', 'חיפוש מהיר'), ('ctrl+comma', 'העדפות')):
            with self.subTest(name):
                person.key(keys)
                dialog = person.find('dialog', name)
                # The list of a combo row is libadwaita's own; names of a vendor's settings stay as they are.
                findings = [text for text in a11y_audit.audit(person, dialog)
                            if not re.search('list item without a name|Twilio|SID|Auth Token|/', text)]
                self.assertEqual(findings, [])
                person.key('Escape')
                person.wait_gone('dialog')


if __name__ == '__main__':
    gui_test.main()
