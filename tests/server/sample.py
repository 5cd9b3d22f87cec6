# SPDX-License-Identifier: GPL-3.0-or-later
"""A sample-service for tests: the kernel of the service with one small feature (sample-service.c)."""
import http.client
import os
import subprocess
import sys
import time
import urllib.parse

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
from office import AUTH_TOKEN, PUBLIC_URL, ready_line, signature, stop

FORM = 'application/x-www-form-urlencoded'
PATIENCE = 60.0         # seconds; nobody is to wait so long, but on a busy machine some do


def eventually(look, patience=PATIENCE):
    """Waits until @look gives something true, and returns it."""
    until = time.monotonic() + patience
    while not (seen := look()):
        if time.monotonic() > until:
            raise AssertionError(f'not within {patience:.0f} s')
        time.sleep(0.02)
    return seen


class Sample:
    """A sample-service while the `with` block lasts. @hold is a file: while it exists nothing is applied."""

    def __init__(self, program, folder, hold=None, environment=None, preexec=None):
        self.command = [program, folder, PUBLIC_URL, AUTH_TOKEN] + ([hold] if hold else [])
        self.folder, self.preexec = folder, preexec
        self.environment = {**os.environ, **(environment or {})}

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *args):
        if self.process:
            self.stop()

    def start(self):
        with open(f'{self.folder}/log', 'ab') as log:
            self.process = subprocess.Popen(self.command, stdout=subprocess.PIPE, stderr=log, env=self.environment,
                                            preexec_fn=self.preexec)
        ready = ready_line(self.process)
        self.url, self.tokens = ready['listen'], ready['tokens']
        self.port = int(self.url.rpartition(':')[2])

    def stop(self):
        status, self.process = stop(self.process), None
        return status

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        self.process = None

    def log(self):
        with open(f'{self.folder}/log', encoding='utf-8') as log:
            return log.read()

    def ask(self, method, path, body=None, headers=None):
        """One request on a connection of its own. Returns (status, headers, body)."""
        connection = http.client.HTTPConnection('127.0.0.1', self.port, timeout=PATIENCE)
        try:
            connection.request(method, path, body=body, headers=headers or {})
            answer = connection.getresponse()
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
        finally:
            connection.close()

    def post(self, form, path='/webhook/whatsapp', sign=None, **headers):
        """Posts a webhook, signed as Twilio would. Returns (status, headers, body)."""
        sign = signature(form, path) if sign is None else sign
        return self.ask('POST', path, urllib.parse.urlencode(form),
                        {'Content-Type': FORM, 'X-Twilio-Signature': sign, **headers})

    def samples(self):
        """What was applied, in order: (sid, body) pairs."""
        lines = self.ask('GET', '/samples')[2].decode().splitlines()
        return [tuple(line.split(' ', 1)) for line in lines]

    def metric(self, name):
        for line in self.ask('GET', '/metrics')[2].decode().splitlines():
            if line.startswith(name + ' '):
                return float(line.rpartition(' ')[2])
        return 0.0
