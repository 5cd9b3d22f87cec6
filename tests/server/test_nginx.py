#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The public door, as shipped: the real nginx with data/nginx/moked.conf before a service.

    test_nginx.py MOKED.CONF MOKED-SERVICE

A recorder between nginx and the service keeps the bytes that came through.
"""
import concurrent.futures
import http.client
import os
import pathlib
import re
import socket
import socketserver
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import urllib.parse

from twilio.request_validator import RequestValidator

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import http_probes
from http_client import exchange
from http_probe import Target
from office import ready_line, stop

NAME = '127.0.0.1'
PATIENCE = 60.0        # seconds; nobody is to wait so long, but on a busy machine some do
PATH = '/webhook/whatsapp'
FORM = 'application/x-www-form-urlencoded'

# A message as Twilio sends and signs it; the probes distort it.
PUBLIC_URL, ACCOUNT, TOKEN = 'https://moked.example.org', 'AC' + '0' * 32, 'not-a-secret'
MESSAGE = {'MessageSid': 'SM' + '1' * 32, 'AccountSid': ACCOUNT, 'From': 'whatsapp:+972521234567', 'NumMedia': '0',
           'To': 'whatsapp:+97231234567', 'Body': 'שלום', 'ProfileName': 'דנה', 'WaId': '972521234567'}
SIGNATURE = RequestValidator(TOKEN).compute_signature(PUBLIC_URL + PATH, MESSAGE).encode()

# What the probes find at nginx and why it does no harm behind it.
_DROPPED = 'nginx leaves the odd header out or writes it anew; test_mended_headers sees what goes on'
_LINGERS = 'nginx throws away what comes for five seconds more, so that the sender gets to read the refusal'
EXPLAINED = {
    'field-bracket-in-name': _DROPPED, 'field-high-byte-in-name': _DROPPED, 'field-quote-in-name': _DROPPED,
    'field-without-colon': _DROPPED, 'field-return-before-end': _DROPPED,
    'start-version-long': 'read as some later 1.x; the service is told 1.1',
    'start-line-feed-in-target': 'the 400 page without a status line, as HTTP/0.9 has none',
    'start-blank-lines-without-end': 'thrown away until the deadline of the header',
    'size-1-GiB-announced': _LINGERS, 'size-endless-chunks': _LINGERS, 'size-endless-tiny-chunks': _LINGERS,
    'length-padded': 'stricter than it has to be',
    'time-drip-body': 'no deadline covers a body that never pauses; test_one_address_holds_a_hundred_at_most',
}


def free_ports(count):
    sockets = [socket.create_server(('127.0.0.1', 0)) for _ in range(count)]
    ports = [sock.getsockname()[1] for sock in sockets]
    for sock in sockets:
        sock.close()
    return ports


class Recorder(socketserver.ThreadingTCPServer):
    """Passes connections on to the service and keeps what the client's side wrote."""
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 256

    def __init__(self, service_port):
        self.service_port, self.written, self.lock = service_port, [], threading.Lock()
        super().__init__(('127.0.0.1', 0), _Pass)
        self.port = self.server_address[1]
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def take(self):
        """The bytes since the last call, a string of bytes for each connection that had any."""
        with self.lock:
            taken = [bytes(one) for one in self.written if one]
            for one in self.written:
                one.clear()
        return taken


class _Pass(socketserver.BaseRequestHandler):
    def handle(self):
        log = bytearray()
        with self.server.lock:
            self.server.written.append(log)
        with socket.create_connection(('127.0.0.1', self.server.service_port)) as service:
            back = threading.Thread(target=self._copy, args=(service, self.request, None), daemon=True)
            back.start()
            self._copy(self.request, service, log)
            back.join()

    def _copy(self, source, target, log):
        try:
            while block := source.recv(65536):
                if log is not None:
                    with self.server.lock:
                        log += block
                target.sendall(block)
        except OSError:
            pass
        try:
            target.shutdown(socket.SHUT_WR)
        except OSError:
            pass


