#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The real programs: a service and a desktop that are killed under load, with a network between them that breaks.

    test_processes.py PATH-OF-MOKED-SERVICE PATH-OF-LIVE-CLIENT

What the service answered for is in the desktop's copy at the end, once. With MOKED_TEST_LONG=1 connections are left
half open, too, which takes as long as it takes to notice.
"""
import contextlib
import json
import os
import random
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import unittest

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))

from live_office import WHATSAPP_PATH, LiveOffice, eventually, sid
from office import whatsapp_message
from tcp_proxy import Proxy

PATIENCE = 90.0         # for others load the machine
HALF_OPEN = 75.0        # 15 s until a ping, 15 s without an answer, 5 s to close, and pauses
ROUNDS = 6


class Desktop:
    """tests/bench/live-client on a cache that outlives it."""

    def __init__(self, url, token, cache):
        self.arguments = [CLIENT, f'--service={url}', f'--token={token}', f'--cache={cache}']
        self.cache, self.process = cache, None

    def start(self):
        self.process = subprocess.Popen(self.arguments, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL)

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()

    def stop(self):
        self.process.stdin.close()
        return self.process.wait(PATIENCE)

    def messages(self):
        """What the file has now; its writer may be at work, and a reader beside it is one of many."""
        with contextlib.closing(sqlite3.connect(f'file:{self.cache}?mode=ro', uri=True)) as database:
            try:
                return [row[0] for row in database.execute('SELECT provider_id FROM message')]
            except sqlite3.OperationalError:
                return []


class Load(threading.Thread):
    """People write without a pause; like a vendor it says again what was not answered."""

    def __init__(self, office):
        super().__init__(daemon=True)
        self.office, self.acknowledged, self.ending, self.number = office, [], threading.Event(), 0

    def run(self):
        while not self.ending.is_set():
            self.number += 1
            form = whatsapp_message(sid('SM', self.number), f'הודעה {self.number}', f'+9725{self.number % 40:08d}')
            while not self.ending.is_set():
                try:
                    if self.office.webhook(WHATSAPP_PATH, form).status == 200:
                        self.acknowledged.append(form['MessageSid'])
                        break
                except OSError:
                    pass
                self.ending.wait(0.02)
            self.ending.wait(0.005)

    def end(self):
        self.ending.set()
        self.join()


class Processes(unittest.TestCase):
    def setUp(self):
        self.folder = self.enterContext(tempfile.TemporaryDirectory(prefix='moked-processes-'))
        os.makedirs(f'{self.folder}/office')
        self.office = self.enterContext(LiveOffice(SERVICE, f'{self.folder}/office'))
        self.proxy = self.enterContext(Proxy(lambda: self.office.port))
        self.desktop = Desktop(self.proxy.url, self.office.token, f'{self.folder}/cache.db')
        self.desktop.start()
        self.load = Load(self.office)
        self.load.start()
        self.chance = random.Random(1)

    def go_on(self, messages=20):
        """Until so many more were answered for."""
        until = len(self.load.acknowledged) + messages
        eventually(lambda: len(self.load.acknowledged) >= until, 'the service to answer', PATIENCE)

    def arrive(self, patience=PATIENCE):
        wanted = set(self.load.acknowledged)
        eventually(lambda: wanted <= set(self.desktop.messages()), 'everything to arrive at the desktop', patience)

    def finish(self):
        self.proxy.heal()
        self.load.end()
        self.arrive()
        self.assertEqual(self.desktop.stop(), 0)
        seen = self.desktop.messages()
        self.assertEqual(len(seen), len(set(seen)))
        stored = [row['provider_id'] for row in self.office.rows('message')]
        self.assertEqual(sorted(stored), sorted(set(stored)))
        self.assertLessEqual(set(self.load.acknowledged), set(stored))
        self.assertEqual(sorted(stored), sorted(seen))

    def test_killed_service(self):
        for _ in range(ROUNDS):
            self.go_on(self.chance.randrange(5, 30))
            self.office.kill()
            self.office.start()
        self.finish()

    def test_killed_desktop(self):
        for _ in range(ROUNDS):
            self.go_on(self.chance.randrange(5, 30))
            self.desktop.kill()
            self.desktop.start()
        self.finish()

    def test_both_killed_behind_a_bad_network(self):
        for turn in range(ROUNDS):
            self.go_on(10)
            self.proxy.slow = turn % 2 == 0
            self.proxy.cut()
            self.go_on(5)
            self.desktop.kill()
            self.office.kill()
            self.office.start()
            self.desktop.start()
        self.finish()

    def test_partition(self):
        self.go_on()
        self.proxy.partition()
        self.go_on(50)
        self.proxy.heal()
        self.arrive()
        self.finish()

    @unittest.skipUnless('MOKED_TEST_LONG' in os.environ, 'takes as long as it takes to notice')
    def test_half_open(self):
        self.go_on()
        self.arrive()
        self.proxy.hold()
        begun = time.monotonic()
        self.go_on(20)
        self.arrive(HALF_OPEN)
        print(json.dumps({'half-open noticed after seconds': round(time.monotonic() - begun, 1)}), file=sys.stderr)
        self.finish()


if __name__ == '__main__':
    SERVICE, CLIENT = sys.argv[1:3]
    unittest.main(argv=sys.argv[:1] + sys.argv[3:])
