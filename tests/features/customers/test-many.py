#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Several customers changed at once, and all of that taken back."""

import os
import re
import sqlite3
import sys
from contextlib import closing

TESTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..')
sys.path += [os.path.join(TESTS, 'app'), os.path.join(TESTS, 'support')]

import a11y_audit
import app_test
import gui_test


class Many(app_test.AppTestCase):
    def open_customers(self):
        person = self.open_demo()
        person.find('list item', re.compile('^לקוחות')).click()
        customers = person.find('list', 'לקוחות')
        person.until(lambda: len(customers.all('list item')) > 5, 'customers')
        person.find('button', 'מסונכרן')
        return person

    def count(self, condition, database='service/moked.db'):
        with closing(sqlite3.connect(os.path.join(self.folder, database))) as opened:
            return opened.execute(f'SELECT count(*) FROM customer WHERE {condition}').fetchone()[0]

    def pick_all(self, person):
        person.find('toggle button', 'בחירת כמה לקוחות').click()
        person.find('button', 'בחירת הכול').click()
        person.find('label', re.compile('לקוחות נבחרו$'))

    def test_status_of_all_and_back(self):
        person = self.open_customers()
        living = self.count('deleted_at IS NULL')
        closed = self.count("deleted_at IS NULL AND status = 'closed'")
        self.pick_all(person)
        self.assertEqual(a11y_audit.audit(person), [])
        person.find('toggle button', 'מצב').click()
        person.find('menu item', 'סגור').click()
        person.wait_heard(f'{living - closed} לקוחות עודכנו')
        person.until(lambda: self.count("deleted_at IS NULL AND status = 'closed'") == living, 'all to be closed')
        person.key('ctrl+z')
        person.until(lambda: self.count("deleted_at IS NULL AND status = 'closed'") == closed, 'all to be as before')
        person.until(lambda: self.count("deleted_at IS NULL AND status = 'closed'", 'cache.db') == closed,
                     'it to be seen')
        person.find('button', 'מסונכרן')

    def test_two_are_deleted_and_back(self):
        person = self.open_customers()
        person.resize(360, 720)
        living = self.count('deleted_at IS NULL')
        person.find('toggle button', 'בחירת כמה לקוחות').click()
        items = person.find('list', 'לקוחות').all('list item')
        items[1].click()
        person.key('shift+Down')
        person.find('label', 'שני לקוחות נבחרו')
        person.find('button', 'מחיקה').click()
        person.wait_heard('שני לקוחות נמחקו')
        person.until(lambda: self.count('deleted_at IS NULL') == living - 2, 'two to be deleted')
        person.find('button', 'ביטול הפעולה').click()
        person.until(lambda: self.count('deleted_at IS NULL') == living, 'all to be back')


if __name__ == '__main__':
    gui_test.main()