class Service:
    """moked-service on an empty folder: a webhook that is signed wrongly and reaches it is answered 403."""

    def __init__(self, program, folder):
        (folder / 'service').mkdir()
        conf = folder / 'service/service.conf'
        conf.touch(0o600)
        conf.write_text(
            f'[server]\npublic-url={PUBLIC_URL}\n[twilio]\naccount-sid={ACCOUNT}\nauth-token={TOKEN}\n')
        self.process = subprocess.Popen([program, '--data-dir', folder / 'service', '--listen', '127.0.0.1:0'],
                                        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.port = int(ready_line(self.process)['listen'].rpartition(':')[2])

    def stop(self):
        stop(self.process)


def substitute(text, pattern, replacement, count):
    """Replace a setting of the shipped file, and insist that it is still there."""
    text, found = re.subn(pattern, replacement, text)
    if found != count:
        raise RuntimeError(f'{pattern!r} is {found} times in the configuration, not {count}')
    return text


class Ingress:
    """nginx with the shipped file; only addresses, names and paths are this test's own.

    With @patient it turns nobody away for their number: that has a test of its own.
    """

    def __init__(self, shipped, folder, service_port, patient=False):
        self.folder, self.tls, self.clear, self.http = folder, *free_ports(3)
        self._make_certificate()
        text = pathlib.Path(shipped).read_text(encoding='utf-8')
        text = substitute(text, r' *listen \[::\][^\n]*\n', '', 3)
        text = substitute(text, r'listen 443 ssl default_server;', f'listen 127.0.0.1:{self.tls} ssl default_server;'
                          f' listen 127.0.0.1:{self.clear} default_server;', 1)
        text = substitute(text, r'listen 443 ssl;', f'listen 127.0.0.1:{self.tls} ssl; listen 127.0.0.1:{self.clear};', 1)
        text = substitute(text, r'listen 80 default_server;', f'listen 127.0.0.1:{self.http};', 1)
        text = substitute(text, r'server_name moked\.example\.org;', f'server_name {NAME} moked.test;', 1)
        text = substitute(text, r'/etc/letsencrypt/live/moked\.example\.org/', f'{folder}/', 2)
        text = substitute(text, r'/var/log/nginx/', f'{folder}/', 2)
        text = substitute(text, r'/var/www/moked-acme', f'{folder}/acme', 1)
        text = substitute(text, r' server 127\.0\.0\.1:8765 ', f' server 127.0.0.1:{service_port} ', 1)
        if patient:
            text = substitute(text, r'rate=100r/s', 'rate=100000r/s', 1)
        (folder / 'moked.conf').write_text(text, encoding='utf-8')
        self._write_wrapper()
        self.process = subprocess.Popen(['nginx', '-e', folder / 'nginx.err', '-p', folder, '-c', folder / 'nginx.conf'])
        self._wait()

    def _make_certificate(self):
        subprocess.run(['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes',
                        '-keyout', self.folder / 'privkey.pem', '-out', self.folder / 'fullchain.pem', '-days', '2',
                        '-subj', '/CN=moked.test', '-addext', f'subjectAltName=DNS:moked.test,IP:{NAME}'],
                       check=True, stderr=subprocess.DEVNULL)

    def _write_wrapper(self):
        temp = '\n'.join(f'{name}_temp_path {self.folder}/{name};' for name in
                         ('client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'))
        user = 'user root;' if os.getuid() == 0 else ''
        (self.folder / 'nginx.conf').write_text(
            f'{user} daemon off; pid {self.folder}/pid; worker_processes 1; events {{ worker_connections 4096; }}\n'
            f'http {{ access_log off; {temp}\ninclude {self.folder}/moked.conf; }}\n')

    def _wait(self):
        """nginx says that it is ready by answering."""
        until = time.monotonic() + 10
        while time.monotonic() < until and self.process.poll() is None:
            try:
                socket.create_connection(('127.0.0.1', self.clear), timeout=1).close()
                return
            except ConnectionRefusedError:
                try:
                    self.process.wait(0.02)
                except subprocess.TimeoutExpired:
                    pass
        raise RuntimeError('nginx did not start:\n' + (self.folder / 'nginx.err').read_text())

    def stop(self):
        self.process.terminate()
        self.process.wait(10)


class NginxCase(unittest.TestCase):
    maxDiff = None
    patient = True

    @classmethod
    def setUpClass(cls):
        holder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(holder.cleanup)
        folder = pathlib.Path(holder.name)
        cls.service = Service(SERVICE, folder)
        cls.addClassCleanup(cls.service.stop)
        cls.recorder = Recorder(cls.service.port)
        cls.addClassCleanup(cls.recorder.server_close)
        cls.addClassCleanup(cls.recorder.shutdown)
        cls.nginx = Ingress(SHIPPED, folder, cls.recorder.port, cls.patient)
        cls.addClassCleanup(cls.nginx.stop)
        cls.folder = folder

    def setUp(self):
        self.recorder.take()

    def ask(self, method, path, body=None, headers=None, host=NAME):
        """One ordinary request over TLS. Returns status and body."""
        context = ssl.create_default_context(cafile=self.folder / 'fullchain.pem')
        connection = http.client.HTTPConnection(NAME, self.nginx.tls)
        connection.sock = context.wrap_socket(socket.create_connection((NAME, self.nginx.tls), timeout=20),
                                              server_hostname='moked.test')
        try:
            connection.request(method, path, body, {'Host': host, 'Content-Type': FORM, **(headers or {})})
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def raw(self, *pieces, **options):
        return exchange('127.0.0.1', self.nginx.clear, pieces, patience=PATIENCE, **options)


class Door(NginxCase):
    # What is let through ---------------------------------------------------------------------------

    def test_signed_webhook_is_taken(self):
        status, _ = self.ask('POST', PATH, urllib.parse.urlencode(MESSAGE), {'X-Twilio-Signature': SIGNATURE})
        self.assertEqual(status, 200)

    def test_body_goes_on_unchanged(self):
        body = 'Body=שלום%20+ +&From=whatsapp%3A%2B972521234567&x=\0\r\n\r\n0\r\n\r\n'.encode() + bytes(range(256)) * 300
        path = PATH + '?bodySHA256=abc&a=%2F%20'
        status, _ = self.ask('POST', path, body, {'X-Twilio-Signature': 'c2lnbg==', 'I-Twilio-Idempotency-Token': 'one'})
        self.assertEqual(status, 403)
        head, _, arrived = b''.join(self.recorder.take()).partition(b'\r\n\r\n')
        self.assertEqual(arrived, body)
        lines = head.split(b'\r\n')
        self.assertEqual(lines[0], b'POST ' + path.encode() + b' HTTP/1.1')
        self.assertIn(b'X-Twilio-Signature: c2lnbg==', lines)
        self.assertIn(b'I-Twilio-Idempotency-Token: one', lines)
        self.assertIn(b'Content-Length: %d' % len(body), lines)

    def test_client_cannot_speak_for_itself(self):
        self.ask('POST', PATH, b'a=1',
                 {'X-Forwarded-For': '10.1.1.1', 'X-Forwarded-Proto': 'gopher', 'X-Forwarded-Host': 'evil.example',
                  'X-Real-IP': '10.1.1.1', 'Forwarded': 'for=10.1.1.1', 'Upgrade': 'websocket', 'Connection': 'upgrade'})
        head = b''.join(self.recorder.take()).partition(b'\r\n\r\n')[0].decode().lower().split('\r\n')
        self.assertIn('x-forwarded-for: 127.0.0.1', head)
        self.assertIn('x-forwarded-proto: https', head)
        self.assertIn('x-forwarded-host: ' + NAME, head)
        self.assertIn('host: ' + NAME, head)
        for line in head:
            self.assertNotRegex(line, r'^(x-real-ip|forwarded|upgrade|connection):|10\.1\.1\.1|evil|gopher')

    def test_bare_line_feeds_are_written_anew(self):
        """A recipient may read a bare LF as a line's end; the service must see CRLF only."""
        self.raw(b'POST %s HTTP/1.1\nHost: %s\nContent-Length: 3\n\na=1' % (PATH.encode(), NAME.encode()))
        head = b''.join(self.recorder.take()).partition(b'\r\n\r\n')[0]
        self.assertTrue(head)
        self.assertNotIn(b'\n', head.replace(b'\r\n', b''))

    def test_absolute_form_has_no_say_in_host(self):
        for host in (NAME, 'moked.test'):
            self.raw(b'POST http://%s%s HTTP/1.1\r\nHost: evil.example\r\nContent-Length: 3\r\n\r\na=1'
                     % (host.encode(), PATH.encode()))
            head = b''.join(self.recorder.take()).partition(b'\r\n\r\n')[0]
            self.assertIn(b'\r\nHost: %s\r\n' % NAME.encode(), head)
            self.assertNotIn(b'evil', head)

    # What is not -----------------------------------------------------------------------------------

    def test_hostile_requests(self):
        """Every probe of the library is refused but for those explained above."""
        target = Target('127.0.0.1', self.nginx.clear, PATH.encode(),
                        PATH.encode(), body=urllib.parse.urlencode(MESSAGE).encode(), patience=20, proxied=True)
        target.headers = [(b'Content-Type', FORM.encode()), (b'X-Twilio-Signature', SIGNATURE)]
        faults = {}
        for what, _, fault in http_probes.run(target, parallel=32):
            if fault:
                faults[what.name] = fault
        self.assertEqual({name: fault for name, fault in faults.items() if name not in EXPLAINED}, {})
        self.assertEqual(EXPLAINED.keys() - {what.name for what in http_probes.PROBES}, set())

    def test_mended_headers(self):
        """Where nginx takes an odd header line, what the service gets is plain."""
        for line in (b'X(Test): a', b'X-T\xe9st: a', b'"X-Test": a', b'nonsense', b'X-Test: a\r'):
            with self.subTest(line=line):
                self.raw(b'POST %s HTTP/1.10\r\nHost: %s\r\nContent-Length: 3\r\n%s\r\n\r\na=1'
                         % (PATH.encode(), NAME.encode(), line))
                head = b''.join(self.recorder.take()).partition(b'\r\n\r\n')[0].split(b'\r\n')
                self.assertEqual(head[0], b'POST %s HTTP/1.1' % PATH.encode())
                for header in head[1:]:
                    self.assertRegex(header, rb'^[A-Za-z-]+: [ -~]*$')

    def test_only_webhooks_exist(self):
        for path in ('/', '/healthz', '/metrics', '/api/customers', '/api/openapi.json', '/webhook', '/webhook/', '/voice/x',
                     '/webhook/../healthz', '/webhook/%2e%2e/healthz', '/webhook/..%2fhealthz', '/api/../webhook/whatsapp',
                     '/webhook//whatsapp', '/webhook/./whatsapp', '/%77ebhook/whatsapp', '/webhook/whatsapp/', '/webhook/a.b',
                     '/webhook/whatsapp#x', '/WEBHOOK/whatsapp', '/webhook/x;y', '//webhook/whatsapp'):
            with self.subTest(path=path):
                status, _ = self.ask('GET', path)
                self.assertEqual(status, 404)
        self.assertEqual(self.recorder.take(), [])

    def test_other_methods_are_refused(self):
        for method in ('PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE', 'PROPFIND'):
            with self.subTest(method=method):
                self.assertIn(self.ask(method, PATH)[0], (403, 405))
        self.assertEqual(self.recorder.take(), [])

    def test_other_names_get_no_answer(self):
        for head in (b'GET /webhook/verify HTTP/1.1\r\nHost: evil.example\r\n\r\n',
                     b'GET http://evil.example/webhook/verify HTTP/1.1\r\nHost: %s\r\n\r\n' % NAME.encode(),
                     b'GET /webhook/verify HTTP/1.0\r\n\r\n'):
            seen = self.raw(head)
            self.assertTrue(seen.closed)
            self.assertNotIn(200, seen.statuses)
        self.assertEqual(self.recorder.take(), [])

    def test_ten_megabytes_get_413(self):
        status, _ = self.ask('POST', PATH, b'a' * (10 << 20))
        self.assertEqual(status, 413)
        self.assertEqual(self.recorder.take(), [])
        self.assertEqual(self.ask('POST', PATH, b'a=' + b'a' * ((1 << 20) - 2))[0], 403)

    def test_chunked_bodies_are_refused(self):
        seen = self.raw(b'POST %s HTTP/1.1\r\nHost: %s\r\nTransfer-Encoding: chunked\r\n\r\n3\r\na=1\r\n0\r\n\r\n'
                        % (PATH.encode(), NAME.encode()))
        self.assertEqual((seen.statuses, seen.closed), ([400], True))
        self.assertEqual(self.recorder.take(), [])

    def test_plain_http_serves_challenges_only(self):
        (self.folder / 'acme/.well-known/acme-challenge').mkdir(parents=True)
        (self.folder / 'acme/.well-known/acme-challenge/token').write_text('proof')
        def get(path):
            return exchange('127.0.0.1', self.nginx.http, [b'GET %s HTTP/1.1\r\nHost: moked.test\r\n\r\n' % path])
        self.assertEqual(get(b'/.well-known/acme-challenge/token').bodies, [b'proof'])
        seen = get(PATH.encode())
        self.assertEqual((seen.statuses, seen.closed), ([], True))
        self.assertEqual(self.recorder.take(), [])

    def test_tls(self):
        def connect(**limits):
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.load_verify_locations(self.folder / 'fullchain.pem')
            context.set_ciphers('ALL:@SECLEVEL=0')
            context.set_alpn_protocols(['h2', 'http/1.1'])
            for name, value in limits.items():
                setattr(context, name, value)
            with socket.create_connection((NAME, self.nginx.tls), timeout=10) as sock:
                with context.wrap_socket(sock, server_hostname='moked.test') as secure:
                    return secure.version(), secure.selected_alpn_protocol(), secure.cipher()[0]
        self.assertEqual(connect()[0], 'TLSv1.3')
        version, alpn, cipher = connect(maximum_version=ssl.TLSVersion.TLSv1_2)
        self.assertEqual((version, cipher[:5]), ('TLSv1.2', 'ECDHE'))
        self.assertNotEqual(alpn, 'h2')
        with self.assertRaises(ssl.SSLError):
            connect(minimum_version=ssl.TLSVersion.TLSv1, maximum_version=ssl.TLSVersion.TLSv1_1)

    # Slow and many ----------------------------------------------------------------------------------

    def test_slow_clients(self):
        """Sixty stalled headers and sixty stalled bodies are closed; meanwhile webhooks are answered."""
        start = b'POST %s HTTP/1.1\r\nHost: %s\r\n' % (PATH.encode(), NAME.encode())
        stalled = [start + b'X-Test: a'] * 60 + [start + b'Content-Length: 1000\r\n\r\na=1'] * 60
        with concurrent.futures.ThreadPoolExecutor(len(stalled)) as pool:
            exchanges = [pool.submit(self.raw, head) for head in stalled]
            answered = 0
            while not all(one.done() for one in exchanges):
                self.assertEqual(self.ask('POST', PATH, b'a=1')[0], 403)
                answered += not any(one.done() for one in exchanges)
            seen = [one.result() for one in exchanges]
        self.assertTrue(all(one.closed for one in seen))
        self.assertGreater(answered, 0)

    def test_one_address_holds_a_hundred_at_most(self):
        """Bodies that drip on are bounded by their address's share: the next request is turned away."""
        start = b'POST %s HTTP/1.1\r\nHost: %s\r\n' % (PATH.encode(), NAME.encode())
        held = [socket.create_connection(('127.0.0.1', self.nginx.clear), timeout=10) for _ in range(100)]
        try:
            for sock in held:
                sock.sendall(start + b'Content-Length: 1000\r\n\r\na')
            statuses, until = set(), time.monotonic() + PATIENCE
            while 429 not in statuses and time.monotonic() < until:
                statuses.add(self.ask('POST', PATH, b'a=1')[0])
                for sock in held:
                    sock.sendall(b'a')
            self.assertIn(429, statuses)
        finally:
            for sock in held:
                sock.close()


class Flood(NginxCase):
    patient = False

    def test_floods_are_turned_away(self):
        request = b'GET /webhook/flood HTTP/1.1\r\nHost: %s\r\n\r\n' % NAME.encode()
        statuses = []
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            for seen in pool.map(lambda _: self.raw(request * 200, quiet=1.0), range(8)):
                statuses += seen.statuses
        self.assertIn(429, statuses)
        self.assertNotIn(500, statuses)


if __name__ == '__main__':
    SHIPPED = sys.argv.pop(1)
    SERVICE = sys.argv.pop(1)
    unittest.main()
