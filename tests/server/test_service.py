#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""moked-service as a program: its commands, its exit statuses, its settings, and Twilio played by a stand-in.

    test_service.py PATH-OF-MOKED-SERVICE
"""
import base64
import http.client
import http.server
import json
import os
import stat
import subprocess
import sys
import tempfile
import threading
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
from office import AUTH_TOKEN, PUBLIC_URL, WHATSAPP_PATH, ready_line, signature, stop, whatsapp_message
from sample import FORM, PATIENCE, eventually

import urllib.parse

ACCOUNT = 'AC' + '1' * 32


class Twilio(http.server.BaseHTTPRequestHandler):
    """Knows one account, with AUTH_TOKEN."""

    def do_GET(self):
        wanted = 'Basic ' + base64.b64encode(f'{ACCOUNT}:{AUTH_TOKEN}'.encode()).decode()
        good = self.headers['Authorization'] == wanted and self.path == f'/2010-04-01/Accounts/{ACCOUNT}.json'
        body = json.dumps({'friendly_name': 'משרד לדוגמה'} if good else {'code': 20003, 'message': 'no', 'status': 401})
        self.send_response(200 if good else 401)
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *args):
        pass


class Program(unittest.TestCase):
    def setUp(self):
        self.folder = self.enterContext(tempfile.TemporaryDirectory())

    def run_it(self, *arguments):
        return subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, timeout=PATIENCE, check=False)

    def create(self, *more):
        done = self.run_it('create', '--data-dir', self.folder, '--name', 'משרד הדר', '--user', 'נועה', *more)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout.splitlines()[-1])

    def serve(self, *more, **options):
        process = subprocess.Popen([PROGRAM, '--data-dir', self.folder, '--listen', '127.0.0.1:0', *more],
                                   stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, **options)
        self.addCleanup(lambda: process.poll() is None and stop(process))
        self.port = int(ready_line(process)['listen'].rpartition(':')[2])
        return process

    def ask(self, method, path, body=None, token=None, **headers):
        connection = http.client.HTTPConnection('127.0.0.1', self.port, timeout=PATIENCE)
        if token:
            headers['Authorization'] = f'Bearer {token}'
        if isinstance(body, dict):
            body, headers['Content-Type'] = json.dumps(body), 'application/json'
        connection.request(method, path, body=body, headers=headers)
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        return answer.status, json.loads(text) if text.startswith(b'{') else text


class Commands(Program):
    def test_create(self):
        office = self.create('--number', '514271832', '--phone', '03-765-4321')
        self.serve()
        status, seen = self.ask('GET', '/api/office', token=office['token'])
        self.assertEqual(status, 200)
        self.assertEqual((seen['business'], seen['user_id']), (office['business'], office['user']))
        self.assertEqual((seen['office']['name'], seen['office']['phone']), ('משרד הדר', '+97237654321'))
        self.assertEqual([(user['name'], user['role']) for user in seen['users']], [('נועה', 'owner')])

    def test_create_refuses(self):
        for more in (('--number', '514271831'), ('--phone', 'abc')):
            done = self.run_it('create', '--data-dir', self.folder, '--name', 'א', '--user', 'ב', *more)
            self.assertEqual((done.returncode, done.stdout), (2, ''))
            self.assertTrue(done.stderr)
        self.assertEqual(self.run_it('create', '--data-dir', self.folder, '--name', 'א').returncode, 2)

    def test_wrong_use(self):
        for arguments in ((), ('--data-dir',), ('--data-dir', self.folder, 'dance'), ('--no-such-option',),
                          ('--data-dir', self.folder, '--listen', 'nowhere'),
                          ('--data-dir', self.folder, '--database', 'mysql://localhost/moked'),
                          ('--data-dir', self.folder, '--database', 'postgresql://moked:secret@localhost/moked')):
            done = self.run_it(*arguments)
            self.assertEqual((done.returncode, done.stdout), (2, ''), arguments)
            self.assertIn('moked-service: ', done.stderr)

    def test_one_service_at_a_time(self):
        self.create()
        first = self.serve()
        for arguments in ((), ('create', '--name', 'א', '--user', 'ב'), ('pair',)):
            self.assertEqual(self.run_it('--data-dir', self.folder, *arguments).returncode, 3)
        self.assertEqual(stop(first), 0)
        self.assertEqual(self.run_it('--data-dir', self.folder, 'pair').returncode, 0)

    def test_pairing_again_ends_the_former_token(self):
        self.create()
        first, second = (json.loads(self.run_it('pair', '--data-dir', self.folder, '--device', 'laptop').stdout)
                         for _ in range(2))
        self.serve()
        self.assertEqual(self.ask('GET', '/api/office', token=first['token'])[0], 401)
        self.assertEqual(self.ask('GET', '/api/office', token=second['token'])[0], 200)

    def test_files_are_private(self):
        self.create()
        process = self.serve()
        for name in os.listdir(self.folder):
            self.assertEqual(stat.S_IMODE(os.stat(f'{self.folder}/{name}').st_mode) & 0o077, 0, name)
        with open(f'{self.folder}/service.json', encoding='utf-8') as file:
            seen = json.load(file)
        self.assertEqual(seen.keys(), {'listen', 'secret'})
        self.assertEqual(seen['listen'], f'http://127.0.0.1:{self.port}')
        stop(process)
        self.assertFalse(os.path.exists(f'{self.folder}/service.json'))

    def test_names_in_any_locale(self):
        done = subprocess.run([PROGRAM, 'create', '--data-dir', self.folder, '--name', 'שלום', '--user', 'אני'],
                              env={**os.environ, 'LC_ALL': 'C'}, capture_output=True, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)


class Settings(Program):
    def setUp(self):
        super().setUp()
        self.twilio = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Twilio)
        threading.Thread(target=self.twilio.serve_forever, daemon=True).start()
        self.addCleanup(self.twilio.server_close)
        self.addCleanup(self.twilio.shutdown)
        self.token = self.create()['token']
        with open(f'{self.folder}/service.conf', 'w', encoding='utf-8') as conf:
            conf.write(f'# ours\n[twilio]\nbase-url=http://127.0.0.1:{self.twilio.server_port}\n')
        self.process = self.serve()

    def put(self, **settings):
        return self.ask('PUT', '/api/settings/twilio', settings, self.token)[0]

    def post_webhook(self):
        form = whatsapp_message()
        return self.ask('POST', WHATSAPP_PATH, urllib.parse.urlencode(form), **{
            'Content-Type': FORM, 'X-Twilio-Signature': signature(form)})[0]

    def test_takes_effect_at_once_and_stays(self):
        self.assertEqual(self.post_webhook(), 403)
        self.assertEqual(self.put(account_sid=ACCOUNT, auth_token=AUTH_TOKEN, number='+97237654321',
                                  public_url=PUBLIC_URL + '/'), 204)
        self.assertEqual(self.post_webhook(), 200)
        stop(self.process)
        self.serve()
        self.assertEqual(self.post_webhook(), 200)
        with open(f'{self.folder}/service.conf', encoding='utf-8') as conf:
            self.assertIn('# ours', conf.read())
        self.assertEqual(stat.S_IMODE(os.stat(f'{self.folder}/service.conf').st_mode), 0o600)

    def test_secrets_do_not_come_out(self):
        self.put(account_sid=ACCOUNT, auth_token=AUTH_TOKEN)
        status, seen = self.ask('GET', '/api/settings/twilio', token=self.token)
        self.assertEqual((status, seen['account_sid'], seen['has_token']), (200, ACCOUNT, True))
        self.assertNotIn(AUTH_TOKEN, json.dumps(seen))

    def test_check(self):
        def check(**given):
            return self.ask('POST', '/api/settings/twilio/check', given, self.token)

        self.assertEqual(check()[1]['ok'], False)
        self.assertEqual(check(account_sid=ACCOUNT, auth_token=AUTH_TOKEN), (200, {'ok': True, 'name': 'משרד לדוגמה'}))
        wrong = check(account_sid=ACCOUNT, auth_token='wrong')[1]
        self.assertFalse(wrong['ok'])
        self.assertIn('credentials', wrong['detail'])

    def test_only_owners(self):
        for method, path in (('GET', ''), ('PUT', ''), ('POST', '/check')):
            self.assertEqual(self.ask(method, '/api/settings/twilio' + path, '{}' if method != 'GET' else None)[0], 401)


class WithVendor(Program):

    def setUp(self):
        super().setUp()
        self.make_office()
        with open(f'{self.folder}/service.conf', 'w', encoding='utf-8') as conf:
            conf.write(f'[twilio]\naccount-sid={ACCOUNT}\nauth-token={AUTH_TOKEN}\n')
        self.process = self.serve('--public-url', PUBLIC_URL)

    def make_office(self):
        self.token = self.create('--phone', '+97237654321')['token']

    def has_metric(self, line):
        return f'{line}\n'.encode() in self.ask('GET', '/metrics')[1]

    def post(self, form, path=WHATSAPP_PATH):
        return self.ask('POST', path, urllib.parse.urlencode(form), **{
            'Content-Type': FORM, 'X-Twilio-Signature': signature(form, path)})[0]

    def customers(self):
        return self.ask('GET', '/api/customers', token=self.token)[1]['items']


class Webhooks(WithVendor):
    """The way from a vendor's webhook to the office's data, in the real program."""

    def test_unknown_person_becomes_a_customer_once(self):
        for number in range(3):
            self.assertEqual(self.post(whatsapp_message(f'SM{number:032}')), 200)
        self.assertEqual(self.post(whatsapp_message(f'SM{0:032}')), 200)
        eventually(lambda: self.has_metric('moked_webhooks_total{outcome="applied"} 3'))
        self.assertEqual([customer['phone'] for customer in self.customers()], ['+972501234567'])

    def test_kill_after_the_answer(self):
        self.assertEqual(self.post(whatsapp_message()), 200)
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        self.serve('--public-url', PUBLIC_URL)
        eventually(self.customers)


class GivenUp(WithVendor):
    """What came too early for anybody to take it: here, before there is an office."""

    def make_office(self):
        pass

    def inbox(self, *words):
        done = self.run_it('inbox', *words, '--data-dir', self.folder)
        return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]

    def test_seen_and_tried_again(self):
        for number in range(3):
            self.assertEqual(self.post(whatsapp_message(f'SM{number:032}')), 200)
        eventually(lambda: self.has_metric('moked_webhooks_total{outcome="failed"} 3'))
        self.assertEqual(self.inbox('list'), (3, []))           # the service runs
        self.assertEqual(stop(self.process), 0)
        status, rows = self.inbox('list')
        self.assertEqual([(row['webhook'], row['attempts'], row['error']) for row in rows],
                         [(WHATSAPP_PATH, 1, 'No office has this number')] * 3)
        self.assertEqual(status, 0)
        self.assertIn(f'SM{0:032}', rows[0]['key'])
        self.assertEqual(self.inbox('retry', str(rows[1]['row'])), (0, [{'retried': 1}]))
        self.assertEqual(self.inbox('retry', str(rows[1]['row']))[0], 1)
        self.assertEqual(self.inbox('retry'), (0, [{'retried': 2}]))
        self.assertEqual(self.inbox('list'), (0, []))
        super().make_office()
        self.serve('--public-url', PUBLIC_URL)
        eventually(lambda: self.has_metric('moked_webhooks_total{outcome="applied"} 3'))
        self.assertEqual([customer['phone'] for customer in self.customers()], ['+972501234567'])

    def test_wrong_words(self):
        for words in ((), ('lst',), ('list', '1'), ('retry', '0'), ('retry', 'x'), ('retry', '1', '2')):
            self.assertEqual(self.inbox(*words)[0], 2, words)


if __name__ == '__main__':
    PROGRAM = sys.argv.pop(1)
    unittest.main()
