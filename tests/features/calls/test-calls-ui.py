#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The telephone as somebody in the office sees it: the list of calls, and the card of who calls."""

import os
import re
import sys

TESTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..')
sys.path += [os.path.join(TESTS, 'app'), os.path.join(TESTS, 'support')]

from PIL import Image

import a11y_audit
import app_test
import gui_test
import office

STRANGER, WITHHELD = '+972509998877', '+266696687'
INCOMING, STATUS = '/webhook/incoming_call', '/webhook/call_status'


class Telephone(app_test.TwilioTestCase):
    def tell_of_call(self, path, sid, caller, status='ringing'):
        self.tell(path, {'CallSid': sid, 'AccountSid': office.ACCOUNT_SID, 'From': caller, 'To': '+97237654321',
                         'CallStatus': status, 'Direction': 'inbound'})

    def open_calls(self):
        person = self.open_demo()
        person.key('ctrl+2')
        person.until(lambda: self.rows(person), 'calls')
        return person

    def rows(self, person):
        return person.find('list', 'טלפון').all('list item')

    def cards(self, person):
        return person.all(('alert', 'notification'), re.compile('^שיחה נכנסת'))


class List(Telephone):
    def test_missed_calls_stand_out(self):
        """A word for everybody, a colour besides."""
        person = self.open_calls()
        rows = [row for row in self.rows(person) if row.in_view]
        picture = Image.open(person.screenshot(self.session.path('calls.png'))).convert('RGB')
        missed = {row.name: 'שיחה שלא נענתה' in row.description for row in rows}
        self.assertEqual(set(missed.values()), {True, False})
        for row in rows:
            x, y, width, height = (int(side) for side in row.box)
            red = any(r > 150 and g < 60 and b < 60 for r, g, b in picture.crop((x, y, x + width, y + height)).getdata())
            self.assertEqual(red, 'שיחה שלא נענתה' in row.description, row.description)

    def test_only_missed_calls(self):
        person = self.open_calls()
        person.find('toggle button', 'סינון').click()
        person.find('check box', 'רק שיחות שלא נענו').click()
        person.key('Escape')
        person.until(lambda: self.rows(person) and all('שיחה שלא נענתה' in row.description for row in self.rows(person)),
                     'only missed calls')

    def test_by_keyboard(self):
        person = self.open_calls()
        person.key('ctrl+f')
        person.type('054-163-9863')
        person.until(lambda: len(self.rows(person)) == 1, 'one call')
        name = self.rows(person)[0].name
        person.key('Tab')
        person.until(lambda: person.focus and person.focus.role != 'entry', 'the keyboard to leave the search')
        for _ in range(6):
            if person.focus.role == 'list item':
                break
            person.key('Tab')
        person.key('Return')
        person.wait_shown('label', name)

    def test_narrow(self):
        person = self.open_calls()
        person.resize(360, 720)
        person.until(lambda: self.rows(person), 'calls')
        self.assertTrue(all(row.box[0] >= 0 and row.box[0] + row.box[2] <= 360 for row in self.rows(person)))
        self.assertEqual(a11y_audit.audit(person), [])


class Card(Telephone):
    def test_stranger(self):
        person = self.open_demo()
        self.tell_of_call(INCOMING, 'CA1', STRANGER)
        card = person.until(lambda: self.cards(person), 'the card')[0]
        self.assertEqual(card.name, 'שיחה נכנסת, 050-999-8877')
        card.find('label', 'לא מוכר במשרד')
        # By now the service made a lead of the number: it can be opened.
        card.button('פתיחה').click()
        person.wait_shown('label', '050-999-8877')
        self.assertEqual(self.cards(person), [])

    def test_somebody_known_with_what_was_said_last(self):
        person = self.open_demo()
        person.key('ctrl+1')
        first = person.until(lambda: person.find('list', 'שיחות').all('list item'), 'conversations')[0]
        name = first.name
        first.click()
        number = person.find('label', re.compile(r'· 0\d\d-\d{3}-\d{4}')).name.rpartition(' ')[2]
        self.tell_of_call(INCOMING, 'CA1', '+972' + number.replace('-', '')[1:])
        card = person.until(lambda: self.cards(person), 'the card')[0]
        self.assertEqual(card.name, f'שיחה נכנסת, {name}')
        card.find('label', re.compile(number))
        self.tell_of_call(STATUS, 'CA1', '+972' + number.replace('-', '')[1:], 'in-progress')
        self.assertEqual([label.name for label in card.all('label') if 'שיחת טלפון נכנסת' in label.name], [])
        self.assertEqual(a11y_audit.audit(person), [])

    def test_goes_when_the_call_is_over(self):
        person = self.open_demo()
        self.tell_of_call(INCOMING, 'CA1', STRANGER)
        person.until(lambda: self.cards(person), 'the card')
        self.tell_of_call(STATUS, 'CA1', STRANGER, 'completed')
        person.until(lambda: not self.cards(person), 'the card to go')

    def test_repeated_call_does_not_come_back(self):
        person = self.open_demo()
        self.tell_of_call(INCOMING, 'CA1', WITHHELD)
        card = person.until(lambda: self.cards(person), 'the card')[0]
        self.assertEqual(card.name, 'שיחה נכנסת, מספר חסוי')
        self.assertEqual(card.all('button', 'פתיחה'), [])
        card.button('סגירה').click()
        person.until(lambda: not self.cards(person), 'the card to go')
        self.tell_of_call(INCOMING, 'CA1', WITHHELD)
        self.tell_of_call(INCOMING, 'CA2', STRANGER)
        person.until(lambda: self.cards(person), 'the other call')
        self.assertEqual([card.name for card in self.cards(person)], ['שיחה נכנסת, 050-999-8877'])

    def test_narrow(self):
        person = self.open_demo()
        person.resize(360, 720)
        self.tell_of_call(INCOMING, 'CA1', STRANGER)
        card = person.until(lambda: self.cards(person), 'the card')[0]
        self.assertTrue(card.button('פתיחה').in_view)
        number = card.find('label', '050-999-8877')
        self.assertGreater(number.box[2], 90)       # all of it


if __name__ == '__main__':
    gui_test.main()
