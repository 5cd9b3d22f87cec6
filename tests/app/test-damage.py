#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Damaged files: the desktop's copy comes again by itself, and of the service's the person is told."""

import os

import app_test
import gui_test
from waiting import until


def damage(path):
    """The beginning of a database; what its log still has of it would do as well."""
    for log in (f'{path}-wal', f'{path}-shm'):
        if os.path.exists(log):
            os.remove(log)
    with open(path, 'r+b') as file:
        file.write(b'\xa5' * 100)


class Damage(app_test.AppTestCase):
    def test_copy_comes_again(self):
        person = self.open_demo()
        person.quit()
        damage(os.path.join(self.folder, 'cache.db'))
        again = self.open()
        again.find('alert', 'העותק במחשב הזה נפגם')
        again.key('Escape')
        again.find('button', 'מסונכרן')
        again.find('label', 'שי אברהמי')

    def test_service_is_told(self):
        person = self.open_demo()
        service = self.find_service(person)
        person.quit()
        until(lambda: not os.path.exists(f'/proc/{service}'), 'the service to end')
        damage(os.path.join(self.folder, 'service', 'moked.db'))
        again = self.open()
        again.find('alert', 'נתוני המשרד נפגמו')
        again.key('Escape')
        again.find('label', 'שי אברהמי')


if __name__ == '__main__':
    gui_test.main()
