#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Desktops that send and bring files over lines that break and from services that die.

    test_file_desks.py PATH-OF-MOKED-SERVICE PATH-OF-FILE-DESK
"""
import hashlib
import json
import os
import random
import select
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..', 'support'))
from cutting_proxy import CuttingProxy, cuts
from file_office import FileOffice, sha256
from live_office import eventually
from office import ready_line

PATIENCE = 90
MEGABYTE = 1_000_000


class SteadyOffice(FileOffice):
    """A service that comes back at the same address."""

    port = 0

    def start(self):
        with open(f'{self.folder}/log', 'ab') as log:
            self.process = subprocess.Popen(
                [self.program, '--data-dir', self.folder, '--listen', f'127.0.0.1:{self.port}'],
                stdout=subprocess.PIPE, stderr=log)
        self.port = int(ready_line(self.process)['listen'].rpartition(':')[2])


class Desk:
    """A desktop without a window."""

    def __init__(self, folder, port, token):
        self.folder, self.port, self.token = folder, port, token
        os.makedirs(folder, exist_ok=True)
        self.start()

    def start(self):
        self.process = subprocess.Popen([DESK, self.folder, f'http://127.0.0.1:{self.port}', self.token],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)
        ready_line(self.process)

    def tell(self, text):
        self.process.stdin.write(f'{text}\n'.encode())

    def kill(self):
        self.process.kill()
        self.end()

    def end(self):
        self.process.stdin.close()
        status = self.process.wait(60)
        self.process.stdout.close()
        return status

    def next_problem(self):
        if not select.select([self.process.stdout], [], [], PATIENCE)[0]:
            raise AssertionError('no problem was told')
        return json.loads(self.process.stdout.readline())['problem']

    def peak_memory(self):
        return peak_memory(self.process.pid)


def peak_memory(pid):
    with open(f'/proc/{pid}/status', encoding='ascii') as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith('VmHWM'))


class Desks(unittest.TestCase):
    def setUp(self):
        self.folder = self.enterContext(tempfile.TemporaryDirectory())
        os.mkdir(f'{self.folder}/service')
        self.office = self.enterContext(SteadyOffice(PROGRAM, f'{self.folder}/service'))

    def desk(self, name='desk', port=None):
        desk = Desk(f'{self.folder}/{name}', port or self.office.port, self.office.token)
        self.addCleanup(lambda: desk.process.stdin.closed or desk.end())
        return desk

    def make_file(self, size, seed=1):
        path = f'{self.folder}/source-{seed}'
        data = random.Random(seed).randbytes(size)
        with open(path, 'wb') as file:
            file.write(data)
        return path, data

    def path_of(self, root, digest):
        return f'{root}/files/{self.office.business}/{digest[:2]}/{digest[2:]}'

    def wait_stored(self, digest):
        eventually(lambda: any(row['stored'] == digest for row in self.office.rows('attachment')),
                   'the service to have the file', PATIENCE)

    def assert_same(self, path, data):
        with open(path, 'rb') as file:
            self.assertEqual(hashlib.sha256(file.read()).hexdigest(), sha256(data))

    def wait_fetched(self, desk, data):
        path = self.path_of(desk.folder, sha256(data))
        eventually(lambda: os.path.exists(path), 'the file to be brought', PATIENCE)
        self.assert_same(path, data)


class Lines(Desks):
    def test_there_and_back(self):
        first, second = self.desk('first'), self.desk('second')
        path, data = self.make_file(9 * MEGABYTE)
        first.tell(f'attach {path}')
        self.wait_stored(sha256(data))
        self.assert_same(self.path_of(self.office.folder, sha256(data)), data)
        second.tell(f'fetch {sha256(data)} {len(data)}')
        self.wait_fetched(second, data)
        self.assertEqual((first.end(), second.end()), (0, 0))

    def test_line_that_breaks_anywhere(self):
        chance = random.Random(7)
        path, data = self.make_file(5 * MEGABYTE)
        with CuttingProxy(self.office.port, cuts(chance, 12, 2 * MEGABYTE)) as line:
            desk = self.desk('first', line.port)
            desk.tell(f'attach {path}')
            self.wait_stored(sha256(data))
            self.assertGreater(line.cut, 0)
        self.assert_same(self.path_of(self.office.folder, sha256(data)), data)
        with CuttingProxy(self.office.port, cuts(chance, 12, 2 * MEGABYTE)) as line:
            other = self.desk('second', line.port)
            other.tell(f'fetch {sha256(data)} {len(data)}')
            self.wait_fetched(other, data)
            self.assertGreater(line.cut, 0)

    def test_service_dies_while_it_takes(self):
        desk = self.desk()
        path, data = self.make_file(30 * MEGABYTE)
        part = f'{self.office.folder}/files/{self.office.business}/incoming/{sha256(data)}'
        desk.tell(f'attach {path}')
        for share in (0.1, 0.4, 0.7):
            eventually(lambda: os.path.exists(part) and os.path.getsize(part) > share * len(data) or
                       os.path.exists(self.path_of(self.office.folder, sha256(data))), 'a part of the file', PATIENCE)
            self.office.kill()
            self.office.start()
        self.wait_stored(sha256(data))
        self.assert_same(self.path_of(self.office.folder, sha256(data)), data)

    def test_desk_dies_while_it_sends_and_while_it_brings(self):
        desk = self.desk()
        path, data = self.make_file(30 * MEGABYTE)
        incoming = f'files/{self.office.business}/incoming/{sha256(data)}'
        desk.tell(f'attach {path}')
        eventually(lambda: os.path.exists(f'{self.office.folder}/{incoming}'), 'the first piece', PATIENCE)
        desk.kill()
        desk.start()
        self.wait_stored(sha256(data))
        other = self.desk('other')
        other.tell(f'fetch {sha256(data)} {len(data)}')
        eventually(lambda: os.path.exists(f'{other.folder}/{incoming}') or
                   os.path.exists(self.path_of(other.folder, sha256(data))), 'the first piece', PATIENCE)
        other.kill()
        other.start()
        other.tell(f'fetch {sha256(data)} {len(data)}')
        self.wait_fetched(other, data)


class Damage(Desks):
    def test_service_that_lost_its_files(self):
        """As after a restore of the database alone: whoever has the bytes sends them again."""
        desk = self.desk()
        path, data = self.make_file(MEGABYTE)
        desk.tell(f'attach {path}')
        self.wait_stored(sha256(data))
        shutil.rmtree(f'{self.office.folder}/files')
        other = self.desk('other')
        other.tell(f'fetch {sha256(data)} {len(data)}')
        eventually(lambda: os.path.exists(self.path_of(self.office.folder, sha256(data))), 'the file to come again',
                   PATIENCE)
        self.wait_stored(sha256(data))
        other.tell(f'fetch {sha256(data)} {len(data)}')
        self.wait_fetched(other, data)

    def test_service_whose_copy_is_damaged(self):
        desk = self.desk()
        path, data = self.make_file(MEGABYTE)
        desk.tell(f'attach {path}')
        self.wait_stored(sha256(data))
        stored = self.path_of(self.office.folder, sha256(data))
        os.chmod(stored, 0o600)
        with open(stored, 'r+b') as file:
            file.write(b'damage')
        other = self.desk('other')
        other.tell(f'fetch {sha256(data)} {len(data)}')
        self.assertEqual(other.next_problem(), 'rejected')
        self.assertFalse(os.path.exists(self.path_of(other.folder, sha256(data))))
        eventually(lambda: os.path.exists(stored), 'the file to come again', PATIENCE)
        self.assert_same(stored, data)
        self.wait_stored(sha256(data))
        other.tell(f'fetch {sha256(data)} {len(data)}')
        self.wait_fetched(other, data)


class Size(Desks):
    def test_memory_does_not_grow_with_the_file(self):
        desk = self.desk()
        size = 300 * 1024 * 1024
        path = f'{self.folder}/large'
        with open(path, 'wb') as file:
            file.truncate(size)
        before = desk.peak_memory(), peak_memory(self.office.process.pid)
        desk.tell(f'attach {path}')
        eventually(lambda: any(row['stored'] for row in self.office.rows('attachment')), 'the service to have it',
                   PATIENCE)
        for now, then in zip((desk.peak_memory(), peak_memory(self.office.process.pid)), before):
            self.assertLess(now - then, 64 * MEGABYTE)


if __name__ == '__main__':
    DESK, PROGRAM = sys.argv.pop(2), sys.argv.pop(1)
    unittest.main()
