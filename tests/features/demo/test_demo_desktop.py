# SPDX-License-Identifier: GPL-3.0-or-later
"""moked-service demo --cache: a desktop's folder that has everything the service has, and finds it."""
import json
import os
import sqlite3
import stat
import subprocess
import sys
import tempfile
import unittest

SERVICE = sys.argv.pop(1)
TABLES = ('customer', 'identity', 'note', 'conversation', 'message', 'call', 'user', 'office')


def count(path, query):
    with sqlite3.connect(f'file:{path}?mode=ro', uri=True) as database:
        return database.execute(query).fetchone()[0]


class DemoDesktop(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix='moked-demo-')
        cls.dir = cls.folder.name
        cls.made = subprocess.run([SERVICE, 'demo', '--data-dir', cls.dir, '--customers', '150', '--cache'],
                                  check=True, capture_output=True, text=True)
        cls.cache, cls.service = f'{cls.dir}/cache.db', f'{cls.dir}/service/moked.db'

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def test_one_line_tells_the_office(self):
        office = json.loads(self.made.stdout.splitlines()[-1])
        self.assertEqual(set(office), {'business', 'user', 'token'})
        for line in self.made.stdout.splitlines()[:-1]:
            self.assertIn('progress', json.loads(line))

    def test_the_cache_has_all_records(self):
        for table in TABLES:
            with self.subTest(table):
                query = f'SELECT count(*) FROM {table} WHERE deleted_at IS NULL'
                self.assertGreater(count(self.cache, query), 0)
                self.assertEqual(count(self.cache, query), count(self.service, query))

    def test_the_search_finds_them(self):
        self.assertEqual(count(self.cache, 'SELECT count(*) FROM customer_search_dirty'), 0)
        self.assertEqual(count(self.cache, 'SELECT count(*) FROM message_search_dirty'), 0)
        self.assertGreater(count(self.cache, "SELECT count(*) FROM message_search WHERE message_search MATCH 'דירה'"), 0)

    def test_the_token_is_the_owners_and_private(self):
        path = f'{self.dir}/device.json'
        with open(path, encoding='utf-8') as file:
            self.assertEqual(json.load(file)['token'], json.loads(self.made.stdout.splitlines()[-1])['token'])
        self.assertEqual(stat.S_IMODE(os.stat(path).st_mode), 0o600)

    def test_it_belongs_to_the_demo_alone(self):
        refused = subprocess.run([SERVICE, 'pair', '--data-dir', f'{self.dir}/service', '--cache'], check=False,
                                 capture_output=True)
        self.assertEqual(refused.returncode, 2)


if __name__ == '__main__':
    unittest.main()
