#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every hostile HTTP request, sent to a live service.

    test_hostile_http.py PATH-OF-MOKED-SERVICE
"""
import os
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import http_probes
from http_client import exchange
from http_probe import Target, post
from office import Office, WHATSAPP_PATH, signed_post, whatsapp_message


class HostileHttp(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = cls.enterClassContext(tempfile.TemporaryDirectory())
        cls.office = cls.enterClassContext(Office(folder + '/office', service=SERVICE))
        headers, body = signed_post(whatsapp_message())
        cls.target = Target('127.0.0.1', cls.office.port, WHATSAPP_PATH.encode(), b'/healthz', body, headers)
        cls.outcomes = list(http_probes.run(cls.target))

    def test_outcomes(self):
        for what, _, fault in self.outcomes:
            with self.subTest(what.name, verdict=what.verdict):
                self.assertIsNone(fault)

    def test_too_large_says_so(self):
        for what, seen, _ in self.outcomes:
            if what.name in ('size-10-MiB', 'expect-continue-too-large', 'length-huge'):
                self.assertEqual(seen.statuses, [413], what.name)

    def test_still_serves(self):
        seen = exchange('127.0.0.1', self.office.port, [post(self.target)])
        self.assertEqual(seen.statuses, [200])
        self.assertIsNone(self.office.process.poll())

    def test_memory_stays_small(self):
        with open(f'/proc/{self.office.process.pid}/status', encoding='ascii') as status:
            peak = next(int(line.split()[1]) for line in status if line.startswith('VmHWM:'))
        self.assertLess(peak, 64 * 1024)


if __name__ == '__main__':
    SERVICE = sys.argv.pop(1)
    unittest.main()
