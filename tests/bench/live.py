#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the webhook's first byte to the message in a desktop's cache.

    ./dev bench live [--messages N] [--customers N]

A signed WhatsApp message is posted to the service; a desktop without a window, synced with it over the network as the
app is, tells when a reader of its cache finds the row.
"""
import argparse
import json
import random
import shutil
import subprocess
import sys
import threading
import time
import urllib.request

from benchlib import PROGRAMS, RUN, Report, below, percentile
from office import WHATSAPP_PATH, Office, signed_post, whatsapp_message

PATIENCE = 20.0     # seconds until a message that does not arrive is lost


class Desktop:
    """tests/bench/live-client on an empty cache; `arrivals` are the times of the messages that were seen."""

    def __init__(self, office, name='desktop'):
        folder = RUN / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        self.arrivals, self.arrived = {}, threading.Condition()
        self.process = subprocess.Popen(
            [PROGRAMS / 'live-client', f'--service={office.url}', f'--token={office.token}', f'--cache={folder}/cache.db'],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def __enter__(self):
        if self.process.stdout.readline() != '{"ready":true}\n':
            raise RuntimeError('the desktop did not become ready')
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()
        return self

    def __exit__(self, *args):
        self.process.stdin.close()
        status = self.process.wait(30)
        self.reader.join()
        self.process.stdout.close()
        if status != 0:
            raise RuntimeError(f'the desktop ended with {status}')

    def _read(self):
        for line in self.process.stdout:
            told = json.loads(line)
            with self.arrived:
                self.arrivals[told['message']] = told['at'] / 1e6
                self.arrived.notify()

    def await_all(self, ids):
        with self.arrived:
            if not self.arrived.wait_for(lambda: self.arrivals.keys() >= set(ids), PATIENCE):
                raise RuntimeError(f'{len(set(ids) - self.arrivals.keys())} of {len(ids)} messages did not arrive')


def post(office, sid, sender):
    """Post one message; returns the moment before the first byte was sent."""
    headers, body = signed_post(whatsapp_message(sid, sender=sender))
    request = urllib.request.Request(office.url + WHATSAPP_PATH, body,
                                     {name.decode(): value.decode() for name, value in headers})
    begun = time.monotonic()
    with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
        if answer.status != 200:
            raise RuntimeError(f'the webhook was answered with {answer.status}')
    return begun


def measure(office, desktop, prefix, messages, pause):
    """Latencies in milliseconds of @messages that are posted with random pauses around @pause seconds."""
    chance = random.Random(messages)
    begun = {}
    for number in range(messages):
        sid = f'SM{prefix:08x}{number:024x}'
        begun[sid] = post(office, sid, f'+97252{chance.randrange(10**7):07d}')
        time.sleep(chance.uniform(0, 2 * pause))
    desktop.await_all(begun)
    return [(desktop.arrivals[sid] - moment) * 1000 for sid, moment in begun.items()]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--messages', type=int, default=400)
    parser.add_argument('--customers', type=int, default=1000)
    options = parser.parse_args()

    report = Report('live')
    with Office(RUN / 'live-office', customers=options.customers) as office, Desktop(office) as desktop:
        for prefix, (case, pause) in enumerate({'10 a second': 0.1, '100 a second': 0.01}.items(), start=1):
            times = measure(office, desktop, prefix, options.messages, pause)
            report.add('webhook to visible, p50', case, percentile(times, 0.5), 'ms')
            report.add('webhook to visible, p99', case, percentile(times, 0.99), 'ms', goal=below(150, 'ms'))
    return report.finish()


if __name__ == '__main__':
    sys.exit(main())
