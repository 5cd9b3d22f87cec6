#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two services on one PostgreSQL database, behind the nginx configurations as shipped.

    test_two_services.py MOKED-SERVICE MOKED.CONF MOKED-OFFICE.CONF

Vendors and desktops send while a service, a connection to the database and the whole database are killed. Whatever was
answered with 200 is there afterwards, once, and whoever was not sends again as vendors and desktops do.
"""
import concurrent.futures
import http.client
import itertools
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.parse

from websockets.sync.client import connect

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import database
from live_office import FORM, OFFICE_NUMBER, LiveOffice, eventually, sid, ulid
from office import ACCOUNT_SID, PUBLIC_URL, WHATSAPP_PATH, signature, whatsapp_message
from test_nginx import free_ports, substitute

PATIENCE = 60.0
SENDERS = 4


class Doors:
    """nginx with both shipped files, in the clear and on ports of this test."""

    def __init__(self, folder, webhooks, office, ports):
        self.folder, (self.public, self.inner) = folder, free_ports(2)
        text = pathlib.Path(webhooks).read_text(encoding='utf-8')
        text = substitute(text, r'(?s)# A request for another name, or for none.*?(?=server \{\n    listen 443 ssl;)', '', 1)
        text = substitute(text, r' *listen \[::\][^\n]*\n', '', 1)
        text = substitute(text, r'listen 443 ssl;', f'listen 127.0.0.1:{self.public};', 1)
        text = substitute(text, r' *ssl_[a-z_]+ [^;]*;\n', '', 8)
        text = substitute(text, r'rate=100r/s', 'rate=100000r/s', 1)
        text = substitute(text, r'    #server 127\.0\.0\.1:8766', '    server 127.0.0.1:8766', 1)
        inner = pathlib.Path(office).read_text(encoding='utf-8')
        inner = substitute(inner, r' *listen \[::\][^\n]*\n', '', 1)
        inner = substitute(inner, r'listen 8443 ssl;', f'listen 127.0.0.1:{self.inner};', 1)
        inner = substitute(inner, r' *ssl_[a-z_]+ [^;]*;\n', '', 4)
        text = (text + inner).replace('/var/log/nginx/', f'{folder}/')
        for number, port in zip((8765, 8766), ports):
            text = substitute(text, f' server 127\\.0\\.0\\.1:{number} ', f' server 127.0.0.1:{port} ', 2)
        temp = ' '.join(f'{name}_temp_path {folder}/{name};' for name in
                        ('client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'))
        user = 'user root;' if os.getuid() == 0 else ''
        (folder / 'nginx.conf').write_text(
            f'{user} daemon off; pid {folder}/pid; worker_processes 1; events {{ worker_connections 1024; }}\n'
            f'http {{ {temp}\n{text} }}\n', encoding='utf-8')
        self.process = subprocess.Popen(['nginx', '-e', folder / 'nginx.err', '-p', folder, '-c', folder / 'nginx.conf'])
        eventually(lambda: self.is_open() or self.process.poll() is not None, 'nginx')
        if self.process.poll() is not None:
            raise RuntimeError((folder / 'nginx.err').read_text())

    def is_open(self):
        with socket.socket() as sock:
            return sock.connect_ex(('127.0.0.1', self.inner)) == 0

    def stop(self):
        self.process.terminate()
        self.process.wait()


class Instance(LiveOffice):
    """A service on the database of @first, or on a new one."""

    def __init__(self, program, folder, port, first=None):
        self.listen = port
        if first is None:
            super().__init__(program, folder)
            return
        self.program, self.folder, self.process, self.database = program, str(folder), None, first.database
        self.made, self.token, self.business = first.made, first.token, first.business
        self.client, self.mutations = ulid(), 0
        shutil.copy(f'{first.folder}/service.conf', f'{folder}/service.conf')

    def start(self):
        with open(f'{self.folder}/log', 'ab') as log:
            self.process = subprocess.Popen(
                [self.program, '--data-dir', self.folder, '--listen', f'127.0.0.1:{self.listen}'],
                stdout=subprocess.PIPE, stderr=log)
        from office import ready_line
        self.port = int(ready_line(self.process)['listen'].rpartition(':')[2])


class TwoServices(unittest.TestCase):
    def setUp(self):
        self.ports = free_ports(2)
        folders = [self.enterContext(tempfile.TemporaryDirectory()) for _ in range(3)]
        self.one = Instance(PROGRAM, folders[0], self.ports[0])
        self.two = Instance(PROGRAM, folders[1], self.ports[1], self.one)
        self.enterContext(self.one)
        self.enterContext(self.two)
        self.doors = Doors(pathlib.Path(folders[2]), WEBHOOKS, OFFICE, self.ports)
        self.addCleanup(self.doors.stop)
        self.name = urllib.parse.urlsplit(self.one.database).path.lstrip('/')
        self.sending = True
        self.numbers = itertools.count(1)

    def send(self, port, path, body, headers, host):
        connection = http.client.HTTPConnection('127.0.0.1', port, timeout=PATIENCE)
        try:
            connection.request('POST', path, body, {'Host': host, **headers})
            answer = connection.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException):
            return 0, b''
        finally:
            connection.close()

    def until_taken(self, *request):
        """As vendors and desktops do: the same again, until it is taken."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            status, body = self.send(*request)
            if status == 200:
                return body
            time.sleep(0.05)
        raise AssertionError(f'not taken: {status} {body}')

    def vendor(self, sender):
        """Returns the messages that were taken."""
        taken = []
        while self.sending:
            form = whatsapp_message(sid('SM', next(self.numbers)), sender=f'+97250{sender:07}')
            self.until_taken(self.doors.public, WHATSAPP_PATH, urllib.parse.urlencode(form),
                             {'Content-Type': FORM, 'X-Twilio-Signature': signature(form)}, 'moked.example.org')
            taken.append(form['MessageSid'])
        return taken

    def desktop(self, number):
        """Returns the customers that were taken."""
        taken, client = [], ulid()
        headers = {'Authorization': f'Bearer {self.one.token}', 'Content-Type': 'application/json'}
        for n in itertools.count(1):
            if not self.sending:
                return taken
            customer = ulid()
            mutation = {'n': n, 'id': ulid(), 'base': 0, 'at': time.time_ns() // 1000, 'label': 'new',
                        'ops': [{'op': 'save', 'entity': 'customer', 'id': customer,
                                 'fields': {'name': f'לקוחה {number} {n}'}}]}
            answer = json.loads(self.until_taken(self.doors.inner, '/api/sync/push',
                                                 json.dumps({'client': client, 'mutations': [mutation]}), headers,
                                                 'moked.office.example'))
            self.assertEqual(answer['results'][0]['status'], 'applied', answer)
            taken.append(customer)
        return taken

    def under_load(self, *blows):
        """Everybody sends, and each of @blows comes when some have got through since the one before."""
        with concurrent.futures.ThreadPoolExecutor(2 * SENDERS) as pool:
            vendors = [pool.submit(self.vendor, number) for number in range(SENDERS)]
            desktops = [pool.submit(self.desktop, number) for number in range(SENDERS)]
            try:
                for blow in (*blows, lambda: None):
                    before = self.count('change')
                    eventually(lambda: self.count('change') >= before + 40, 'the load to go on', PATIENCE)
                    blow()
            finally:
                self.sending = False
            return [taken for one in vendors for taken in one.result()], \
                   [taken for one in desktops for taken in one.result()]

    def query(self, sql):
        return database.server().run(self.name, sql, 'moked', '-c moked.business=*')

    def count(self, table):
        try:
            return int(self.query(f'SELECT count(*) FROM {table}')[0][0])
        except RuntimeError:
            return -1000000  # the server is away

    def assert_all_there_once(self, messages, customers):
        eventually(lambda: self.query("SELECT count(*) FROM inbox WHERE state = 'waiting'") == [['0']],
                   'all webhooks to be applied', PATIENCE)
        stored = [row[0] for row in self.query('SELECT provider_id FROM message')]
        self.assertEqual(len(stored), len(set(stored)))
        self.assertEqual(set(messages) - set(stored), set())
        known = [row[0] for row in self.query('SELECT id FROM customer')]
        self.assertEqual(set(customers) - set(known), set())
        self.assertEqual(self.query("SELECT entity_id FROM change WHERE kind = 'create' GROUP BY entity, entity_id "
                                    'HAVING count(*) > 1'), [])
        self.assertEqual(self.query('SELECT business_id FROM change GROUP BY business_id '
                                    'HAVING max(seq) <> count(*) OR min(seq) <> 1'), [])
        self.assertEqual(self.query('SELECT client FROM mutation GROUP BY client HAVING max(n) <> count(*)'), [])

    def test_a_service_is_killed(self):
        self.assert_all_there_once(*self.under_load(self.one.kill))
        self.assertEqual(self.two.ask('GET', '/api/office').status, 200)

    def test_the_database_is_killed(self):
        server = database.server()

        def kill_connection():
            pid = self.query("SELECT min(pid) FROM pg_stat_activity WHERE application_name = 'moked' AND "
                             "state <> 'idle' OR application_name = 'moked'")[0][0]
            os.kill(int(pid), signal.SIGKILL)
            # PostgreSQL starts anew when one of its processes was killed so.

        def restart():
            server.end()
            server.start()

        self.assert_all_there_once(*self.under_load(kill_connection, restart))

    def test_live_events_of_the_other_service(self):
        with connect(f'ws://127.0.0.1:{self.two.port}/api/sync/live', open_timeout=PATIENCE,
                     additional_headers={'Authorization': f'Bearer {self.two.token}'}) as desktop:
            form = {'CallSid': sid('CA', 1), 'AccountSid': ACCOUNT_SID, 'From': '+972501234567', 'To': OFFICE_NUMBER,
                    'Caller': '+972501234567', 'Called': OFFICE_NUMBER, 'CallStatus': 'ringing', 'Direction': 'inbound',
                    'ApiVersion': '2010-04-01', 'FromCountry': 'IL'}
            self.assertEqual(self.one.webhook('/webhook/incoming_call', form).status, 200)
            heard = set()
            while heard < {'event', 'hint'}:
                message = json.loads(desktop.recv(PATIENCE))
                heard.add(message['type'])
                if message['type'] == 'event':
                    self.assertEqual(message['name'], 'call.incoming')
        self.assertTrue(PUBLIC_URL)


if __name__ == '__main__':
    PROGRAM, WEBHOOKS, OFFICE = sys.argv[1:4]
    unittest.main(argv=sys.argv[:1] + sys.argv[4:])
