#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Negative controls: the hostile HTTP probes must find what is wrong with careless servers.

    test_http_probes.py PATH-OF-BARE-SOUP-SERVER
"""
import json
import subprocess
import sys
import unittest

import http_probes
from careless_server import CarelessServer
from http_probe import HIDE, REFUSE, SERVE, Target

# What libsoup leaves to the application, in every version.
BY_DESIGN = {'size-1-GiB-announced', 'time-idle', 'time-half-header', 'time-half-body', 'time-drip-header',
             'time-drip-body', 'host-with-user', 'path-encoded-dots'}
# Framing that 3.6.5 takes; later versions refuse some of it.
IN_3_6_5 = {'length-twice-different', 'length-plus', 'host-twice-different', 'coding-and-length',
            'chunk-line-feed-size', 'chunk-line-feeds-only', 'chunk-word'}
SMUGGLED_IN_3_6_5 = {'coding-and-length', 'coding-before-length', 'coding-tail-hides-request',
                     'length-twice-shorter-last'}


def faults(port, patience):
    """The legal requests go first and the endless ones last: a careless server is busy with those for seconds."""
    found = {}
    for chosen, longest in ((lambda what: what.verdict == SERVE, 30.0),
                            (lambda what: what.verdict != SERVE and what.group != 'size', patience),
                            (lambda what: what.group == 'size', patience)):
        target = Target('127.0.0.1', port, b'/webhook', b'/page', patience=longest)
        outcomes = http_probes.run(target, list(filter(chosen, http_probes.PROBES)), parallel=32)
        found |= {what.name: fault for what, _, fault in outcomes if fault}
    return found


class Careless(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        with CarelessServer() as server:
            cls.found = faults(server.port, 2.0)

    def test_every_probe_finds_the_hole(self):
        must = {what.name for what in http_probes.PROBES if what.verdict in (REFUSE, HIDE)}
        self.assertEqual(must - self.found.keys(), set())

    def test_hidden_requests_are_counted(self):
        hiding = {what.name for what in http_probes.PROBES if what.group == 'smuggle' and what.verdict != SERVE}
        hiding |= {'coding-and-length', 'length-twice-different', 'chunk-extension-hides-request'}
        for name in hiding - {'smuggle-garbage-after'}:
            self.assertIn('answered as a request', self.found.get(name, ''), name)

    def test_legal_requests_pass(self):
        legal = {what.name for what in http_probes.PROBES if what.verdict == SERVE}
        self.assertEqual(legal & self.found.keys(), set())


class PlainSoupServer(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        process = subprocess.Popen([SOUP_SERVER], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        cls.addClassCleanup(process.wait)
        cls.addClassCleanup(process.terminate)
        cls.addClassCleanup(process.stdout.close)
        ready = json.loads(process.stdout.readline())
        cls.libsoup = ready['libsoup']
        cls.found = faults(int(ready['listen'].rpartition(':')[2]), 6.0)

    def test_finds_what_libsoup_leaves_open(self):
        self.assertEqual(BY_DESIGN - self.found.keys(), set())

    def test_finds_the_framing_holes_of_3_6_5(self):
        if self.libsoup != '3.6.5':
            self.skipTest(f'libsoup {self.libsoup}')
        self.assertEqual(IN_3_6_5 - self.found.keys(), set())
        for name in SMUGGLED_IN_3_6_5:
            self.assertIn('answered as a request', self.found[name], name)

    def test_legal_requests_pass(self):
        legal = {what.name for what in http_probes.PROBES if what.verdict == SERVE}
        self.assertEqual(legal & self.found.keys(), set())


if __name__ == '__main__':
    SOUP_SERVER = sys.argv.pop(1)
    unittest.main()
