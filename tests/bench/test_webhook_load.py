#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The load generator sends what Twilio would, and counts honestly.

    test_webhook_load.py PATH-OF-WEBHOOK-LOAD
"""
import http.server
import json
import subprocess
import sys
import tempfile
import threading
import unittest
import urllib.parse
from pathlib import Path

from twilio.request_validator import RequestValidator

PUBLIC_URL, TOKEN = 'https://office.example/webhook/whatsapp', '1' * 32


class Server(http.server.ThreadingHTTPServer):
    """Keeps every form; the n-th request is answered by @answer (n), 0 hangs up."""
    daemon_threads = True

    def __init__(self, answer=lambda n: 200, protocol='HTTP/1.1'):
        super().__init__(('127.0.0.1', 0), Handler)
        self.answer, self.protocol, self.requests, self.lock = answer, protocol, [], threading.Lock()

    def __enter__(self):
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *args):
        self.shutdown()
        self.server_close()

    def load(self, *options):
        done = subprocess.run(
            [LOAD, f'--url=http://127.0.0.1:{self.server_port}/webhook/whatsapp', f'--public-url={PUBLIC_URL}',
             '--account-sid=AC' + '0' * 32, f'--auth-token={TOKEN}', *options], capture_output=True, text=True, check=False)
        return done.returncode, json.loads(done.stdout)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def setup(self):
        super().setup()
        self.protocol_version = self.server.protocol

    def do_POST(self):
        body = self.rfile.read(int(self.headers['Content-Length'])).decode()
        with self.server.lock:
            self.server.requests.append((self.headers['X-Twilio-Signature'], body))
            status = self.server.answer(len(self.server.requests))
        if status == 0:
            self.close_connection = True
            return
        self.send_response(status)
        self.send_header('Content-Length', '2')
        self.end_headers()
        self.wfile.write(b'ok')

    def log_message(self, *args):
        pass


class WebhookLoad(unittest.TestCase):
    def test_vendor_accepts_every_signature(self):
        with Server() as server:
            status, result = server.load('--requests=50', '--connections=4', '--senders=7')
        self.assertEqual((status, result['acknowledged'], result['measured']), (0, 50, 50))
        forms = [dict(urllib.parse.parse_qsl(body, strict_parsing=True)) for _, body in server.requests]
        for (signature, _), form in zip(server.requests, forms):
            self.assertTrue(RequestValidator(TOKEN).validate(PUBLIC_URL, form, signature))
        self.assertEqual({len(form) for form in forms}, {15})
        self.assertEqual(len({form['MessageSid'] for form in forms}), 50)
        self.assertEqual(len({form['From'] for form in forms}), 7)
        for form in forms:
            self.assertEqual(form['MessageSid'], form['SmsSid'])
            self.assertEqual(form['From'], 'whatsapp:+' + form['WaId'])

    def test_two_runs_never_share_an_id(self):
        with Server() as server:
            server.load('--requests=5', '--connections=1')
            server.load('--requests=5', '--connections=1')
        ids = {urllib.parse.parse_qs(body)['MessageSid'][0] for _, body in server.requests}
        self.assertEqual(len(ids), 10)

    def test_refusals_are_not_acknowledged(self):
        with Server(lambda n: 503 if n % 5 == 0 else 200) as server:
            status, result = server.load('--requests=20', '--connections=2')
        self.assertEqual((result['acknowledged'], result['refused'], result['refused_status']), (16, 4, 503))
        self.assertNotEqual(status, 0)

    def test_a_lost_connection_ends_the_run(self):
        with Server(lambda n: 0 if n == 5 else 200) as server:
            status, result = server.load('--requests=20', '--connections=2')
        self.assertEqual(result['dropped'], 1)
        self.assertEqual(result['acknowledged'], result['sent'] - 1)
        self.assertLess(result['sent'], 20)
        self.assertNotEqual(status, 0)

    def test_list_names_what_was_acknowledged(self):
        with Server(lambda n: 503 if n % 5 == 0 else 200) as server, tempfile.TemporaryDirectory() as folder:
            server.load('--requests=20', '--connections=1', f'--list={folder}/ids')
            ids = Path(folder, 'ids').read_text().split()
        sent = [urllib.parse.parse_qs(body)['MessageSid'][0] for _, body in server.requests]
        self.assertEqual(ids, [one for n, one in enumerate(sent, 1) if n % 5 != 0])

    def test_a_server_that_closes_is_connected_to_again(self):
        with Server(protocol='HTTP/1.0') as server:
            status, result = server.load('--requests=20', '--connections=3')
        self.assertEqual((status, result['acknowledged'], result['connects']), (0, 20, 20))

    def test_time_ends_with_nothing_in_flight(self):
        with Server() as server:
            _, result = server.load('--seconds=0.5', '--warmup=0.1', '--connections=3')
        self.assertEqual(result['acknowledged'], len(server.requests))
        self.assertLess(result['measured'], result['acknowledged'])
        self.assertAlmostEqual(result['rate'], result['measured'] / 0.5, delta=1)
        self.assertLessEqual(result['p50_ms'], result['p99_ms'])


if __name__ == '__main__':
    LOAD = sys.argv.pop(1)
    unittest.main()
