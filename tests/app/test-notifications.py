#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What somebody is notified of, and what opens when they press it."""

import contextlib
import os
import re
import sqlite3
import sys
import urllib.request

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))

import app_test
import gui_test
import office
from person import plain
from waiting import until

SETTINGS = (f'[server]\npublic-url={office.PUBLIC_URL}\n'
            f'[twilio]\naccount-sid={office.ACCOUNT_SID}\nauth-token={office.AUTH_TOKEN}\n')


class NotificationTestCase(app_test.AppTestCase):
    def setUp(self):
        super().setUp()
        self.service_folder = os.path.join(self.folder, 'service')
        os.makedirs(self.service_folder)
        with open(os.open(f'{self.service_folder}/service.conf', os.O_WRONLY | os.O_CREAT, 0o600), 'w',
                  encoding='utf-8') as conf:
            conf.write(SETTINGS)
        self.seen = len(self.session.notifications.all())

    def new(self):
        """Notifications that came in this test."""
        return self.session.notifications.all()[self.seen:]

    @contextlib.contextmanager
    def closed_program(self):
        """While the program is closed and its service goes on: the way to the webhooks."""
        self.open_demo().quit()
        with self.service_of(self.service_folder) as url:
            yield lambda path, form: self.post(url + path, path, form)

    def post(self, url, path, form):
        headers, body = office.signed_post(form, path)
        request = urllib.request.Request(url, body, {name.decode(): value.decode() for name, value in headers})
        self.assertEqual(urllib.request.urlopen(request).status, 200)

    def wait_applied(self, sql):
        """Until the service has made of the webhooks what the count in `sql` tells."""
        path = f'file:{self.service_folder}/moked.db?mode=ro'
        with contextlib.closing(sqlite3.connect(path, uri=True)) as database:
            until(lambda: database.execute(sql).fetchone()[0], sql)

    def message(self, number, name, body):
        return office.whatsapp_message(f'SM{number:032}', body, f'+97250987{number:04}', ProfileName=name)


class WhileAway(NotificationTestCase):
    def test_message_is_told_once_and_opens(self):
        with self.closed_program() as post:
            post(office.WHATSAPP_PATH, self.message(1, 'רותם לדוגמה', 'האם הדירה ברחוב הירדן פנויה?'))
            self.wait_applied("SELECT count (*) FROM message WHERE body LIKE '%הירדן%'")
            person = self.open()
            notification = self.session.notifications.wait_for('רותם לדוגמה')
            self.assertIn('ברחוב הירדן', notification['body'])
            person.find('button', 'מסונכרן')
            person.key('ctrl+3')            # another page
            person.field('שם, טלפון, דוא״ל או תגית')
            self.session.notifications.press(notification)
            person.find('list', 'הודעות').find('list item', re.compile('ברחוב הירדן'))
            self.assertEqual([told['summary'] for told in self.new()], ['רותם לדוגמה'])

    def test_missed_call_opens_who_called(self):
        with self.closed_program() as post:
            call = {'CallSid': 'CA' + '1' * 32, 'AccountSid': office.ACCOUNT_SID, 'From': '+972509876001',
                    'To': '+97237654321', 'Direction': 'inbound', 'ApiVersion': '2010-04-01', 'CallStatus': 'ringing'}
            post('/webhook/incoming_call', call)
            post('/webhook/call_status', call | {'CallStatus': 'completed', 'CallDuration': '0',
                                                 'SequenceNumber': '3'})
            self.wait_applied("SELECT count (*) FROM call WHERE peer = '+972509876001' AND state = 'completed'")
            person = self.open()
            notification = self.session.notifications.wait_for('שיחה שלא נענתה')
            self.assertIn('050-987-6001', plain(notification['summary']))
            self.session.notifications.press(notification)
            person.wait_shown('label', re.compile('050-987-6001'))
            self.assertEqual(len(self.new()), 1)

    def test_many_are_told_as_one(self):
        with self.closed_program() as post:
            for number in range(1, 6):
                post(office.WHATSAPP_PATH, self.message(number, f'פונה {number}', f'פנייה מספר {number}'))
            self.wait_applied("SELECT count (*) = 5 FROM message WHERE body LIKE 'פנייה מספר%'")
            person = self.open()
            notification = self.session.notifications.wait_for('הודעות חדשות ב־5 שיחות')
            person.find('button', 'מסונכרן')
            person.key('ctrl+3')
            person.field('שם, טלפון, דוא״ל או תגית')
            self.session.notifications.press(notification)
            person.find('list item', 'פונה 5')
            self.assertEqual(len(self.new()), 1)


class FirstLoad(NotificationTestCase):
    def test_history_is_no_news(self):
        person = self.open_demo()
        person.key('ctrl+1')
        conversations = person.find('list', 'שיחות')
        person.until(lambda: conversations.all('list item'), 'conversations')
        with open(f'{self.service_folder}/service.json', encoding='utf-8') as file:
            url = re.search('http://[^"]*', file.read())[0]
        self.post(url + office.WHATSAPP_PATH, office.WHATSAPP_PATH, self.message(9, 'גיל לדוגמה', 'שלום'))
        self.session.notifications.wait_for('גיל לדוגמה')
        self.assertEqual(len(self.new()), 1)


if __name__ == '__main__':
    gui_test.main()
