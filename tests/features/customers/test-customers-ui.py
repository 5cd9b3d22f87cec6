#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Customers as a person meets them: found, read, written down, deleted and brought back."""

import contextlib
import http.client
import json
import os
import re
import sqlite3
import sys
import tempfile

TESTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..')
sys.path += [os.path.join(TESTS, 'app'), os.path.join(TESTS, 'support')]

import a11y_audit
import app_test
import gui_test

PEOPLE = (
    {'name': 'דנה כהן', 'phone': '052-345-6789', 'city': 'תל אביב', 'tags': ['חם', 'קונה']},
    {'name': 'יוסי לוי', 'phone': '054-711-2233', 'city': 'רמת גן', 'email': 'yossi@example.com'},
    {'name': 'מרים אברהם', 'phone': '03-612-3456', 'city': 'חולון', 'tags': ['משקיע']},
)
DANA, YOSSI, MIRIAM = (person['name'] for person in PEOPLE)


def read_member(path, name):
    with open(path, encoding='utf-8') as file:
        return json.load(file)[name]


class CustomersTestCase(gui_test.GuiTestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix='moked-customers-')
        self.addCleanup(folder.cleanup)
        self.folder = os.path.join(folder.name, 'data')
        self.session.set_appearance()
        self.session.screen.resize(1280, 800)

    def open_office(self):
        person = self.start('moked', '--data-dir', self.folder)
        person.button('פתיחת משרד חדש').click()
        person.field('שם המשרד').fill('לב הנדל״ן')
        person.field('שם מלא').fill('נועה בר')
        person.key('Return')
        person.find('button', 'מסונכרן')
        person.find('list item', re.compile('^לקוחות')).click()
        return person

    def ask(self, method, path, body=None):
        address = read_member(os.path.join(self.folder, 'service', 'service.json'), 'listen')
        token = read_member(os.path.join(self.folder, 'device.json'), 'token')
        connection = http.client.HTTPConnection(address.removeprefix('http://'))
        self.addCleanup(connection.close)
        connection.request(method, path, json.dumps(body) if body else None,
                           {'Authorization': f'Bearer {token}', 'Content-Type': 'application/json'})
        answer = connection.getresponse()
        text = answer.read()
        self.assertIn(answer.status, (200, 201, 204), text)
        return json.loads(text) if text else None

    def add_people(self):
        return {body['name']: self.ask('POST', '/api/customers', body)['id'] for body in PEOPLE}

    def open_people(self):
        person = self.open_office()
        self.ids = self.add_people()
        person.find('list item', MIRIAM)
        return person

    def open_dana(self):
        person = self.open_people()
        person.find('list item', DANA).click()
        self.wait_open(person, '052-345-6789 · תל אביב')
        return person

    def wait_open(self, person, summary):
        """Until it stands in the list and over the person's page beside it."""
        person.until(lambda: any(summary in item.description for item in person.all('list item', DANA)),
                     f'{summary} in the list')
        person.wait_shown('label', summary)

    def search(self, person, text):
        person.key('ctrl+f')
        person.field('שם, טלפון, דוא״ל או תגית').fill(text)


