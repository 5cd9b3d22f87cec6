#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""/api/customers of a running service.

    test_customers_api.py PATH-OF-MOKED-SERVICE
"""
import http.client
import json
import os
import subprocess
import sys
import tempfile
import unittest
import urllib.parse

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..', 'support'))
import database
from office import ready_line, stop

PEOPLE = (
    ('שרון בן-דוד', '052-345-6789', 'sharon@example.com', ['חם', 'VIP']),
    ('רבקה מזרחי', '050-111-2222', None, ['VIP2']),
    ('אברהם כהן', '+44 20 7946 0958', 'avi@example.org', ['חם']),
    ('Dana Levi', None, None, []),
)
IN_ORDER = ['אברהם כהן', 'רבקה מזרחי', 'שרון בן-דוד', 'Dana Levi']


class Customers(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = cls.enterClassContext(tempfile.TemporaryDirectory())
        database.prepare(cls.folder)
        made = subprocess.run([PROGRAM, 'create', '--data-dir', cls.folder, '--name', 'משרד הדר', '--user', 'נועה'],
                              capture_output=True, text=True, check=True)
        cls.token = json.loads(made.stdout.splitlines()[-1])['token']
        cls.process = subprocess.Popen([PROGRAM, '--data-dir', cls.folder, '--listen', '127.0.0.1:0'],
                                       stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        cls.addClassCleanup(stop, cls.process)
        cls.port = int(ready_line(cls.process)['listen'].rpartition(':')[2])

    def ask(self, method, path, body=None, token=None):
        connection = http.client.HTTPConnection('127.0.0.1', self.port, timeout=30)
        headers = {'Authorization': f'Bearer {token or self.token}', 'Content-Type': 'application/json'}
        connection.request(method, urllib.parse.quote(path, safe='/?=&+%'),
                           json.dumps(body) if isinstance(body, dict) else body, headers)
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        self.type, self.location = answer.getheader('Content-Type'), answer.getheader('Location')
        return answer.status, json.loads(text) if text else None

    def create(self, **fields):
        status, customer = self.ask('POST', '/api/customers', fields)
        self.assertEqual(status, 201, customer)
        self.addCleanup(self.ask, 'DELETE', self.location)
        return customer

    def create_people(self):
        for name, phone, email, tags in PEOPLE:
            self.create(name=name, phone=phone, email=email, tags=tags)

    def names(self, query=''):
        status, page = self.ask('GET', '/api/customers' + query)
        self.assertEqual(status, 200, page)
        return [item['name'] for item in page['items']]

    def wait_for_names(self, query, wanted):
        """The index follows the rows, a moment later."""
        for _ in range(200):
            if self.names(query) == wanted:
                return
            self.ask('GET', '/healthz')
        self.assertEqual(self.names(query), wanted)

    def refuse(self, status, code, method, path, body=None, token=None):
        answer, problem = self.ask(method, path, body, token)
        self.assertEqual((answer, problem['code'], problem['status']), (status, code, status))
        self.assertEqual(self.type, 'application/problem+json')
        return problem['detail']

    def test_create_and_read(self):
        made = self.create(name='  דנה כהן ', phone='052 345 67 89', email=' Dana@Example.COM ', id_number='12345678-2',
                           tags=['חם', 'קונה', 'חם'], status='active')
        status, read = self.ask('GET', self.location)
        self.assertEqual(status, 200)
        self.assertEqual(read, made)
        self.assertEqual((read['name'], read['phone'], read['email'], read['id_number'], read['tags'], read['status']),
                         ('דנה כהן', '+972523456789', 'dana@example.com', '123456782', ['חם', 'קונה'], 'active'))
        self.assertEqual([(i['kind'], i['value']) for i in read['identities']],
                         [('phone', '+972523456789'), ('email', 'dana@example.com')])

    def test_bad_values_are_named(self):
        bad = ({}, {'name': '   '}, {'name': 'דנה', 'phone': '12'}, {'name': 'דנה', 'email': 'dana'},
               {'name': 'דנה', 'id_number': '123456783'}, {'name': 'דנה', 'kind': 'organisation', 'id_number': '123456782'},
               {'name': 'דנה', 'status': 'sleepy'}, {'name': 5}, {'name': 'דנה', 'tags': 'חם'}, {'name': 'א' * 201},
               {'name': 'דנה', 'shoe_size': 39}, {'name': 'דנה', 'sort_name': 'A'})
        for body in bad:
            with self.subTest(body=body):
                self.assertTrue(self.refuse(400, 'invalid', 'POST', '/api/customers', body))
        self.refuse(403, 'forbidden', 'POST', '/api/customers', {'name': 'דנה', 'last_activity_at': 5})
        for body in ('', '{', '[]', 'null', '"דנה"', '{"name":"דנה"} x'):
            with self.subTest(body=body):
                self.refuse(400, 'format', 'POST', '/api/customers', body.encode())
        self.assertEqual(self.names(), [])

    def test_update_keeps_the_rest(self):
        made = self.create(name='דנה כהן', phone='0523456789', city='חיפה')
        status, changed = self.ask('PUT', self.location, {'city': 'אילת', 'phone': '03-555-1234'})
        self.assertEqual(status, 200)
        self.assertEqual((changed['name'], changed['city'], changed['phone']), ('דנה כהן', 'אילת', '+97235551234'))
        self.assertEqual({i['value'] for i in changed['identities']}, {'+972523456789', '+97235551234'})
        self.assertGreater(changed['version'], made['version'])

    def test_update_of_an_old_version(self):
        made = self.create(name='דנה כהן')
        path = self.location
        self.assertEqual(self.ask('PUT', path, {'city': 'אילת', 'version': made['version']})[0], 200)
        self.refuse(409, 'conflict', 'PUT', path, {'city': 'חיפה', 'version': made['version']})
        self.assertEqual(self.ask('GET', path)[1]['city'], 'אילת')

    def test_delete(self):
        self.create(name='דנה כהן', phone='0523456789')
        path = self.location
        self.assertEqual(self.ask('DELETE', path), (204, None))
        for method in ('GET', 'DELETE'):
            self.refuse(404, 'not-found', method, path)
        self.refuse(404, 'not-found', 'PUT', path, {'name': 'מישהי'})
        self.refuse(404, 'not-found', 'GET', '/api/customers/nobody')
        self.assertEqual(self.names(), [])

    def test_list_in_order_and_in_pages(self):
        self.create_people()
        self.assertEqual(self.names(), IN_ORDER)
        walked, query = [], '?limit=1'
        while query:
            _, page = self.ask('GET', '/api/customers' + query)
            walked += [item['name'] for item in page['items']]
            query = page['next'] and f"?limit=1&cursor={page['next']}"
        self.assertEqual(walked, IN_ORDER)
        self.assertEqual(len(self.names('?limit=0')), 1)
        for cursor in ('x', '!!!', 'MTIz', '////'):
            self.refuse(400, 'invalid', 'GET', f'/api/customers?cursor={cursor}')

    def test_new_rows_do_not_shift_pages(self):
        self.create_people()
        _, page = self.ask('GET', '/api/customers?limit=2')
        self.create(name='אאא')
        self.assertEqual(self.names(f"?limit=9&cursor={page['next']}"), IN_ORDER[2:])

    def test_search_and_filters(self):
        self.create_people()
        self.wait_for_names('?q=כהנ', ['אברהם כהן'])
        self.wait_for_names('?q=052-345', ['שרון בן-דוד'])
        self.wait_for_names('?q=%2B97252', ['שרון בן-דוד'])
        self.wait_for_names('?q=sharon@', ['שרון בן-דוד'])
        self.wait_for_names('?q=' + urllib.parse.quote('בן דוד'), ['שרון בן-דוד'])
        self.wait_for_names('?tag=VIP', ['שרון בן-דוד'])
        self.wait_for_names('?tag=חם', ['אברהם כהן', 'שרון בן-דוד'])
        self.assertEqual(self.names('?status=lead'), IN_ORDER)
        self.assertEqual(self.names('?status=closed'), [])
        self.refuse(400, 'invalid', 'GET', '/api/customers?status=sleepy')

    def test_needs_a_token(self):
        self.refuse(401, 'unauthenticated', 'GET', '/api/customers', token='wrong')


if __name__ == '__main__':
    PROGRAM = sys.argv.pop(1)
    unittest.main(verbosity=2)
