# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether the start-up meter sees a program come up, counts what it starts, and says so when nothing comes."""

import json
import subprocess
import sys
import unittest

from session import Session

METER, SAMPLE, LATE_PAINTER = sys.argv[1:]


class StartMeterTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.session = cls.enterClassContext(Session(x11=True, accessibility=False))

    def measure(self, *command):
        return json.loads(self.session.run(METER, *command))

    def measure_failure(self, *command):
        with self.assertRaises(subprocess.CalledProcessError) as failure:
            self.session.run(METER, *command, stderr=subprocess.PIPE)
        self.assertEqual('', failure.exception.stdout)
        return failure.exception.stderr

    def test_window(self):
        figures = self.measure(SAMPLE)
        self.assertLess(0, figures['map_ms'])
        self.assertLessEqual(figures['map_ms'], figures['paint_ms'])
        self.assertLessEqual(figures['paint_ms'], figures['settled_ms'])
        self.assertLess(0, figures['cpu_paint_ms'])
        self.assertLessEqual(figures['cpu_paint_ms'], figures['cpu_settled_ms'])
        self.assertLess(5, figures['pss_mb'])
        self.assertAlmostEqual(figures['pss_mb'], figures['family_pss_mb'], delta=1) # pages shared with others come and go
        self.assertEqual(1, figures['processes'])
        self.assertGreaterEqual(figures['width'], 360)

    def test_counts_children(self):
        alone = self.measure(SAMPLE)
        figures = self.measure('sh', '-c', f'sleep 1000 & "{SAMPLE}"; wait')
        self.assertEqual(3, figures['processes'])
        # What a page costs each of those who share it depends on who else runs at that moment.
        self.assertGreater(figures['family_pss_mb'], 0.6 * alone['pss_mb'])
        self.assertLess(figures['pss_mb'], 0.5 * figures['family_pss_mb'])

    def test_late_window(self):
        figures = self.measure('sh', '-c', f'sleep 1; exec "{SAMPLE}"')
        self.assertGreater(figures['map_ms'], 1000)
        self.assertLess(figures['cpu_map_ms'], 1000)

    def test_window_that_is_empty_at_first(self):
        figures = self.measure(LATE_PAINTER, '700')
        self.assertGreater(figures['paint_ms'] - figures['map_ms'], 350)

    def test_program_that_ends(self):
        self.assertIn('the program ended', self.measure_failure('false'))

    def test_program_without_window(self):
        self.assertIn('no window was painted in time', self.measure_failure('--timeout=300', 'sleep', '1000'))

    def test_window_that_never_settles(self):
        self.assertIn('never settled', self.measure_failure('--timeout=6000', '--settle=60000', SAMPLE))


if __name__ == '__main__':
    unittest.main(argv=sys.argv[:1], verbosity=2)