class Finding(CustomersTestCase):
    def test_by_name_and_by_any_part_of_a_phone(self):
        person = self.open_people()
        for text in ('דנה', '3456789', '052345', '+972 52-345', 'קונה'):
            self.search(person, text)
            person.wait_gone('list item', YOSSI)
            person.find('list item', DANA)
            person.key('Escape')
            person.find('list item', YOSSI)


    def test_by_email_and_by_tag(self):
        person = self.open_people()
        for text, found, other in (('yossi@exa', YOSSI, DANA), ('משקיע', MIRIAM, YOSSI), ('אברהם מרים', MIRIAM, DANA)):
            self.search(person, text)
            person.wait_gone('list item', other)
            person.find('list item', found)
            person.key('Escape')
            person.find('list item', other)

    def get_order(self, person):
        return [item.name for item in person.find('list', 'לקוחות').all('list item')]

    def wait_order(self, person, *names):
        person.until(lambda: self.get_order(person) == list(names),
                     lambda: f'the order {names}; it is {self.get_order(person)}')

    def test_sorting_by_a_column(self):
        person = self.open_people()
        self.wait_order(person, DANA, YOSSI, MIRIAM)
        person.button('עיר').click()
        self.wait_order(person, MIRIAM, YOSSI, DANA)
        person.button('עיר').click()
        self.wait_order(person, DANA, YOSSI, MIRIAM)
        person.button('שם').click()
        self.wait_order(person, DANA, YOSSI, MIRIAM)

    def test_filter(self):
        person = self.open_people()
        person.find('toggle button', 'סינון').click()
        person.field('תגית').fill('משקיע')
        person.wait_gone('list item', DANA)
        person.find('list item', MIRIAM)
        person.field('תגית').fill('חם')
        person.wait_gone('list item', MIRIAM)
        person.find('list item', DANA)
        person.key('Escape')
        self.search(person, 'מרים')
        person.button('הצגת הכול').click()
        for name in (DANA, YOSSI, MIRIAM):
            person.find('list item', name)


class Timeline(CustomersTestCase):
    def phone_of_longest_story(self):
        """Whose that is depends on the day on which the demo office is made."""
        address = os.path.join(self.folder, 'cache.db')
        with contextlib.closing(sqlite3.connect(f'file:{address}?mode=ro', uri=True)) as cache:
            return cache.execute('SELECT c.phone FROM customer c JOIN message m ON m.customer_id = c.id '
                                 'GROUP BY c.id ORDER BY count(*) DESC LIMIT 1').fetchone()[0]

    def test_opens_at_the_latest(self):
        person = self.start('moked', '--demo', '--data-dir', self.folder)
        person.find('list item', re.compile('^לקוחות')).click()
        person.find('button', 'מסונכרן')
        self.search(person, self.phone_of_longest_story())
        person.key('Return')
        timeline = person.find('list', 'ציר הזמן')
        person.until(lambda: len(timeline.all('list item')) > 10, 'what happened with them')
        latest = timeline.all('list item')[-1]
        person.until(lambda: latest.in_view, lambda: f'{latest} to be in view; it is at {latest.box}')


class Writing(CustomersTestCase):
    def test_new_customer_with_a_wrong_and_then_a_right_phone(self):
        person = self.open_office()
        person.find('label', 'אין עדיין לקוחות')
        person.key('ctrl+n')
        dialog = person.find('dialog', 'לקוח חדש')
        dialog.field('שם מלא').fill('תמר גולן')
        dialog.field('טלפון').fill('052-34')
        dialog.button('שמירה').click()
        wrong = dialog.field(re.compile('^טלפון: .*קצר'))
        wrong.wait('invalid-entry')
        wrong.fill('+972523456789')
        person.key('Tab', 'Tab')
        dialog.field('טלפון').wait_text('052-345-6789')
        dialog.button('שמירה').click()
        person.wait_gone('dialog')
        person.wait_heard('הלקוח נוסף')
        person.wait_shown('label', re.compile('052-345-6789'))
        person.find('button', 'מסונכרן')
        person.key('ctrl+z')
        person.find('label', 'אין עדיין לקוחות')

    def test_name_that_is_too_long_is_marked(self):
        person = self.open_office()
        person.key('ctrl+n')
        dialog = person.find('dialog', 'לקוח חדש')
        person.screen.copy('דנה ' * 60)
        dialog.field('שם מלא').focus()
        person.key('ctrl+v')
        person.until(lambda: len(dialog.field('שם מלא').text) == 240, 'the name')
        person.key('Return')
        wrong = dialog.field(re.compile('^שם מלא: .*200'))
        wrong.wait('invalid-entry')
        wrong.fill('דנה')
        person.key('Return')
        person.wait_gone('dialog')
        person.wait_heard('הלקוח נוסף')

    def test_editing(self):
        person = self.open_dana()
        person.button('עריכת הלקוח').click()
        dialog = person.find('dialog', 'עריכת לקוח')
        dialog.field('עיר').fill('יפו')
        dialog.button('שמירה').click()
        person.wait_gone('dialog')
        self.wait_open(person, '052-345-6789 · יפו')
        person.key('ctrl+z')
        self.wait_open(person, '052-345-6789 · תל אביב')


