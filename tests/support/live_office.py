# SPDX-License-Identifier: GPL-3.0-or-later
"""A new office with its service, asked as its devices ask and as Twilio does."""
import collections
import http.client
import json
import os
import secrets
import subprocess
import time
import urllib.parse

import database
from office import ACCOUNT_SID, AUTH_TOKEN, PUBLIC_URL, WHATSAPP_PATH, ready_line, signature, stop, whatsapp_message

OFFICE_NUMBER = '+97237654321'
FORM = 'application/x-www-form-urlencoded'

Answer = collections.namedtuple('Answer', 'status type body')


def eventually(look, what, patience=30.0):
    """Waits until `look` gives something true, and returns it."""
    until = time.monotonic() + patience
    while not (seen := look()):
        if time.monotonic() > until:
            raise AssertionError(f'waited {patience:.0f} s for {what}')
        time.sleep(0.02)
    return seen


def ulid():
    """Anything that looks like one; only the order of those made together is lost."""
    return '01' + ''.join(secrets.choice('0123456789ABCDEFGHJKMNPQRSTVWXYZ') for _ in range(24))


def sid(prefix, number):
    return f'{prefix}{number:032x}'


class LiveOffice:
    """`program` is moked-service, `folder` its data, `twilio` a TwilioStandIn."""

    def __init__(self, program, folder, twilio=None):
        self.program, self.folder, self.process = program, str(folder), None
        self.database = database.prepare(self.folder)
        self.made = self.create('משרד הדר', OFFICE_NUMBER)
        self.token, self.business = self.made['token'], self.made['business']
        self.client, self.mutations = ulid(), 0
        base = f'base-url={twilio.url}\n' if twilio else ''
        with open(os.open(f'{self.folder}/service.conf', os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), 'w',
                  encoding='utf-8') as conf:
            conf.write(f'[server]\npublic-url={PUBLIC_URL}\n[twilio]\naccount-sid={ACCOUNT_SID}\n'
                       f'auth-token={AUTH_TOKEN}\nnumber={OFFICE_NUMBER}\n{base}')

    def create(self, name, phone):
        """Another office in the same data; not while the service runs."""
        made = subprocess.run([self.program, 'create', '--data-dir', self.folder, '--name', name, '--user', 'נועה',
                               '--phone', phone], capture_output=True, text=True, check=True)
        return json.loads(made.stdout.splitlines()[-1])

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        if self.process:
            self.stop()

    def start(self):
        with open(f'{self.folder}/log', 'ab') as log:
            self.process = subprocess.Popen([self.program, '--data-dir', self.folder, '--listen', '127.0.0.1:0'],
                                            stdout=subprocess.PIPE, stderr=log)
        self.port = int(ready_line(self.process)['listen'].rpartition(':')[2])

    def stop(self):
        process, self.process = self.process, None
        return stop(process)

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        self.process = None

    def log(self):
        """The lines of the service's log."""
        with open(f'{self.folder}/log', encoding='utf-8') as log:
            return [json.loads(line) if line.startswith('{') else {'message': line} for line in log]

    def send(self, method, path, body, headers):
        connection = http.client.HTTPConnection('127.0.0.1', self.port, timeout=30)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            return Answer(answer.status, answer.getheader('Content-Type'), answer.read().decode())
        finally:
            connection.close()

    # As a device

    def ask(self, method, path, body=None, token=None):
        """One request with JSON; the answer's body is decoded."""
        headers = {'Authorization': f'Bearer {token or self.token}', 'Content-Type': 'application/json'}
        answer = self.send(method, urllib.parse.quote(path, safe='/?=&+%'),
                           json.dumps(body) if isinstance(body, (dict, list)) else body, headers)
        return answer._replace(body=json.loads(answer.body) if answer.body else None)

    def rows(self, entity):
        """All living records of one kind."""
        page = self.ask('GET', f'/api/sync/snapshot?entity={entity}').body
        return [dict(zip(page['fields'], row)) for row in page['rows']]

    def command(self, name, **args):
        """What a desktop's outbox sends for a command. Returns its outcome."""
        self.mutations += 1
        state = self.ask('GET', '/api/sync/state').body
        mutation = {'n': self.mutations, 'id': ulid(), 'base': state['head'], 'at': time.time_ns() // 1000,
                    'label': name, 'ops': [{'op': 'command', 'name': name, 'args': args}]}
        push = {'client': self.client, 'epoch': state['epoch'], 'mutations': [mutation]}
        answer = self.ask('POST', '/api/sync/push', push)
        if answer.status != 200:
            raise AssertionError(answer)
        return answer.body['results'][0]

    # As Twilio

    def webhook(self, path, form, sign=None):
        headers = {'Content-Type': FORM, 'X-Twilio-Signature': signature(form, path) if sign is None else sign}
        return self.send('POST', path, urllib.parse.urlencode(form), headers)

    def person_writes(self, number, body='שלום', sender='+972501234567', **changes):
        """One message comes in, and its conversation is given back when it is there."""
        form = whatsapp_message(sid('SM', number), body, sender, **changes)
        if (answer := self.webhook(WHATSAPP_PATH, form)).status != 200:
            raise AssertionError(answer)
        eventually(lambda: form['MessageSid'] in {row['provider_id'] for row in self.rows('message')},
                   'the message to be stored')
        return next(row for row in self.rows('conversation') if row['address'] == sender)
