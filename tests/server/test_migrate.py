#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""An office moves from its file to a PostgreSQL server, killed again and again, and back; by the program as it is installed.

    test_migrate.py PATH-OF-MOKED-SERVICE
"""
import json
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import database
from live_office import LiveOffice, sid

PATIENCE = 120
OWN = {'schema_version', 'store_home', 'transfer', 'transfer_progress'}


def table_counts(ask, tables):
    return {table: int(ask(f'SELECT count(*) FROM "{table}"')) for table in sorted(tables)}


class Moves(unittest.TestCase):
    def setUp(self):
        self.server = database.server()
        self.folder = self.enterContext(tempfile.TemporaryDirectory())
        self.data = f'{self.folder}/data'
        os.mkdir(self.data, 0o700)

    def run_it(self, *words, data=None):
        done = subprocess.run([PROGRAM, *words, '--data-dir', data or self.data], capture_output=True, text=True,
                              timeout=PATIENCE, check=False)
        return done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr

    def move_and_kill(self, url, pages):
        """The move, which is killed when so many pages have arrived. Returns whether it came to its end before."""
        with subprocess.Popen([PROGRAM, 'migrate-to', url, '--data-dir', self.data], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True) as move:
            for line in move.stderr:
                if '"progress"' in line:
                    pages -= 1
                if pages <= 0:
                    move.kill()
                    break
            errors = move.stderr.read()
            status = move.wait(PATIENCE)
        self.assertIn(status, (0, -signal.SIGKILL), errors)
        return status == 0

    def in_postgres(self, name):
        return lambda sql: self.server.run(name, sql, 'moked', '-c moked.business=*')[0][0]

    def counts_in_file(self):
        with sqlite3.connect(f'file:{self.data}/moked.db?immutable=1', uri=True) as db:
            tables = {name for name, kind in db.execute("SELECT name, type FROM pragma_table_list WHERE schema = 'main'")
                      if kind == 'table' and not name.startswith('sqlite_') and not name.endswith('_dirty')}
            return table_counts(lambda sql: db.execute(sql).fetchone()[0], tables - OWN)


class Migration(Moves):
    def test_killed_again_and_again(self):
        subprocess.run([PROGRAM, 'demo', '--data-dir', self.data, '--customers', '150'], check=True, capture_output=True)
        before = self.counts_in_file()
        name = self.server.create()
        url = self.server.url(name)
        kills = 0
        while not self.move_and_kill(url, 1 + kills // 2):
            kills += 1
            with open(f'{self.data}/service.conf', 'a+', encoding='utf-8') as conf:
                conf.seek(0)
                self.assertNotIn('database', conf.read())
            # Half an office is not served.
            status, _, errors = self.run_it('pair', '--database', url)
            self.assertEqual(status, 1, errors)
            self.assertIn('Only a part of an office', errors)
        self.assertGreater(kills, 3)
        self.assertEqual(table_counts(self.in_postgres(name), before), before)
        with open(f'{self.data}/service.conf', encoding='utf-8') as conf:
            self.assertIn(f'database={url}\n', conf.read())
        status, lines, _ = self.run_it('migrate-to', url)
        self.assertEqual((status, lines), (0, [{'moved_to': url, 'already': True}]))
        # What was left is served no more.
        status, _, errors = self.run_it('pair', '--database', f'{self.data}/moked.db')
        self.assertEqual(status, 1)
        self.assertIn(url, errors)

    def test_the_office_goes_on(self):
        """For a device that saw it before; and its whole way back into a file."""
        office = LiveOffice(PROGRAM, self.data)
        self.addCleanup(lambda: office.process and office.stop())
        with office:
            office.person_writes(1, 'לפני')
            state = office.ask('GET', '/api/sync/state').body
            rows = office.rows('message')
            self.assertEqual(self.run_it('migrate-to', self.server.url('none'))[0], 3)      # it runs
        name = self.server.create()
        status, lines, errors = self.run_it('migrate-to', self.server.url(name))
        self.assertEqual(status, 0, errors)
        self.assertEqual(lines[0]['kept'], f'{self.data}/moked.db')
        with office:
            self.assertEqual(office.ask('GET', '/api/sync/state').body, state)              # the same life of the log
            self.assertEqual(office.rows('message'), rows)
            pulled = office.ask('GET', f'/api/sync/pull?epoch={state["epoch"]}&since={state["head"]}').body
            self.assertEqual((pulled['epoch'], pulled['head'], pulled['until']),
                             (state['epoch'], state['head'], state['head']))
            office.person_writes(2, 'אחרי', '+972502222222')
            self.assertEqual({row['provider_id'] for row in office.rows('message')}, {sid('SM', 1), sid('SM', 2)})
        back, other, file = f'{self.folder}/back', f'{self.folder}/other', f'{self.folder}/office.zip'
        status, _, errors = self.run_it('export', file)
        self.assertEqual(status, 0, errors)
        status, lines, errors = self.run_it('import', file, data=back)
        self.assertEqual(status, 0, errors)
        with sqlite3.connect(f'file:{back}/moked.db?immutable=1', uri=True) as db:
            self.assertEqual(db.execute('SELECT count(*) FROM message').fetchone(), (2,))
            self.assertEqual(db.execute('SELECT count(*) = (SELECT seq FROM business_seq) FROM change').fetchone(), (1,))
        # A database that is not empty is not taken, an empty one is.
        os.mkdir(other)
        status, _, errors = self.run_it('import', file, '--database', self.server.url(name), data=other)
        self.assertEqual(status, 1)
        self.assertIn('another office', errors)
        second = self.server.create()
        status, lines, errors = self.run_it('import', file, '--database', self.server.url(second), data=other)
        self.assertEqual((status, lines[0]['offices']), (0, 1), errors)
        for table in ('message', 'change', 'change_field', 'customer', 'inbox'):
            sql = f'SELECT count(*) FROM {table}'
            self.assertEqual(self.in_postgres(second)(sql), self.in_postgres(name)(sql))

    def test_what_is_refused(self):
        office = LiveOffice(PROGRAM, self.data)
        self.assertIsNone(office.process)
        name = self.server.create()
        status, _, errors = self.run_it('migrate-to', f'postgresql://moked:secret@/{name}?host={self.server.folder}')
        self.assertEqual(status, 2)
        self.assertNotIn('secret', errors.replace('the secret [server]', ''))
        for words in (('migrate-to',), ('migrate-to', 'sqlite:x'), ('migrate-to', 'a', 'b')):
            self.assertEqual(self.run_it(*words)[0], 2)
        other = f'{self.folder}/other'
        os.mkdir(other)
        LiveOffice(PROGRAM, other)
        self.assertEqual(self.run_it('migrate-to', self.server.url(name), data=other)[0], 0)
        status, _, errors = self.run_it('migrate-to', self.server.url(name))
        self.assertEqual(status, 1)
        self.assertIn('another office', errors)
        self.assertEqual(self.run_it('pair')[0], 0)     # and the office is still where it was


if __name__ == '__main__':
    PROGRAM = sys.argv.pop(1)
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    unittest.main()
