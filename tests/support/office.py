# SPDX-License-Identifier: GPL-3.0-or-later
"""A live office for tests: a moked-service on a demo data directory, and Twilio's way to sign."""
import json
import os
import select
import shutil
import subprocess
import time
import urllib.parse

import database

PUBLIC_URL = 'https://office.example'
ACCOUNT_SID = 'AC' + '0123456789abcdef' * 2
AUTH_TOKEN = '12345678901234567890123456789012'
WHATSAPP_PATH = '/webhook/whatsapp'


def ready_line(process, patience=60.0):
    """The JSON line that a server prints when it is ready."""
    until = time.monotonic() + patience
    text = b''
    while not text.endswith(b'\n'):
        left = until - time.monotonic()
        if left <= 0 or not select.select([process.stdout], [], [], left)[0]:
            raise TimeoutError(f'{process.args}: not ready after {patience:.0f} s')
        block = os.read(process.stdout.fileno(), 1)
        if not block:
            raise RuntimeError(f'{process.args}: ended with {process.wait()} before it was ready')
        text += block
    return json.loads(text)


def stop(process, patience=60.0):
    """Ask a process to end, and make it end. Returns its status."""
    process.terminate()
    try:
        status = process.wait(patience)
    except subprocess.TimeoutExpired:
        process.kill()
        status = process.wait()
    if process.stdout:
        process.stdout.close()
    return status


def whatsapp_message(sid='SM' + '0' * 32, body='שלום, הדירה עוד פנויה?', sender='+972501234567', **changes):
    """The form of an inbound WhatsApp message as Twilio posts it."""
    return {
        'SmsMessageSid': sid, 'NumMedia': '0', 'ProfileName': 'נועה לדוגמה', 'MessageType': 'text', 'SmsSid': sid,
        'WaId': sender.lstrip('+'), 'SmsStatus': 'received', 'Body': body, 'To': 'whatsapp:+97237654321',
        'NumSegments': '1', 'ReferralNumMedia': '0', 'MessageSid': sid, 'AccountSid': ACCOUNT_SID,
        'From': f'whatsapp:{sender}', 'ApiVersion': '2010-04-01', **changes,
    }


def signature(form, path=WHATSAPP_PATH):
    """X-Twilio-Signature of @form, by the vendor's own library."""
    from twilio.request_validator import RequestValidator
    return RequestValidator(AUTH_TOKEN).compute_signature(PUBLIC_URL + path, form)


def signed_post(form, path=WHATSAPP_PATH):
    """(headers, body) of a signed webhook."""
    return ([(b'Content-Type', b'application/x-www-form-urlencoded'),
             (b'X-Twilio-Signature', signature(form, path).encode())],
            urllib.parse.urlencode(form).encode())


class Office:
    """A demo office with its service running while the `with` block lasts.

    @before goes before the command line: taskset, for example.
    """

    def __init__(self, data_dir, service='moked-service', customers=100, before=(), settings='', messages=0):
        self.data_dir, self.service, self.customers, self.before = str(data_dir), service, customers, list(before)
        self.settings, self.messages = settings, messages
        self.process = None

    def __enter__(self):
        shutil.rmtree(self.data_dir, ignore_errors=True)
        os.makedirs(self.data_dir)
        database.prepare(self.data_dir)
        made = subprocess.run([self.service, 'demo', '--data-dir', self.data_dir, '--customers', str(self.customers),
                               '--messages', str(self.messages)], check=True, capture_output=True, text=True)
        demo = json.loads(made.stdout.splitlines()[-1])
        self.business, self.token = demo['business'], demo['token']
        path = f'{self.data_dir}/service.conf'
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), 'w', encoding='utf-8') as conf:
            conf.write(f'[server]\npublic-url={PUBLIC_URL}\n{self.settings}\n'
                       f'[twilio]\naccount-sid={ACCOUNT_SID}\nauth-token={AUTH_TOKEN}\n')
        self.start()
        return self

    def __exit__(self, *args):
        if self.process:
            self.stop()

    def start(self):
        self.process = subprocess.Popen(
            [*self.before, self.service, '--data-dir', self.data_dir, '--listen', '127.0.0.1:0',
             '--public-url', PUBLIC_URL],
            stdout=subprocess.PIPE, stderr=open(f'{self.data_dir}/service.log', 'ab'))
        self.url = ready_line(self.process)['listen']
        self.port = int(self.url.rpartition(':')[2])

    def stop(self):
        status, self.process = stop(self.process), None
        return status
