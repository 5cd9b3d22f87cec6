#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Conversations as somebody in the office works with them."""

import os
import re
import signal
import sys
import urllib.request

TESTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..')
sys.path += [os.path.join(TESTS, 'app'), os.path.join(TESTS, 'support')]

import a11y_audit
import app_test
import gui_test
import office
from waiting import until


class Conversations(app_test.AppTestCase):
    def open_first(self, person):
        person.key('ctrl+1')
        conversations = person.find('list', 'שיחות')
        person.until(lambda: conversations.all('list item'), 'conversations')
        conversations.all('list item')[0].click()
        person.until(lambda: person.find('list', 'הודעות').all('list item'), 'messages')

    def test_reply_is_delivered(self):
        person = self.open_demo()
        self.open_first(person)
        person.type('נקבע ליום שלישי')
        person.key('Return')
        bubble = person.find('list item', re.compile('המשרד.*נקבע ליום שלישי'))
        bubble.find('image', 'נמסרה')
        self.assertEqual(a11y_audit.audit(person), [])

    def test_draft_survives_a_restart(self):
        person = self.open_demo()
        self.open_first(person)
        person.type('עוד לא נשלח')
        person.field('הודעה').wait_text('עוד לא נשלח')
        person.quit()
        again = self.start('moked', '--demo', '--data-dir', self.folder)
        self.open_first(again)
        again.field('הודעה').wait_text('עוד לא נשלח')

    def test_waiting_is_visible(self):
        person = self.open_demo()
        self.open_first(person)
        os.kill(self.find_service(person), signal.SIGSTOP)
        self.addCleanup(self.let_service_go_on, self.find_service(person))
        person.type('לא לשלוח')
        person.key('Return')
        bubble = person.find('list item', re.compile('לא לשלוח'))
        bubble.find('label', 'ממתינה לשליחה')

    def let_service_go_on(self, service):
        try:
            os.kill(service, signal.SIGCONT)
        except ProcessLookupError:
            pass

    def test_narrow(self):
        person = self.open_demo()
        self.session.screen.resize(360, 720)
        person.key('ctrl+1')
        conversations = person.find('list', 'שיחות')
        person.until(lambda: conversations.all('list item'), 'conversations')
        conversations.all('list item')[0].click()
        self.assertTrue(person.find('button', 'שליחה').in_view)


class Webhook(app_test.AppTestCase):
    def test_new_person_appears_with_a_notification(self):
        folder = os.path.join(self.folder, 'service')
        os.makedirs(folder)
        with open(os.open(f'{folder}/service.conf', os.O_WRONLY | os.O_CREAT, 0o600), 'w', encoding='utf-8') as conf:
            conf.write(f'[server]\npublic-url={office.PUBLIC_URL}\n'
                       f'[twilio]\naccount-sid={office.ACCOUNT_SID}\nauth-token={office.AUTH_TOKEN}\n')
        person = self.open_demo()
        person.key('ctrl+1')
        form = office.whatsapp_message()
        headers, body = office.signed_post(form)
        with open(f'{folder}/service.json', encoding='utf-8') as file:
            listen = re.search('http://[^"]*', file.read())[0]
        request = urllib.request.Request(listen + office.WHATSAPP_PATH, body,
                                         {name.decode(): value.decode() for name, value in headers})
        self.assertEqual(urllib.request.urlopen(request).status, 200)
        person.find('list item', 'נועה לדוגמה')
        notification = self.session.notifications.wait_for('נועה לדוגמה')
        self.assertIn('הדירה עוד פנויה', notification['body'])
        person.find('list item', 'נועה לדוגמה').click()
        person.find('list item', re.compile('הדירה עוד פנויה'))
        until(lambda: self.session.notifications.is_closed(notification), 'the notification to go')


if __name__ == '__main__':
    gui_test.main()
