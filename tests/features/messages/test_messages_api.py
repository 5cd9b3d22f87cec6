#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""/api/conversations and /api/messages of a running service.

    test_messages_api.py PATH-OF-MOKED-SERVICE
"""
import itertools
import os
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..', 'support'))
from live_office import LiveOffice, OFFICE_NUMBER, eventually, ulid
from twilio_stand_in import TwilioStandIn

NOA, AVI, DANA = '+972501234567', '+972502222222', '+972503333333'
TALK = ((NOA, 'נועה בר', 'שלום, הדירה עוד פנויה?'), (AVI, 'אבי כהן', 'מתי אפשר לקבוע סיור?'),
        (DANA, 'Dana Levi', 'Is the flat on Herzl still free?'))


class Messages(unittest.TestCase):
    """Three people write to the office, and one to another office of the same service."""

    @classmethod
    def setUpClass(cls):
        cls.twilio = cls.enterClassContext(TwilioStandIn())
        cls.office = LiveOffice(PROGRAM, cls.enterClassContext(tempfile.TemporaryDirectory()), cls.twilio)
        cls.stranger = cls.office.create('משרד אחר', '+97231111111')['token']
        cls.enterClassContext(cls.office)
        cls.numbers = itertools.count(1)
        cls.conversations = {phone: cls.office.person_writes(next(cls.numbers), body, phone, ProfileName=name)
                             for phone, name, body in TALK}

    def get(self, path, **options):
        answer = self.office.ask('GET', path, **options)
        self.assertEqual((answer.status, answer.type), (200, 'application/json'), answer)
        return answer.body

    def refuse(self, status, code, method, path, body=None, **options):
        answer = self.office.ask(method, path, body, **options)
        self.assertEqual((answer.status, answer.type), (status, 'application/problem+json'), answer)
        self.assertEqual((answer.body['status'], answer.body['code']), (status, code))
        self.assertTrue(answer.body['detail'])
        return answer.body['detail']

    def names(self, query=''):
        return [item['customer_name'] for item in self.get('/api/conversations' + query)['items']]

    def messages_of(self, phone, query=''):
        return self.get(f"/api/conversations/{self.conversations[phone]['id']}/messages{query}")

    def walk(self, path, key):
        """The whole list, one item a page."""
        found, query = [], '?limit=1'
        while query:
            page = self.get(path + query)
            self.assertEqual(len(page['items']), 1)
            found += [item[key] for item in page['items']]
            query = page['next'] and f"?limit=1&cursor={page['next']}"
        return found

    def test_conversations_newest_first(self):
        items = self.get('/api/conversations')['items']
        self.assertEqual([item['customer_name'] for item in items], ['Dana Levi', 'אבי כהן', 'נועה בר'])
        self.assertEqual({item['address'] for item in items}, {NOA, AVI, DANA})
        newest = items[0]
        self.assertEqual((newest['channel'], newest['state'], newest['last_direction'], newest['preview'], newest['unread']),
                         ('whatsapp', 'open', 'in', TALK[2][2], 1))

    def test_conversations_in_pages(self):
        self.assertEqual(self.walk('/api/conversations', 'customer_name'), ['Dana Levi', 'אבי כהן', 'נועה בר'])
        self.assertIsNone(self.get('/api/conversations?limit=3')['next'])
        self.assertIsNotNone(self.get('/api/conversations?limit=2')['next'])

    def test_conversations_found(self):
        for query, wanted in (('סיור', ['אבי כהן']), ('נועה', ['נועה בר']), ('herzl', ['Dana Levi']),
                              ('0502222', ['אבי כהן']), ('אין כזה', [])):
            with self.subTest(query=query):
                eventually(lambda: self.names(f'?q={query}') == wanted, f'{wanted} to be found')

    def test_conversations_of_a_state(self):
        self.assertEqual(len(self.names('?state=open')), 3)
        self.assertEqual(self.names('?state=resolved'), [])
        self.assertIn('state', self.refuse(400, 'invalid', 'GET', '/api/conversations?state=asleep'))

    def test_messages_newest_first(self):
        for body in ('עוד שאלה', 'ועוד אחת'):
            self.office.person_writes(next(self.numbers), body, AVI)
        wanted = ['ועוד אחת', 'עוד שאלה', TALK[1][2]]
        page = self.messages_of(AVI)
        self.assertEqual([item['body'] for item in page['items']], wanted)
        self.assertEqual({(item['direction'], item['kind'], item['state']) for item in page['items']},
                         {('in', 'text', 'received')})
        self.assertIsNone(page['next'])
        self.assertEqual(self.walk(f"/api/conversations/{self.conversations[AVI]['id']}/messages", 'body'), wanted)

    def test_limit_is_capped(self):
        self.assertEqual(len(self.names('?limit=100000')), 3)

    def test_bad_cursors_and_limits(self):
        for path in ('/api/conversations', f"/api/conversations/{self.conversations[NOA]['id']}/messages"):
            for cursor in ('x', '1', '1:', ':1', '1:2:3', '1:2x', '', '99999999999999999999:1', ' 1:2'):
                with self.subTest(path=path, cursor=cursor):
                    self.assertIn('cursor', self.refuse(400, 'invalid', 'GET', f'{path}?cursor={cursor}'))
            for limit in ('x', '', '1.5', '1 0', '99999999999999999999'):
                with self.subTest(path=path, limit=limit):
                    self.assertIn('limit', self.refuse(400, 'invalid', 'GET', f'{path}?limit={limit}'))

    def test_unknown_conversation(self):
        for unknown in (ulid(), 'nonsense'):
            self.refuse(404, 'not-found', 'GET', f'/api/conversations/{unknown}/messages')
        self.refuse(422, 'rejected', 'POST', '/api/messages', {'conversation_id': ulid(), 'body': 'שלום'})

    def test_nothing_for_others(self):
        mine = self.conversations[NOA]['id']
        self.assertEqual(self.get('/api/conversations', token=self.stranger), {'items': [], 'next': None})
        self.assertEqual(self.get('/api/conversations?q=סיור', token=self.stranger)['items'], [])
        self.refuse(404, 'not-found', 'GET', f'/api/conversations/{mine}/messages', token=self.stranger)
        self.refuse(422, 'rejected', 'POST', '/api/messages', {'conversation_id': mine, 'body': 'x'}, token=self.stranger)
        for path in ('/api/conversations', f'/api/conversations/{mine}/messages'):
            self.refuse(401, 'unauthenticated', 'GET', path, token='wrong')
        self.refuse(401, 'unauthenticated', 'POST', '/api/messages', {}, token='wrong')

    def wait_until_handed_over(self, phone, message_id):
        eventually(lambda: any(item['provider_id'] and item['state'] == 'sending'
                               for item in self.messages_of(phone)['items'] if item['id'] == message_id),
                   "Twilio's answer to be noted")

    def test_send(self):
        answer = self.office.ask('POST', '/api/messages',
                                 {'conversation_id': self.conversations[NOA]['id'], 'body': 'כן, עדיין פנויה'})
        self.assertEqual(answer.status, 201, answer)
        self.assertEqual((answer.body['body'], answer.body['direction'], answer.body['state']),
                         ('כן, עדיין פנויה', 'out', 'queued'))
        self.assertEqual(answer.body['author_id'], self.office.made['user'])
        self.wait_until_handed_over(NOA, answer.body['id'])
        message = self.twilio.messages_to(f'whatsapp:{NOA}')[0]
        self.assertEqual((message['body'], message['from']), ('כן, עדיין פנויה', f'whatsapp:{OFFICE_NUMBER}'))
        newest = next(item for item in self.get('/api/conversations')['items'] if item['address'] == NOA)
        self.assertEqual((newest['last_direction'], newest['preview'], newest['unread']), ('out', 'כן, עדיין פנויה', 0))

    def test_sent_again_under_one_id(self):
        body = {'conversation_id': self.conversations[DANA]['id'], 'body': 'Yes', 'id': ulid()}
        first, again = (self.office.ask('POST', '/api/messages', body) for _ in range(2))
        self.assertEqual((first.status, again.status, first.body['id'], again.body['id']),
                         (201, 201, body['id'], body['id']))
        self.wait_until_handed_over(DANA, body['id'])
        self.assertEqual(len(self.twilio.posts_to(f'whatsapp:{DANA}')), 1)
        # An id that is taken is no way to have another message quietly dropped.
        self.refuse(409, 'conflict', 'POST', '/api/messages', {**body, 'body': 'No'})
        self.refuse(409, 'conflict', 'POST', '/api/messages',
                    {**body, 'conversation_id': self.conversations[NOA]['id']})

    def test_what_cannot_be_sent(self):
        good = {'conversation_id': self.conversations[AVI]['id'], 'body': 'שלום'}
        before = len(self.messages_of(AVI)['items'])
        for change, status, code in (({'body': '  \n'}, 422, 'rejected'), ({'body': 'א' * 1601}, 422, 'rejected'),
                                     ({'body': 5}, 400, 'invalid'), ({'body': None}, 400, 'invalid'),
                                     ({'conversation_id': 7}, 400, 'invalid'), ({'id': 'mine'}, 400, 'invalid')):
            with self.subTest(change=change):
                self.refuse(status, code, 'POST', '/api/messages', {**good, **change})
        for body in ('', '{', '[]', 'null', '"x"'):
            with self.subTest(body=body):
                self.refuse(400, 'format', 'POST', '/api/messages', body.encode())
        self.assertEqual(len(self.messages_of(AVI)['items']), before)


if __name__ == '__main__':
    PROGRAM = sys.argv.pop(1)
    unittest.main(verbosity=2)
