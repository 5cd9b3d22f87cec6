#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A missed goal is never reported as met, and the numbers are those that were measured."""
import contextlib
import io
import json
import os
import subprocess
import sys
import tempfile
import unittest
import unittest.mock
from pathlib import Path

import benchlib
from benchlib import Report, at_most, below, exactly, interleaved, percentile, ratio_at_least, ratio_at_most


class Figures(unittest.TestCase):
    def setUp(self):
        folder = self.enterContext(tempfile.TemporaryDirectory())
        self.enterContext(unittest.mock.patch.object(benchlib, 'BUILD', Path(folder)))
        self.folder = Path(folder)

    def finish(self, report):
        table = io.StringIO()
        with contextlib.redirect_stdout(table):
            status = report.finish()
        return status, table.getvalue(), json.loads((self.folder / 'bench' / f'{report.name}.json').read_text())

    def test_goals(self):
        report = Report('sample')
        for ours, theirs, goal, met in (
                (15, None, at_most(15), True), (15.01, None, at_most(15), False), (50, None, below(50), False),
                (200, 10, ratio_at_least(20), True), (199, 10, ratio_at_least(20), False),
                (7, 10, ratio_at_most(0.7), True), (8, 10, ratio_at_most(0.7), False),
                (7, None, ratio_at_most(0.7), False), (0, None, exactly(0), True), (-1, None, exactly(0), False),
                (1, None, None, None)):
            report.add('metric', 'case', ours, 'ms', 'peer', theirs, goal)
            self.assertIs(report.figures[-1].met, met, (ours, theirs, goal))
        status, table, written = self.finish(report)
        self.assertEqual(status, 1)
        self.assertEqual([figure['met'] for figure in written['figures']].count(False), table.count('MISSED'))

    def test_contract(self):
        report = Report('sample')
        report.add('rate', 'all', 12345.678, '1/s', 'peer', 1000, ratio_at_least(2))
        status, table, written = self.finish(report)
        self.assertEqual(status, 0)
        self.assertEqual(written['figures'], [{'metric': 'rate', 'case': 'all', 'ours': 12350, 'unit': '1/s', 'peer': 'peer',
                                               'theirs': 1000, 'ratio': 12.35, 'goal': '≥ 2 × theirs', 'met': True}])
        self.assertEqual(written['name'], 'sample')
        self.assertEqual(written['machine']['cores'], os.cpu_count())
        self.assertIn('12,350', table)


class Measuring(unittest.TestCase):
    def test_contenders_take_turns(self):
        order = []
        results = interleaved(2, ['a', 'b'], lambda name, turn: order.append(name + str(turn)) or len(order))
        self.assertEqual(order, ['a0', 'b0', 'a1', 'b1'])
        self.assertEqual(results, {'a': [1, 3], 'b': [2, 4]})

    def test_percentile(self):
        self.assertEqual(percentile(range(100, 0, -1), 0.95), 96)
        self.assertEqual(percentile([3], 0.99), 3)

    def test_family_costs(self):
        """A shell that spins for a while in a child: the child's time is counted too."""
        with subprocess.Popen(['sh', '-c', 'echo on; (i=0; while :; do i=$((i+1)); done) & wait'],
                              stdout=subprocess.PIPE) as shell:
            shell.stdout.readline()
            try:
                while benchlib.cpu_seconds(shell.pid) < 0.2:
                    pass
                family = benchlib.family(shell.pid)
                self.assertGreater(len(family), 1)
                self.assertGreater(benchlib.memory_mb(shell.pid, 'Rss'), benchlib.memory_mb(family[-1], 'Rss'))
            finally:
                for pid in reversed(benchlib.family(shell.pid)):
                    os.kill(pid, 9)


if __name__ == '__main__':
    unittest.main()
