#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every way out of a running service, walked by an agent who sees only their own customers, and by another office.

    test_scope_api.py PATH-OF-MOKED-SERVICE
"""
import hashlib
import itertools
import json
import os
import sqlite3
import sys
import tempfile
import unittest

from websockets.sync.client import connect

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..', 'support'))
from live_office import LiveOffice, OFFICE_NUMBER, eventually, sid, ulid
from office import ACCOUNT_SID

SECRET, MINE, NOBODYS = '+972501111111', '+972502222222', '+972503333333'
SECRET_NAME, SECRET_TEXT = 'גלעד הסודי', 'זה סוד'
FILE = b'what nobody else may read'
ENTITIES = ('customer', 'identity', 'note', 'conversation', 'message', 'call', 'attachment')
AGENTS = ('agent', 'leaver', 'wide')


class Scope(unittest.TestCase):
    """One person of each: the owner's, the agent's, nobody's. Each wrote to the office and called it."""

    @classmethod
    def setUpClass(cls):
        cls.office = LiveOffice(PROGRAM, cls.enterClassContext(tempfile.TemporaryDirectory()))
        cls.stranger = cls.office.create('משרד אחר', '+97231111111')['token']
        cls.users = {name: cls.add_user(name) for name in AGENTS}
        cls.enterClassContext(cls.office)
        cls.numbers = itertools.count(1)
        cls.conversations = {
            phone: cls.office.person_writes(next(cls.numbers), body, phone, ProfileName=name)
            for phone, name, body in ((SECRET, SECRET_NAME, SECRET_TEXT), (MINE, 'נועה', 'שלום'), (NOBODYS, 'אבי', 'היי'))}
        cls.customers = {phone: row['customer_id'] for phone, row in cls.conversations.items()}
        for phone in (SECRET, MINE, NOBODYS):
            cls.call(phone)
        eventually(lambda: len(cls.office.rows('call')) == 3, 'the calls')
        cls.secret_note = cls.note(cls.customers[SECRET], SECRET_TEXT)
        cls.attach(cls.customers[SECRET])
        cls.give(SECRET, cls.office.made['user'])
        cls.give(MINE, cls.users['agent'])
        for name in ('agent', 'leaver'):
            answer = cls.office.ask('PATCH', f'/api/users/{cls.users[name]}', {'sees': 'own'})
            assert answer.status == 200, answer
        cls.secret_message = next(row for row in cls.office.rows('message') if row['body'] == SECRET_TEXT)
        cls.secret_ids = {row['id'] for kind in ENTITIES for row in cls.office.rows(kind)
                          if cls.customers[SECRET] in (row['id'], row.get('customer_id'))}

    @classmethod
    def add_user(cls, name):
        """A user with a device whose token is the name."""
        user = ulid()
        database = sqlite3.connect(f'{cls.office.folder}/moked.db')
        database.execute('INSERT INTO user (business_id, id, version, created_at, name, role, sees) '
                         "VALUES (?, ?, 0, 1, ?, 'agent', 'all')", (cls.office.business, user, name))
        database.execute('INSERT INTO device (id, business_id, user_id, name, token_hash, created_at) '
                         'VALUES (?, ?, ?, ?, ?, 1)',
                         (ulid(), cls.office.business, user, name, hashlib.sha256(name.encode()).hexdigest()))
        database.commit()
        database.close()
        return user

    @classmethod
    def call(cls, phone):
        form = {'CallSid': sid('CA', next(cls.numbers)), 'AccountSid': ACCOUNT_SID, 'From': phone, 'To': OFFICE_NUMBER,
                'Caller': phone, 'Called': OFFICE_NUMBER, 'CallStatus': 'ringing', 'Direction': 'inbound',
                'ApiVersion': '2010-04-01', 'FromCountry': 'IL'}
        assert cls.office.webhook('/webhook/incoming_call', form).status == 200

    @classmethod
    def give(cls, phone, user):
        answer = cls.office.ask('PUT', f'/api/customers/{cls.customers[phone]}', {'owner_id': user})
        assert answer.status == 200, answer

    @classmethod
    def note(cls, customer, body):
        note = ulid()
        outcome = cls.push(None, {'op': 'save', 'entity': 'note', 'id': note,
                                  'fields': {'customer_id': customer, 'body': body}})
        assert outcome['status'] == 'applied', outcome
        return note

    @classmethod
    def attach(cls, customer):
        sha256 = hashlib.sha256(FILE).hexdigest()
        outcome = cls.push(None, {'op': 'save', 'entity': 'attachment', 'id': ulid(), 'fields': {
            'name': 'a.txt', 'size': len(FILE), 'sha256': sha256, 'entity': 'customer', 'entity_id': customer,
            'customer_id': customer}})
        assert outcome['status'] == 'applied', outcome
        answer = cls.office.send('PATCH', f'/api/files/{sha256}', FILE, {
            'Authorization': f'Bearer {cls.office.token}', 'Content-Range': f'bytes 0-{len(FILE) - 1}/{len(FILE)}'})
        assert answer.status == 200, answer

    @classmethod
    def push(cls, token, *ops):
        """One mutation of a new device; its outcome."""
        answer = cls.office.ask('POST', '/api/sync/push', {
            'client': ulid(), 'mutations': [{'n': 1, 'id': ulid(), 'base': 0, 'label': '', 'ops': list(ops)}]},
            token=token)
        assert answer.status == 200, answer
        return answer.body['results'][0]

    def agent(self, method, path, body=None, token='agent'):
        return self.office.ask(method, path, body, token=token)

    def scope(self, token):
        return self.agent('GET', '/api/sync/state', token=token).body['scope']

    def rows(self, kind, token='agent'):
        answer = self.agent('GET', f'/api/sync/snapshot?entity={kind}&scope={self.scope(token)}', token=token)
        self.assertEqual(answer.status, 200, answer)
        return [dict(zip(answer.body['fields'], row)) for row in answer.body['rows']]

    def assert_no_secret(self, answer):
        text = json.dumps(answer.body, ensure_ascii=False)
        for leak in (SECRET_NAME, SECRET_TEXT, SECRET, *self.secret_ids):
            self.assertNotIn(leak, text)

    def assert_like_nothing(self, method, path, secret, body=None):
        """What is there and what is not get the same answer."""
        for token in ('agent', self.stranger):
            there = self.agent(method, path.format(secret), body, token)
            nothing = self.agent(method, path.format(ulid()), body, token)
            self.assertEqual((there.status, there.body['code']), (404, 'not-found'), there)
            self.assertEqual((nothing.status, nothing.body['code']), (404, 'not-found'), nothing)

    def test_lists(self):
        for path in ('/api/customers?limit=200', '/api/customers?q=גלעד', '/api/conversations?limit=200',
                     '/api/conversations?q=סוד', '/api/conversations?state=open'):
            with self.subTest(path=path):
                answer = self.agent('GET', path)
                self.assertEqual(answer.status, 200)
                self.assert_no_secret(answer)
        found = {item['id'] for item in self.agent('GET', '/api/customers').body['items']}
        self.assertEqual(found, {self.customers[MINE], self.customers[NOBODYS]})
        self.assertEqual(len(self.agent('GET', '/api/conversations').body['items']), 2)
        self.assertEqual(len(self.agent('GET', '/api/customers?limit=1').body['items']), 1)

    def test_one_customer(self):
        secret = self.customers[SECRET]
        self.assert_like_nothing('GET', '/api/customers/{}', secret)
        self.assert_like_nothing('PUT', '/api/customers/{}', secret, {'city': 'עכו'})
        self.assert_like_nothing('DELETE', '/api/customers/{}', secret)
        self.assertEqual(self.agent('GET', f'/api/customers/{self.customers[MINE]}').status, 200)

    def test_messages(self):
        secret = self.conversations[SECRET]['id']
        self.assert_like_nothing('GET', '/api/conversations/{}/messages', secret)
        answers = [self.agent('POST', '/api/messages', {'conversation_id': conversation, 'body': 'שלום'})
                   for conversation in (secret, ulid())]
        self.assertEqual(answers[0], answers[1])
        self.assertEqual(answers[0].status, 422)
        mine = self.conversations[MINE]['id']
        self.assertEqual(self.agent('GET', f'/api/conversations/{mine}/messages').status, 200)

    def test_files(self):
        sha256 = hashlib.sha256(FILE).hexdigest()
        for token, status in ((self.office.token, 200), ('agent', 404), (self.stranger, 404)):
            for path in (f'/api/files/{sha256}', f'/api/files/{sha256}/state?size={len(FILE)}'):
                answer = self.office.send('GET', path, None, {'Authorization': f'Bearer {token}'})
                self.assertEqual(answer.status, status, (path, token))

    def test_history(self):
        for entity, record in (('customer', self.customers[SECRET]), ('note', self.secret_note),
                               ('message', self.secret_message['id'])):
            self.assert_like_nothing('GET', f'/api/history?entity={entity}&id={{}}', record)
        answer = self.agent('GET', f"/api/history?entity=customer&id={self.customers[MINE]}&with=note,identity,call")
        self.assertEqual(answer.status, 200)
        self.assert_no_secret(answer)

    def test_listing(self):
        for kind in ENTITIES:
            with self.subTest(kind=kind):
                self.assert_no_secret(self.agent('GET', f"/api/sync/snapshot?entity={kind}&scope={self.scope('agent')}"))
        for kind in ('identity', 'conversation', 'message', 'call'):
            self.assertEqual({row['customer_id'] for row in self.rows(kind)},
                             {self.customers[MINE], self.customers[NOBODYS]}, kind)
        self.assertEqual(len(self.rows('customer')), 2)
        for answer in (self.agent('GET', '/api/sync/snapshot?entity=customer'),
                       self.agent('GET', '/api/sync/snapshot?entity=customer&scope=all')):
            self.assertEqual(answer.status, 410)

    def test_pull(self):
        state = self.agent('GET', '/api/sync/state').body
        path = f"/api/sync/pull?epoch={state['epoch']}&since="
        everything = self.agent('GET', f"{path}0&scope={state['scope']}")
        text = json.dumps(everything.body, ensure_ascii=False)
        for leak in (SECRET_NAME, SECRET_TEXT):
            self.assertNotIn(leak, text)
        # Nobody's until it was given away: that it is gone is all that is said of it.
        told = [item for item in everything.body['rows'] if self.secret_ids & {item.get('remove'), item.get('row', {}).get('id')}]
        self.assertEqual(told, [{'entity': 'customer', 'remove': self.customers[SECRET]}])
        self.assertEqual(self.agent('GET', path + '0&scope=all').status, 410)
        # What happens to it later is nobody's business.
        self.office.ask('PUT', f'/api/customers/{self.customers[SECRET]}', {'city': 'אילת'})
        later = self.agent('GET', f"{path}{state['head']}&scope={state['scope']}")
        self.assertEqual(later.status, 200)
        self.assert_no_secret(later)

    def test_push(self):
        secret, note = self.customers[SECRET], self.secret_note
        message, conversation = self.secret_message['id'], self.conversations[SECRET]['id']
        tries = [
            ('customer', secret, {'op': 'save', 'exists': True, 'fields': {'city': 'עכו'}}),
            ('customer', secret, {'op': 'delete'}), ('customer', secret, {'op': 'restore'}),
            ('note', note, {'op': 'save', 'exists': True, 'fields': {'body': 'אחר'}}), ('note', note, {'op': 'delete'}),
        ]
        for entity, record, op in tries:
            with self.subTest(entity=entity, op=op['op']):
                there = self.push('agent', {**op, 'entity': entity, 'id': record})
                nothing = self.push('agent', {**op, 'entity': entity, 'id': ulid()})
                self.assertEqual((there['status'], there['code']), ('rejected', 'forbidden'))
                self.assertEqual((there['code'], there['detail']), (nothing['code'], nothing['detail']))
                self.assertEqual([row['row'] for row in there['rows']], [None])
        for op in ({'op': 'save', 'entity': 'note', 'id': ulid(), 'fields': {'customer_id': secret, 'body': 'x'}},
                   {'op': 'save', 'entity': 'customer', 'id': secret, 'fields': {'name': 'אחר'}},
                   {'op': 'command', 'name': 'customer.touch', 'args': {'customer_id': secret, 'what': 'x'}},
                   {'op': 'command', 'name': 'message.send',
                    'args': {'message_id': ulid(), 'conversation_id': conversation, 'body': 'x'}},
                   {'op': 'command', 'name': 'message.retry', 'args': {'message_id': message}},
                   {'op': 'command', 'name': 'message.cancel', 'args': {'message_id': message}},
                   {'op': 'command', 'name': 'conversation.read', 'args': {'conversation_id': conversation, 'up_to': 1}}):
            with self.subTest(op=op):
                outcome = self.push('agent', op)
                self.assertEqual((outcome['status'], outcome['code']), ('rejected', 'forbidden'), outcome)
        overlay = self.push('agent', {'op': 'overlay', 'entity': 'message', 'id': message})
        self.assertEqual([row['row'] for row in overlay['rows']], [None])

    def test_nobody_makes_or_removes_users(self):
        owner = self.office.made['user']
        for op in ({'op': 'delete', 'entity': 'user', 'id': owner},
                   {'op': 'save', 'entity': 'user', 'id': ulid(), 'fields': {'name': 'עוד אחד'}},
                   {'op': 'save', 'entity': 'user', 'id': self.users['agent'], 'exists': True, 'fields': {'sees': 'all'}}):
            outcome = self.push('agent', op)
            self.assertEqual(outcome['status'], 'rejected')
        for method, body in (('PATCH', {'sees': 'all'}), ('DELETE', None)):
            self.assertEqual(self.agent(method, f"/api/users/{self.users['agent']}", body).status, 403)
            self.assertIn(self.agent(method, f'/api/users/{owner}', body, self.stranger).status, (403, 404))
        self.assertEqual(self.office.ask('DELETE', f'/api/users/{owner}').status, 422)
        self.assertEqual(self.office.ask('PATCH', f'/api/users/{owner}', {'role': 'agent'}).status, 422)

    def listen(self, token):
        return self.enterContext(connect(f'ws://127.0.0.1:{self.office.port}/api/sync/live', open_timeout=30,
                                         additional_headers={'Authorization': f'Bearer {token}'}))

    def hear(self, desktop, name):
        while (told := json.loads(desktop.recv(timeout=30))).get('name') != name:
            pass
        return told['data']

    def test_events(self):
        agent, owner = self.listen('agent'), self.listen(self.office.token)
        self.call(SECRET)
        self.assertEqual(self.hear(owner, 'call.incoming')['name'], SECRET_NAME)
        ring = self.hear(agent, 'call.incoming')
        self.assertEqual((ring['from'], ring.get('name'), ring.get('customer_id')), (SECRET, None, None))
        self.office.person_writes(next(self.numbers), 'עוד סוד', SECRET)
        self.office.person_writes(next(self.numbers), 'לא סוד', NOBODYS)
        self.assertEqual(self.hear(owner, 'message.received')['preview'], 'עוד סוד')
        self.assertEqual(self.hear(agent, 'message.received')['preview'], 'לא סוד')

    def test_removed_user(self):
        self.assertEqual(self.agent('GET', '/api/customers', token='leaver').status, 200)
        state = self.agent('GET', '/api/sync/state', token='leaver').body
        self.assertEqual(self.office.ask('DELETE', f"/api/users/{self.users['leaver']}").status, 204)
        for path in ('/api/customers', '/api/conversations', '/api/office', '/api/sync/state',
                     f"/api/history?entity=customer&id={self.customers[NOBODYS]}",
                     f"/api/sync/pull?epoch={state['epoch']}&since=0&scope={state['scope']}"):
            self.assertEqual(self.agent('GET', path, token='leaver').status, 401, path)
        push = self.agent('POST', '/api/sync/push', {'client': ulid(), 'mutations': []}, 'leaver')
        self.assertEqual(push.status, 401)

    def test_rights_change_the_key(self):
        before = self.scope('wide')
        self.assertEqual(len(self.rows('customer', 'wide')), 3)
        self.assertEqual(self.office.ask('PATCH', f"/api/users/{self.users['wide']}", {'sees': 'own'}).status, 200)
        self.assertNotEqual(self.scope('wide'), before)
        self.assertEqual([row['id'] for row in self.rows('customer', 'wide')], [self.customers[NOBODYS]])
        self.assertEqual(self.office.ask('PATCH', f"/api/users/{self.users['wide']}", {'role': 'manager'}).status, 200)
        self.assertEqual(len(self.rows('customer', 'wide')), 3)


if __name__ == '__main__':
    PROGRAM = sys.argv.pop(1)
    unittest.main()
