#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""/api/history of a running service.

    test_history_api.py PATH-OF-MOKED-SERVICE
"""
import http.client
import json
import os
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..', 'support'))
import database
from office import ready_line, stop


def create_office(folder, name):
    made = subprocess.run([PROGRAM, 'create', '--data-dir', folder, '--name', name, '--user', 'נועה'],
                          capture_output=True, text=True, check=True)
    return json.loads(made.stdout.splitlines()[-1])['token']


class History(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = cls.enterClassContext(tempfile.TemporaryDirectory())
        database.prepare(cls.folder)
        cls.token = create_office(cls.folder, 'משרד הדר')
        cls.other_token = create_office(cls.folder, 'משרד אחר')
        cls.process = subprocess.Popen([PROGRAM, '--data-dir', cls.folder, '--listen', '127.0.0.1:0'],
                                       stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        cls.addClassCleanup(stop, cls.process)
        cls.port = int(ready_line(cls.process)['listen'].rpartition(':')[2])

    def ask(self, method, path, body=None, token=None):
        connection = http.client.HTTPConnection('127.0.0.1', self.port, timeout=30)
        connection.request(method, path, json.dumps(body) if body else None,
                           {'Authorization': f'Bearer {token or self.token}', 'Content-Type': 'application/json'})
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        return answer.status, json.loads(text) if text else None

    def create(self, **fields):
        status, customer = self.ask('POST', '/api/customers', fields)
        self.assertEqual(status, 201, customer)
        return customer['id']

    def change(self, customer, **fields):
        status, answer = self.ask('PUT', f'/api/customers/{customer}', fields)
        self.assertEqual(status, 200, answer)

    def read(self, customer, more=''):
        status, page = self.ask('GET', f'/api/history?entity=customer&id={customer}{more}')
        self.assertEqual(status, 200, page)
        return page

    def refuse(self, status, path, token=None):
        answer, problem = self.ask('GET', path, token=token)
        self.assertEqual((answer, problem['status']), (status, status), problem)

    def test_who_when_what_and_from_where(self):
        customer = self.create(name='דנה כהן', city='עכו')
        self.change(customer, city='חיפה')
        newest, oldest = self.read(customer)['items']
        self.assertEqual((newest['kind'], newest['entity'], newest['id']), ('update', 'customer', customer))
        self.assertEqual((newest['name'], newest['origin']), ('נועה', 'api'))
        self.assertEqual(newest['fields'], [{'field': 'city', 'old': 'עכו', 'new': 'חיפה'}])
        self.assertGreaterEqual(newest['at'], oldest['at'])
        self.assertEqual(oldest['kind'], 'create')
        self.assertIn({'field': 'name', 'old': None, 'new': 'דנה כהן'}, oldest['fields'])

    def test_in_pages_newest_first(self):
        customer = self.create(name='דנה כהן')
        for number in range(60):
            self.change(customer, city=f'עיר {number}')
        first = self.read(customer)
        second = self.read(customer, f'&cursor={first["next"]}')
        self.assertEqual(len(first['items']), 50)
        self.assertNotIn('next', second)
        seqs = [item['seq'] for item in first['items'] + second['items']]
        self.assertEqual(len(seqs), 61)
        self.assertEqual(seqs, sorted(set(seqs), reverse=True))

    def test_a_deleted_record_with_what_belongs_to_it(self):
        customer = self.create(name='דנה כהן', phone='052-345-6789')
        self.assertEqual(self.ask('DELETE', f'/api/customers/{customer}')[0], 204)
        self.assertEqual({item['entity'] for item in self.read(customer)['items']}, {'customer'})
        items = self.read(customer, '&with=identity,note')['items']
        self.assertEqual({(item['entity'], item['kind']) for item in items},
                         {(entity, kind) for entity in ('customer', 'identity') for kind in ('create', 'delete')})

    def test_edits_only(self):
        customer = self.create(name='דנה כהן')
        database.run(self.folder, 'INSERT INTO change SELECT business_id, 1000000, entity, entity_id, '
                     f"'update', NULL, 'webhook', NULL, at FROM change WHERE entity_id = '{customer}'")
        database.run(self.folder, "INSERT INTO change_field SELECT business_id, 1000000, 'last_activity', NULL, 'שלום' "
                     'FROM change WHERE seq = 1000000')
        self.assertEqual([item['name'] for item in self.read(customer)['items']], [None, 'נועה'])
        self.assertEqual([item['kind'] for item in self.read(customer, '&edits=true')['items']], ['create'])

    def test_another_business_does_not_see_it(self):
        customer = self.create(name='דנה כהן')
        self.refuse(404, f'/api/history?entity=customer&id={customer}', token=self.other_token)
        self.refuse(404, '/api/history?entity=customer&id=01JNOBODY')
        self.refuse(404, f'/api/history?entity=nothing&id={customer}')

    def test_bad_questions(self):
        customer = self.create(name='דנה כהן')
        for more in ('&cursor=x', '&cursor=-1', '&cursor=0', '&cursor=', '&with=message_x', '&with=user',
                     '&with=' + ','.join(['note'] * 9)):
            self.refuse(400, f'/api/history?entity=customer&id={customer}{more}')
        self.refuse(400, '/api/history?entity=customer')
        self.refuse(400, f'/api/history?id={customer}')

    def test_needs_a_token(self):
        customer = self.create(name='דנה כהן')
        self.refuse(401, f'/api/history?entity=customer&id={customer}', token='wrong')


if __name__ == '__main__':
    PROGRAM = sys.argv.pop(1)
    unittest.main()
