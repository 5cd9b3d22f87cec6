# SPDX-License-Identifier: GPL-3.0-or-later
"""The base of UI tests: one session for all tests of a file, a picture and the tree of widgets when one fails."""

import os
import sys
import unittest

from person import Person
from session import BUILD_DIR, Session

SCREENSHOTS = os.path.join(BUILD_DIR, 'screenshots')


class GuiTestCase(unittest.TestCase):
    session = None

    @classmethod
    def setUpClass(cls):
        if GuiTestCase.session is None:
            GuiTestCase.session = unittest.enterModuleContext(Session())

    def start(self, *argv, env=None):
        """Starts a program; it is ended with the test."""
        person = Person(self.session, argv, env)
        self.addCleanup(person.quit)
        self.addCleanup(self._report_failure, person)
        return person

    def _has_failed(self):
        # What addCleanup() functions run in has no public way to know it.
        result = self._outcome.result
        return any(test is self for test, _ in result.failures + result.errors)

    def _report_failure(self, person):
        if not self._has_failed():
            return
        picture = os.path.join(SCREENSHOTS, f'failed-{self.id()}.png')
        os.makedirs(SCREENSHOTS, exist_ok=True)
        person.screen.screenshot(picture)
        tree = person.app.describe() if person.is_running() else 'The program has ended.'
        print(f'{self.id()}: see {picture}\n{tree}\n{person.read_log()}', file=sys.stderr)


def main():
    unittest.main(verbosity=2, durations=20)
