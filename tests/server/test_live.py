#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The live channel: who may listen, what they hear, and what happens to those that do not.

    test_live.py PATH-OF-SAMPLE-SERVICE
"""
import json
import socket
import sys
import tempfile
import unittest

from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from sample import PATIENCE, Sample, eventually


class Live(unittest.TestCase):
    def setUp(self):
        folder = self.enterContext(tempfile.TemporaryDirectory())
        self.service = self.enterContext(Sample(PROGRAM, folder))

    def listen(self, token, **options):
        before = self.service.metric('moked_desktops_connected')
        headers = {'Authorization': f'Bearer {token}', **options.pop('headers', {})}
        desktop = self.enterContext(connect(f'ws://127.0.0.1:{self.service.port}/api/sync/live',
                                            additional_headers=headers, open_timeout=PATIENCE, close_timeout=PATIENCE, **options))
        eventually(lambda: self.service.metric('moked_desktops_connected') > before)
        return desktop

    def listen_and_sleep(self, token):
        """A desktop that shakes hands and never reads again."""
        sock = self.enterContext(socket.socket())
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        sock.connect(('127.0.0.1', self.service.port))
        sock.sendall(f'GET /api/sync/live HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {token}\r\n'
                     'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n'
                     'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n'.encode())
        self.assertTrue(sock.recv(1024).startswith(b'HTTP/1.1 101 '))
        eventually(lambda: self.service.metric('moked_desktops_connected') == 1)

    def announce(self, business, query):
        self.assertEqual(self.service.ask('POST', f'/announce/{business}?{query}', b'')[0], 204)

    def refusal(self, **options):
        with self.assertRaises(InvalidStatus) as caught:
            self.listen(options.pop('token', 'wrong'), **options)
        return caught.exception.response.status_code

    def test_who_may_listen(self):
        self.assertEqual(self.refusal(), 401)
        self.assertEqual(self.refusal(token=self.service.tokens[0], origin='https://evil.example'), 403)
        self.assertEqual(self.service.ask('GET', '/api/sync/live')[0], 401)
        self.assertEqual(self.service.ask('GET', '/api/sync/live', headers={
            'Authorization': f'Bearer {self.service.tokens[0]}'})[0], 400)

    def test_events_reach_their_business_alone(self):
        ours, theirs = self.listen(self.service.tokens[0]), self.listen(self.service.tokens[1])
        self.announce('business-a', 'size=3')
        self.announce('business-b', 'size=1')
        self.assertEqual(json.loads(ours.recv(PATIENCE)), {'type': 'event', 'name': 'sample', 'data': {'padding': 'aaa'}})
        self.assertEqual(json.loads(theirs.recv(PATIENCE))['data'], {'padding': 'a'})

    def test_a_burst_of_hints_is_told_once(self):
        desktop = self.listen(self.service.tokens[0])
        self.announce('business-a', 'hints=1000')
        self.announce('business-a', 'size=1')
        heard = []
        while not heard or heard[-1]['type'] != 'event':
            heard.append(json.loads(desktop.recv(PATIENCE)))
        if len(heard) == 1:
            heard.append(json.loads(desktop.recv(PATIENCE)))
        self.assertEqual([one for one in heard if one['type'] == 'hint'], [{'type': 'hint', 'seq': 1000}])

    def test_no_compression(self):
        desktop = self.listen(self.service.tokens[0], compression='deflate')
        self.assertNotIn('Sec-WebSocket-Extensions', desktop.response.headers)

    def test_what_desktops_send_is_bounded(self):
        desktop = self.listen(self.service.tokens[0])
        with self.assertRaises((ConnectionClosed, OSError)):
            for _ in range(1000):
                desktop.send('a' * 100000)
        eventually(lambda: self.service.metric('moked_desktops_connected') == 0)

    def test_a_desktop_that_does_not_read_is_dropped(self):
        self.listen_and_sleep(self.service.tokens[0])
        quick = self.listen(self.service.tokens[1])
        for _ in range(400):
            self.announce('business-a', 'size=60000')
            if self.service.metric('moked_desktops_connected') == 1:
                break
        eventually(lambda: self.service.metric('moked_desktops_connected') == 1)
        self.announce('business-b', 'size=1')
        self.assertEqual(json.loads(quick.recv(PATIENCE))['data'], {'padding': 'a'})

    def test_the_end_of_the_service_is_told(self):
        desktop = self.listen(self.service.tokens[0])
        self.assertEqual(self.service.stop(), 0)
        with self.assertRaises(ConnectionClosed) as caught:
            desktop.recv(PATIENCE)
        self.assertEqual(caught.exception.rcvd.code, 1001)


if __name__ == '__main__':
    PROGRAM = sys.argv.pop(1)
    unittest.main()