class InPlace(CustomersTestCase):
    def open_details(self):
        self.session.screen.resize(1500, 900)
        return self.open_dana()

    def test_enter_saves_and_undo_takes_it_back(self):
        person = self.open_details()
        person.field('עיר').fill('יפו')
        person.key('Return')
        person.wait_heard('העיר נשמרה')
        self.wait_open(person, '052-345-6789 · יפו')
        person.button('ביטול הפעולה').click()
        self.wait_open(person, '052-345-6789 · תל אביב')
        person.field('עיר').wait_text('תל אביב')

    def test_undo_is_refused_after_somebody_else_changed_the_same(self):
        person = self.open_details()
        person.field('עיר').fill('יפו')
        person.key('Return')
        person.wait_heard('העיר נשמרה')
        person.find('button', 'מסונכרן')
        self.ask('PUT', f'/api/customers/{self.ids[DANA]}', {'city': 'חיפה'})
        self.wait_open(person, '052-345-6789 · חיפה')
        person.find('list item', DANA).click()      # in the entry, Ctrl+Z is the text's own
        person.key('ctrl+z')
        person.wait_heard('הפעולה לא בוטלה: השדה ״עיר״ שונה שוב מאז.')
        self.wait_open(person, '052-345-6789 · חיפה')

    def test_tag_is_one_step(self):
        person = self.open_details()
        person.field('הוספת תגית').fill('משקיעה')
        person.key('Return')
        person.wait_heard('התגיות נשמרו')
        person.find('button', re.compile('משקיעה'))
        person.find('list item', DANA).click()      # in the entry, Ctrl+Z is the text's own
        person.key('ctrl+z')
        person.wait_gone('button', re.compile('משקיעה'))
        person.find('button', re.compile('קונה'))

    def test_escape_leaves_it_as_it_was(self):
        person = self.open_details()
        person.field('עיר').fill('יפו')
        person.key('Escape')
        person.field('עיר').wait_text('תל אביב')
        self.wait_open(person, '052-345-6789 · תל אביב')

    def test_wrong_number_is_told_and_right_one_formatted(self):
        person = self.open_details()
        person.field('טלפון').fill('052-34')
        person.key('Return')
        wrong = person.field(re.compile('^טלפון: .*קצר'))
        wrong.wait('invalid-entry')
        wrong.fill('+972547112200')
        person.key('Return')
        person.wait_heard('המספר נשמר')
        self.wait_open(person, '054-711-2200 · תל אביב')
        person.field('טלפון').wait_text('054-711-2200')

    def test_address_for_somebody_without(self):
        person = self.open_details()
        person.field('דוא״ל').fill('Dana@Example.com')
        person.key('Return')
        person.find('button', 'העתקת dana@example.com')
        person.field('דוא״ל').fill('')
        person.key('Return')
        person.wait_heard('הכתובת הוסרה')
        person.wait_gone('button', 'העתקת dana@example.com')
        person.button('ביטול הפעולה').click()
        person.find('button', 'העתקת dana@example.com')

    def test_status_by_choice(self):
        person = self.open_details()
        person.find('combo box', 'מצב').click()
        person.key('Down', 'Return')
        person.wait_heard('המצב נשמר')
        person.key('ctrl+z')


