# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of the program share: a folder of its own, and its service's process."""

import contextlib
import fcntl
import json
import os
import sys
import tempfile
import urllib.request

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))

import gui_test
import office
from child import Child


def children_of(pid):
    with open(f'/proc/{pid}/task/{pid}/children', encoding='ascii') as children:
        return [int(child) for child in children.read().split()]


def name_of(pid):
    with open(f'/proc/{pid}/comm', encoding='utf-8') as comm:
        return comm.read().strip()


def wait_for_folder(folder):
    """Until the service of a program that has just ended has let go of its data."""
    with open(os.path.join(folder, 'service.lock'), 'a', encoding='ascii') as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)


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
        wait_for_folder(folder)
        child = Child(['moked-service', '--data-dir', folder, '--listen', '127.0.0.1:0'], self.session.env,
                      self.session.path('other-service.log'))
        try:
            yield json.loads(child.read_line())['listen']
        finally:
            child.end()


class TwilioTestCase(AppTestCase):
    """The program with an account of Twilio, which tells the program's service what happens."""

    def setUp(self):
        super().setUp()
        self.service = os.path.join(self.folder, 'service')
        os.makedirs(self.service)
        with open(os.open(f'{self.service}/service.conf', os.O_WRONLY | os.O_CREAT, 0o600), 'w',
                  encoding='utf-8') as conf:
            conf.write(f'[server]\npublic-url={office.PUBLIC_URL}\n'
                       f'[twilio]\naccount-sid={office.ACCOUNT_SID}\nauth-token={office.AUTH_TOKEN}\n')

    def tell(self, path, form):
        headers, body = office.signed_post(form, path)
        with open(f'{self.service}/service.json', encoding='utf-8') as file:
            listen = json.load(file)['listen']
        request = urllib.request.Request(listen + path, body, {name.decode(): value.decode() for name, value in headers})
        with urllib.request.urlopen(request) as answer:
            self.assertEqual(answer.status, 200)
