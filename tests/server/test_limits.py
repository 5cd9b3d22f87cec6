#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What one client may take from the others: connections, time, sizes, tries of tokens.

    test_limits.py PATH-OF-SAMPLE-SERVICE
"""
import contextlib
import http.client
import json
import select
import socket
import sys
import tempfile
import time
import unittest

from sample import PATIENCE, Sample, eventually


def is_closed(sock, patience=PATIENCE):
    """Whether the server hangs up within @patience seconds."""
    if not select.select([sock], [], [], patience)[0]:
        return False
    try:
        return sock.recv(1) == b''
    except ConnectionResetError:
        return True


class Limits(unittest.TestCase):
    environment = {}

    def setUp(self):
        folder = self.enterContext(tempfile.TemporaryDirectory())
        self.service = self.enterContext(Sample(PROGRAM, folder, environment=self.environment))

    def connect(self):
        return self.enterContext(socket.create_connection(('127.0.0.1', self.service.port), timeout=PATIENCE))


class PerAddress(Limits):
    environment = {'SAMPLE_TRUSTED': '192.0.2.1'}     # the tests' own address is a stranger's

    def test_ninth_connection(self):
        """The sample allows eight."""
        others = [self.connect() for _ in range(8)]
        self.assertTrue(is_closed(self.connect()))
        others[0].close()
        eventually(self.is_served)

    def is_served(self):
        with (socket.create_connection(('127.0.0.1', self.service.port), timeout=PATIENCE) as sock,
              contextlib.suppress(ConnectionError)):      # still too many: closed before or after the question
            sock.sendall(b'GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n')
            return sock.recv(15) == b'HTTP/1.1 200 OK'
        return False

    def test_claims_of_strangers_are_not_believed(self):
        self.service.ask('GET', '/api/whoami', headers={'Authorization': 'Bearer x', 'X-Forwarded-For': '203.0.113.9'})
        for _ in range(10):
            status, _, _ = self.service.ask('GET', '/api/whoami', headers={'Authorization': 'Bearer x',
                                                                           'X-Forwarded-For': '203.0.113.8'})
        self.assertEqual(status, 429)


class AllClients(Limits):
    environment = {'SAMPLE_CONNECTIONS': '16'}

    def test_waiting_clients_give_way(self):
        idle = [self.connect() for _ in range(40)]
        self.assertEqual(self.service.ask('GET', '/healthz')[0], 200)
        eventually(lambda: sum(is_closed(sock, 0) for sock in idle) >= 24)


class Time(Limits):
    def test_idle_connection_is_closed(self):
        """After an answer the sample waits four seconds for the next request."""
        connection = http.client.HTTPConnection('127.0.0.1', self.service.port, timeout=PATIENCE)
        begun = time.monotonic()
        connection.request('GET', '/healthz')
        connection.getresponse().read()
        self.assertTrue(is_closed(connection.sock))
        self.assertGreaterEqual(time.monotonic() - begun, 4)
        connection.close()

    def test_dripping_clients_hurt_nobody(self):
        drips = [self.connect() for _ in range(200)]
        line, until = b'GET / HTTP/1.1\r\nHost: a\r\n', time.monotonic() + PATIENCE
        while drips and time.monotonic() < until:
            for sock in list(drips):
                try:
                    sock.sendall(line)
                except OSError:
                    drips.remove(sock)
            line = b'X: a\r\n'
            self.assertEqual(self.service.ask('GET', '/healthz')[0], 200)
            select.select([], [], [], 0.2)      # the pace of the drips; as fast as possible, a head is soon too long
        self.assertEqual(drips, [])

    def test_reader_that_does_not_read(self):
        """An answer that nobody takes does not hold the others up."""
        sock = self.connect()
        for _ in range(2000):
            try:
                sock.settimeout(0.05)
                sock.sendall(b'GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n')
            except OSError:
                break
        self.assertEqual(self.service.ask('GET', '/healthz')[0], 200)


class Sizes(Limits):
    def test_body_of_the_route(self):
        self.assertEqual(self.service.ask('POST', '/measure', b'a' * (4 << 20))[::2], (200, str(4 << 20).encode()))
        self.assertEqual(self.service.ask('POST', '/measure', b'a' * ((4 << 20) + 1))[0], 413)

    def test_body_in_pieces(self):
        sock = self.connect()
        sock.sendall(b'POST /measure HTTP/1.1\r\nHost: a\r\nContent-Length: 300000\r\n\r\n')
        for _ in range(300):
            sock.sendall(b'a' * 1000)
        answer = b''
        while not answer.endswith(b'\r\n\r\n300000') and (block := sock.recv(4096)):
            answer += block
        self.assertEqual(answer[:15], b'HTTP/1.1 200 OK')

    def test_large_answers_arrive_whole(self):
        first = self.service.ask('GET', '/metrics')[2]
        connection = http.client.HTTPConnection('127.0.0.1', self.service.port, timeout=PATIENCE)
        for _ in range(50):
            connection.request('GET', '/metrics')
            self.assertGreater(len(connection.getresponse().read()), len(first) - 1)
        connection.close()


class Routing(Limits):
    def test_parameters(self):
        self.assertEqual(self.service.ask('GET', '/echo/%D7%90?q=%D7%91+c')[2].decode(), 'א ב c')
        self.assertEqual(self.service.ask('GET', '/echo/')[0], 404)
        self.assertEqual(self.service.ask('GET', '/echo/a/b')[0], 404)

    def test_method(self):
        status, headers, _ = self.service.ask('POST', '/echo/a', b'')
        self.assertEqual((status, headers['allow']), (405, 'GET, PUT'))

    def test_head(self):
        status, headers, body = self.service.ask('HEAD', '/echo/a')
        self.assertEqual((status, headers['content-length'], body), (200, '8', b''))

    def test_keep_alive(self):
        connection = http.client.HTTPConnection('127.0.0.1', self.service.port, timeout=PATIENCE)
        connection.connect()
        sock = connection.sock
        for path in ('/healthz', '/nothing', '/echo/a', '/api/whoami'):
            connection.request('GET', path)
            connection.getresponse().read()
            self.assertIs(connection.sock, sock, path)
        connection.close()


class Tokens(Limits):
    def whoami(self, token):
        status, headers, body = self.service.ask('GET', '/api/whoami', headers={'Authorization': f'Bearer {token}'})
        return status, headers, body

    def test_who_asks(self):
        self.assertEqual(self.whoami(self.service.tokens[0])[::2], (200, b'user-a'))
        self.assertEqual(self.whoami(self.service.tokens[1])[::2], (200, b'user-b'))

    def test_nobody(self):
        self.assertEqual(self.service.ask('GET', '/api/whoami')[0], 401)
        status, headers, body = self.whoami('wrong')
        self.assertEqual((status, headers['www-authenticate']), (401, 'Bearer'))
        self.assertEqual(json.loads(body)['code'], 'unauthenticated')
        for header in ('Basic ' + self.service.tokens[0], self.service.tokens[0], 'Bearer', 'Bearer '):
            self.assertEqual(self.service.ask('GET', '/api/whoami', headers={'Authorization': header})[0], 401)

    def test_guessing_is_slowed_down(self):
        self.assertEqual(self.whoami(self.service.tokens[0])[0], 200)
        statuses = [self.whoami(f'guess-{n}')[0] for n in range(12)]
        self.assertEqual(statuses, [401] * 10 + [429] * 2)
        self.assertEqual(self.whoami(self.service.tokens[0])[0], 200)


if __name__ == '__main__':
    PROGRAM = sys.argv.pop(1)
    unittest.main()
