#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Customers as a person meets them: found, read, written down, deleted and brought back."""

import http.client
import json
import os
import re
import tempfile

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

    def add_people(self):
        address = read_member(os.path.join(self.folder, 'service', 'service.json'), 'listen')
        token = read_member(os.path.join(self.folder, 'device.json'), 'token')
        connection = http.client.HTTPConnection(address.removeprefix('http://'))
        self.addCleanup(connection.close)
        for body in PEOPLE:
            connection.request('POST', '/api/customers', json.dumps(body),
                               {'Authorization': f'Bearer {token}', 'Content-Type': 'application/json'})
            answer = connection.getresponse()
            self.assertEqual(answer.status, 201, answer.read())
            answer.read()

    def open_people(self):
        person = self.open_office()
        self.add_people()
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


class Timeline(CustomersTestCase):
    def test_opens_at_the_latest(self):
        person = self.start('moked', '--demo', '--data-dir', self.folder)
        person.find('list item', re.compile('^לקוחות')).click()
        self.search(person, 'אבי אברהם')
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

    def test_editing(self):
        person = self.open_dana()
        person.button('עריכת הלקוח').click()
        dialog = person.find('dialog', 'עריכת לקוח')
        dialog.field('עיר').fill('יפו')
        dialog.button('שמירה').click()
        person.wait_gone('dialog')
        self.wait_open(person, '052-345-6789 · יפו')


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
