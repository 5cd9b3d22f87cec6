#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The program and its service: found, started, started again, shared, left alone."""

import os
import re
import shutil
import signal

import app_test
import gui_test
from waiting import until

SERVICE = 'io.github.moked_crm.Moked.Service'


class EmbeddedService(app_test.AppTestCase):
    def test_ends_with_the_program(self):
        person = self.open_demo()
        service = self.find_service(person)
        person.key('ctrl+q')
        person.process.wait(30)
        self.assertEqual(person.process.returncode, 0)
        self.assertFalse(os.path.exists(f'/proc/{service}'))

    def test_ends_when_told_with_a_dialog_open(self):
        person = self.open_demo()
        person.key('ctrl+comma')
        person.find('dialog', 'העדפות')
        person.process.terminate()
        self.assertEqual(person.process.wait(30), 0)

    def test_killed_service_is_started_again(self):
        person = self.open_demo()
        first = self.find_service(person)
        os.kill(first, signal.SIGKILL)
        person.until(lambda: self.find_service(person) != first, 'another service')
        person.find('button', 'מסונכרן')

    def test_killed_program_leaves_no_service(self):
        person = self.open_demo()
        service = self.find_service(person)
        person.process.kill()
        person.process.wait()
        until(lambda: not os.path.exists(f'/proc/{service}'), 'the service to end')

    def test_window_is_there_without_a_service(self):
        person = self.open_demo()
        person.quit()
        # Somebody else has the data: the program works on, from its cache, and says so.
        with self.service_of(os.path.join(self.folder, 'service')):
            os.remove(os.path.join(self.folder, 'service', 'service.json'))
            again = self.open()
            again.find('label', 'שי אברהמי')
            again.find('button', 'לא מקוון')
        again.find('button', 'מסונכרן')

    def test_running_service_is_used(self):
        person = self.open_demo()
        person.quit()
        with self.service_of(os.path.join(self.folder, 'service')):
            again = self.open()
            again.find('button', 'מסונכרן')
            self.assertEqual([app_test.name_of(pid) for pid in app_test.children_of(again.pid)], [])

    def test_remote_service_in_the_preferences(self):
        person = self.open_demo()
        person.key('ctrl+comma')
        dialog = person.find('dialog', 'העדפות')
        dialog.field('כתובת').fill('http://127.0.0.1:9')
        dialog.button('החלה').click()
        person.key('Escape')
        person.find('button', 'לא מקוון')
        until(lambda: not app_test.children_of(person.pid), 'the embedded service to end')
        self.session.run('gsettings', 'reset', 'io.github.moked_crm.Moked', 'service-address')
        person.find('button', 'מסונכרן')


class OneInstance(app_test.AppTestCase):
    def test_second_start_shows_the_window_that_is_there(self):
        self.open_demo()
        done = self.session.run('moked', '--data-dir', self.folder)
        self.assertEqual(done, '')

    def test_two_folders_are_two_offices(self):
        self.open_demo()
        self.folder += '-2'
        other = self.open()
        other.button('פתיחת משרד חדש')


class Activation(app_test.AppTestCase):
    def test_service_of_the_bus_outlives_the_window(self):
        self.session.add_service(SERVICE, shutil.which('moked-service'), '--embedded')
        person = self.start('moked')
        person.button('פתיחת משרד חדש').click()
        person.field('שם המשרד').fill('לב')
        person.field('שם מלא').fill('נועה בר')
        person.key('Return')
        person.find('label', 'נועה בר')
        person.find('button', 'מסונכרן')
        service = self.session.get_pid(SERVICE)
        self.addCleanup(os.kill, service, signal.SIGTERM)
        self.assertNotIn(service, app_test.children_of(person.pid))
        person.quit()
        self.assertTrue(os.path.exists(f'/proc/{service}'))


class CommandLine(app_test.AppTestCase):
    def test_version(self):
        self.assertRegex(self.session.run('moked', '--version'), re.compile(r'^moked \d+\.\d+'))


if __name__ == '__main__':
    gui_test.main()
