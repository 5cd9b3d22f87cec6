#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a person meets who comes back from being offline, when others worked on the same customers."""

import contextlib
import json
import os
import re
import sys
import urllib.request

TESTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..')
sys.path += [os.path.join(TESTS, 'app'), os.path.join(TESTS, 'support')]

import a11y_audit
import app_test
import gui_test

DANA = {'name': 'דנה כהן', 'phone': '052-345-6789', 'city': 'תל אביב'}
YOSSI = {'name': 'יוסי לוי', 'phone': '054-711-2233', 'city': 'רמת גן'}


class ComingBack(app_test.AppTestCase):
    def ask(self, address, method, path, body=None):
        with open(os.path.join(self.folder, 'device.json'), encoding='utf-8') as file:
            token = json.load(file)['token']
        request = urllib.request.Request(address + path, json.dumps(body).encode() if body else None,
                                         {'Authorization': f'Bearer {token}', 'Content-Type': 'application/json'},
                                         method=method)
        with urllib.request.urlopen(request) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def open_office(self):
        person = self.open()
        person.button('פתיחת משרד חדש').click()
        person.field('שם המשרד').fill('לב הנדל״ן')
        person.field('שם מלא').fill('נועה בר')
        person.key('Return')
        person.find('button', 'מסונכרן')
        with open(os.path.join(self.folder, 'service', 'service.json'), encoding='utf-8') as file:
            address = json.load(file)['listen']
        self.ids = [self.ask(address, 'POST', '/api/customers', body)['id'] for body in (DANA, YOSSI)]
        person.find('list item', re.compile('^לקוחות')).click()
        person.find('list item', YOSSI['name'])
        person.button('מסונכרן')
        return person

    @contextlib.contextmanager
    def away(self):
        """A person without a connection, and the address where others go on."""
        self.open_office().quit()
        data = os.path.join(self.folder, 'service')
        with self.service_of(data) as address:
            os.remove(os.path.join(data, 'service.json'))
            person = self.open()
            person.find('button', re.compile('לא מקוון'))
            person.find('list item', re.compile('^לקוחות')).click()
            yield person, address

    def change_city(self, person):
        person.find('list item', DANA['name']).click()
        person.button('עריכת הלקוח').click()
        dialog = person.find('dialog', 'עריכת לקוח')
        dialog.field('עיר').fill('יפו')
        person.key('Return')
        person.wait_gone('dialog')
        person.find('list item', DANA['name'])

    def changed_what_was_deleted(self):
        with self.away() as (person, address):
            self.change_city(person)
            self.ask(address, 'DELETE', f'/api/customers/{self.ids[0]}')
        person.find('label', re.compile('פעולה אחת לא בוצעה ודורשת החלטה'))
        person.wait_gone('list item', DANA['name'])
        return person

    def open_questions(self, person):
        person.find('button', re.compile('^הצגה')).click()
        return person.find('dialog', 'ממתינים לשליחה')

    def test_deleted_meanwhile_is_brought_back_with_the_changes(self):
        person = self.changed_what_was_deleted()
        dialog = self.open_questions(person)
        dialog.find('label', re.compile('״דנה כהן״: הרשומה נמחקה .נועה בר, היום בשעה.*שונו בה כאן: עיר'))
        dialog.button('שחזור עם השינויים מכאן').click()
        dialog.find('label', 'הכול נשלח')
        person.key('Escape')
        person.find('list item', DANA['name']).click()
        person.wait_shown('label', re.compile('052-345-6789 · יפו'))

    def test_deleted_meanwhile_is_left_deleted(self):
        person = self.changed_what_was_deleted()
        dialog = self.open_questions(person)
        person.resize(360, 720)
        dialog.button('להשאיר מחוקה').click()
        dialog.find('label', 'הכול נשלח')
        person.key('Escape')
        self.assertEqual(person.all('list item', DANA['name']), [])

    def deleted_what_was_changed(self):
        with self.away() as (person, address):
            person.find('list item', DANA['name']).click()
            person.find('toggle button', 'פעולות נוספות').click()
            person.find('menu item', 'מחיקת הלקוח').click()
            person.wait_gone('list item', DANA['name'])
            self.ask(address, 'PUT', f'/api/customers/{self.ids[0]}', {'city': 'עכו'})
        person.find('list item', DANA['name']).click()
        person.find('label', re.compile('״דנה כהן״: המחיקה לא בוצעה.*נועה בר, היום בשעה'))
        return person

    def test_changed_meanwhile_is_deleted_anyway(self):
        person = self.deleted_what_was_changed()
        person.wait_shown('label', re.compile('עוד לא קרה דבר'))
        person.wait_shown('label', re.compile('השיחה תיפתח כשתתקבל הודעה'))
        person.wait_gone('text', 'הודעה')
        self.assertEqual(a11y_audit.audit(person), [])
        person.find('button', 'מחיקה בכל זאת').click()
        person.wait_gone('list item', DANA['name'])
        person.find('button', 'מסונכרן')

    def test_changed_meanwhile_is_kept(self):
        person = self.deleted_what_was_changed()
        person.find('button', 'להשאיר').click()
        person.find('button', 'מסונכרן')
        person.wait_shown('label', re.compile('052-345-6789 · עכו'))


if __name__ == '__main__':
    gui_test.main()
