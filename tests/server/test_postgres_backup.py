#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Copies of an office on PostgreSQL: made, read again, put back.

    test_postgres_backup.py PATH-OF-MOKED-SERVICE
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest
import urllib.parse

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import database
from live_office import LiveOffice


class Backup(unittest.TestCase):
    def setUp(self):
        self.office = LiveOffice(PROGRAM, self.enterContext(tempfile.TemporaryDirectory()))
        self.name = urllib.parse.urlsplit(self.office.database).path.lstrip('/')
        self.allow('CREATEDB')
        self.addCleanup(self.allow, 'NOCREATEDB')

    def allow(self, right):
        database.server().run('postgres', f'ALTER ROLE moked {right}')

    def run_it(self, *words, path=None):
        environment = {**os.environ, **({'PATH': path} if path else {})}
        done = subprocess.run([PROGRAM, *words, '--data-dir', self.office.folder], capture_output=True, text=True,
                              timeout=120, check=False, env=environment)
        return done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr

    def customers(self):
        return sorted(row['name'] for row in self.office.rows('customer'))

    def create(self, name):
        self.assertEqual(self.office.ask('POST', '/api/customers', {'name': name}).status, 201)

    def databases(self):
        return {row[0] for row in database.server().run('postgres', 'SELECT datname FROM pg_database')}

    def test_made_and_put_back(self):
        with self.office:
            self.create('לפני')
            epoch = self.office.ask('GET', '/api/sync/state').body['epoch']
            status, (made,), complaint = self.run_it('backup')
            self.assertEqual(status, 0, complaint)
            self.assertTrue(made['file'].endswith('.dump'))
            self.assertEqual(os.stat(made['file']).st_mode & 0o777, 0o600)
            self.create('אחרי')
            self.assertEqual(self.run_it('restore', made['file'])[0], 3)  # while the service runs
        before = self.databases()
        status, (listed,), complaint = self.run_it('backups')
        self.assertEqual((status, listed['verified'], listed['offices']), (0, True, 1), complaint)
        self.assertEqual(self.databases(), before)
        status, (restored,), complaint = self.run_it('restore', made['file'])
        self.assertEqual(status, 0, complaint)
        self.assertEqual(self.databases() - before, {restored['kept']})
        with self.office:
            self.assertEqual(self.customers(), ['לפני'])
            self.assertNotEqual(self.office.ask('GET', '/api/sync/state').body['epoch'], epoch)
            with self.assertRaisesRegex(RuntimeError, 'permission denied'):
                database.server().run(self.name, 'DELETE FROM change', 'moked', '-c moked.business=*')

    def test_damaged(self):
        with self.office:
            self.create('לפני')
        _, (made,), _ = self.run_it('backup')
        whole = pathlib.Path(made['file']).read_bytes()
        pathlib.Path(made['file']).write_bytes(whole[:len(whole) * 2 // 3])
        self.assertFalse(self.run_it('backups')[1][0]['verified'])
        before = self.databases()
        status, _, complaint = self.run_it('restore', made['file'])
        self.assertEqual((status, self.databases()), (1, before), complaint)
        with self.office:
            self.assertEqual(self.customers(), ['לפני'])

    def test_a_role_that_may_not_make_databases(self):
        self.allow('NOCREATEDB')
        status, (made,), complaint = self.run_it('backup')
        self.assertEqual(status, 0, complaint)
        self.assertTrue(self.run_it('backups')[1][0]['verified'])

    def test_without_pg_dump(self):
        status, lines, complaint = self.run_it('backup', path='/nowhere')
        self.assertEqual((status, lines), (1, []))
        self.assertIn('pg_dump', complaint)


if __name__ == '__main__':
    PROGRAM = sys.argv.pop(1)
    unittest.main()