class History(CustomersTestCase):
    def open_history(self, person):
        person.find('button', 'מסונכרן')
        person.key('ctrl+h')
        return person.find('dialog', 'היסטוריית שינויים')

    def test_value_is_restored_and_that_taken_back(self):
        person = self.open_dana()
        self.ask('PUT', f'/api/customers/{self.ids[DANA]}', {'city': 'יפו'})
        self.wait_open(person, '052-345-6789 · יפו')
        dialog = self.open_history(person)
        dialog.find('label', re.compile('תל אביב ← יפו$'))
        self.assertEqual(a11y_audit.audit(person), [])
        dialog.button('שחזור: עיר, תל אביב').click()
        person.wait_heard('עיר: שוחזר')
        dialog.find('label', re.compile('יפו ← תל אביב$'))
        dialog.button('ביטול הפעולה').click()
        person.until(lambda: len(dialog.all('label', re.compile('תל אביב ← יפו$'))) == 2, 'what was taken back')
        person.key('Escape')
        person.wait_gone('dialog')
        self.wait_open(person, '052-345-6789 · יפו')

    def test_removed_number_is_restored(self):
        self.session.screen.resize(1500, 900)
        person = self.open_dana()
        person.field('טלפון').fill('')
        person.key('Return')
        person.wait_heard('המספר הוסר')
        dialog = self.open_history(person)
        dialog.find('list item', 'מחיקה: טלפון')
        dialog.button('שחזור: 052-345-6789').click()
        dialog.wait_gone('button', 'שחזור: 052-345-6789')
        person.key('Escape')
        self.wait_open(person, '052-345-6789 · תל אביב')
        person.field('טלפון').wait_text('052-345-6789')

    def test_narrow_and_by_the_menu(self):
        person = self.open_people()
        person.resize(360, 720)
        person.find('list item', DANA).click()
        person.wait_shown('label', re.compile('^052-345-6789 · תל אביב'))
        person.find('toggle button', 'פעולות נוספות').click()
        person.find('menu item', 'היסטוריית שינויים').click()
        dialog = person.find('dialog', 'היסטוריית שינויים')
        self.assertTrue(dialog.find('list item', 'הוספה: לקוח').in_view)


class HistoryOffline(app_test.AppTestCase):
    def test_says_so_and_is_there_again(self):
        self.open_demo().quit()
        data = os.path.join(self.folder, 'service')
        with self.service_of(data):
            os.remove(os.path.join(data, 'service.json'))
            person = self.start('moked', '--demo', '--data-dir', self.folder)
            person.find('button', re.compile('לא מקוון'))
            person.find('list item', re.compile('^לקוחות')).click()
            customers = person.find('list', 'לקוחות')
            person.until(lambda: customers.all('list item'), 'customers')
            customers.all('list item')[0].click()
            person.wait_shown('list', 'ציר הזמן')
            person.key('ctrl+h')
            dialog = person.find('dialog', 'היסטוריית שינויים')
            dialog.find('label', 'ההיסטוריה לא נקראה')
        person.find('button', 'מסונכרן')
        dialog.button('ניסיון חוזר').click()
        dialog.find('list item', 'הוספה: לקוח')


class Conflicts(CustomersTestCase):
    """What the desktop noted when its edit arrived after another's stands in its cache."""

    def open_noted(self):
        person = self.open_people()
        person.button('מסונכרן')
        person.close_window()
        person.wait_ended()
        with contextlib.closing(sqlite3.connect(os.path.join(self.folder, 'cache.db'))) as cache, cache:
            cache.execute("INSERT INTO edit_conflict SELECT business_id, 'noted', 'of-mine', 'customer', id, 'city', city, "
                          "'רמת השרון', NULL, 1790000000000000, 1790000000000000 FROM customer WHERE name = ?", (DANA,))
        again = self.start('moked', '--data-dir', self.folder)
        again.find('list item', re.compile('^לקוחות')).click()
        again.find('list item', DANA).click()
        again.find('label', re.compile('^עיר: ״תל אביב״.*״רמת השרון״'))
        return again

    def test_value_is_brought_back(self):
        person = self.open_noted()
        person.button('שחזור').click()
        self.wait_open(person, '052-345-6789 · רמת השרון')
        person.wait_gone('button', 'שחזור')

    def test_value_is_left(self):
        person = self.open_noted()
        person.button('השארה').click()
        person.wait_gone('button', 'השארה')
        self.wait_open(person, '052-345-6789 · תל אביב')


