# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of the program share: a folder of its own, and its service's process."""

import contextlib
import json
import os
import tempfile

import gui_test
from child import Child


def children_of(pid):
    with open(f'/proc/{pid}/task/{pid}/children', encoding='ascii') as children:
        return [int(child) for child in children.read().split()]


def name_of(pid):
    with open(f'/proc/{pid}/comm', encoding='utf-8') as comm:
        return comm.read().strip()


class AppTestCase(gui_test.GuiTestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix='moked-app-')
        self.addCleanup(folder.cleanup)
        self.folder = os.path.join(folder.name, 'data')
        self.session.set_appearance()
        self.session.screen.resize(1280, 800)

    def open(self):
        return self.start('moked', '--data-dir', self.folder)

    def open_demo(self):
        """The demo office, in the test's own folder, when all of it is there."""
        person = self.start('moked', '--demo', '--data-dir', self.folder)
        person.find('button', 'מסונכרן')
        return person

    def find_service(self, person):
        """The process of the service that the program runs."""
        return person.until(lambda: next((pid for pid in children_of(person.pid) if name_of(pid) == 'moked-service'), None),
                            'the program to run its service')

    @contextlib.contextmanager
    def service_of(self, folder):
        """The address of a service on the data in `folder` that the program did not start."""
        os.makedirs(folder, exist_ok=True)
        child = Child(['moked-service', '--data-dir', folder, '--listen', '127.0.0.1:0'], self.session.env,
                      self.session.path('other-service.log'))
        try:
            yield json.loads(child.read_line())['listen']
        finally:
            child.end()