class KeyboardAlone(CustomersTestCase):
    def tab_to(self, person, name):
        for _ in range(60):
            if person.focus and person.focus.name == name:
                return
            before = person.focus
            person.key('Tab')
            person.until(lambda: person.focus and person.focus.accessible != (before and before.accessible),
                         lambda: f'Tab to move on from {before}')
        self.fail(f'{name} is not reached by Tab')

    def test_find_open_edit_delete_and_undo(self):
        person = self.open_people()
        person.key('ctrl+f')
        person.type('דנה')
        person.wait_gone('list item', YOSSI)
        person.key('Return')
        self.wait_open(person, '052-345-6789 · תל אביב')

        self.tab_to(person, 'עריכת הלקוח')
        person.key('Return')
        dialog = person.find('dialog', 'עריכת לקוח')
        dialog.field('שם מלא').wait('focused')
        person.key('ctrl+a')
        person.type('דנה לוי')
        person.key('Return')
        person.wait_gone('dialog')
        person.find('list item', 'דנה לוי')

        self.tab_to(person, 'פעולות נוספות')
        person.key('Return')
        person.wait_shown('menu item', 'מחיקת הלקוח')
        person.key('Up', 'Return')      # the last one
        person.wait_gone('list item', 'דנה לוי')
        person.key('ctrl+z')
        person.find('list item', 'דנה לוי')

        person.key('ctrl+f', 'Escape')
        person.find('list item', YOSSI)


class Narrow(CustomersTestCase):
    def test_from_the_list_to_a_person_and_back(self):
        person = self.open_people()
        person.resize(360, 720)
        person.find('list item', DANA).click()
        person.wait_shown('label', re.compile('^052-345-6789 · תל אביב'))
        self.assertFalse(person.all('list item', YOSSI))
        person.button('אחורה').click()
        person.find('list item', YOSSI)


class Accessibility(CustomersTestCase):
    def find_faults(self, person):
        nameless = [f'a list item without a name at {item.box}' for item in person.all('list item')
                    if not item.name and item.in_view]
        return nameless + a11y_audit.audit(person)

    def assert_named(self, person):
        """Once what is on its way, such as rows and a dialog that opens, is there."""
        person.until(lambda: not self.find_faults(person), lambda: f'no more of {self.find_faults(person)}')

    def test_everything_has_a_name(self):
        person = self.open_people()
        self.assert_named(person)
        self.session.screen.resize(1500, 900)
        person.find('list item', DANA).click()
        self.wait_open(person, '052-345-6789 · תל אביב')
        self.assert_named(person)
        person.find('toggle button', 'פעולות נוספות').click()
        for name in ('עריכת הלקוח', 'כתיבת הערה', 'היסטוריית שינויים', 'מחיקת הלקוח'):
            person.find('menu item', name)
        person.key('Escape')
        person.button('עריכת הלקוח').click()
        person.find('dialog', 'עריכת לקוח')
        self.assert_named(person)


class Deleting(CustomersTestCase):
    def test_undo_brings_the_customer_back_with_the_number(self):
        person = self.open_dana()
        person.find('toggle button', 'פעולות נוספות').click()
        person.wait_shown('menu', 'פעולות נוספות')
        person.key('Up', 'Return')      # the last one
        person.wait_gone('list item', DANA)
        person.button('ביטול הפעולה').click()
        person.find('list item', DANA).click()
        self.wait_open(person, '052-345-6789 · תל אביב')


if __name__ == '__main__':
    gui_test.main()
