#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""moked-service's copies of an office: made while it works, listed, put back; by the program as it is installed.

    test_backup.py PATH-OF-MOKED-SERVICE
"""
import glob
import json
import os
import shutil
import stat
import subprocess
import sys
import tempfile
import threading
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
from live_office import LiveOffice, eventually, sid, ulid
from office import WHATSAPP_PATH, whatsapp_message

PATIENCE = 60


class Backups(unittest.TestCase):
    def setUp(self):
        self.folder = self.enterContext(tempfile.TemporaryDirectory())
        self.data = f'{self.folder}/data'
        os.mkdir(self.data, 0o700)
        self.office = LiveOffice(PROGRAM, self.data)
        self.addCleanup(lambda: self.office.process and self.office.stop())

    def run_it(self, *words):
        """(status, lines of JSON, standard error)"""
        done = subprocess.run([PROGRAM, *words, '--data-dir', self.data], capture_output=True, text=True,
                              timeout=PATIENCE, check=False)
        return done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr

    def back_up(self, *words):
        status, lines, errors = self.run_it('backup', *words)
        self.assertEqual((status, len(lines)), (0, 1), errors)
        return lines[0]

    def write_in(self, number):
        """One message of one person; True when the service took it."""
        form = whatsapp_message(sid('SM', number), 'שלום', f'+97250{number:07}')
        return self.office.webhook(WHATSAPP_PATH, form).status == 200

    def messages(self):
        return {row['provider_id'] for row in self.office.rows('message')}

    def copies(self):
        return sorted(os.listdir(f'{self.data}/backups'))


class Commands(Backups):
    def test_while_stopped_and_while_running(self):
        first = self.back_up()
        with self.office:
            self.office.person_writes(1)
            second = self.back_up('--to', f'{self.folder}/mine.db')
        status, listed, _ = self.run_it('backups')
        self.assertEqual(status, 0)
        self.assertEqual([line['file'] for line in listed], [second['file'], first['file']])
        self.assertTrue(all(line['verified'] and line['offices'] == 1 for line in listed))
        self.assertGreater(listed[0]['changes'], listed[1]['changes'])
        self.assertEqual(second['to'], f'{self.folder}/mine.db')
        self.assertEqual(os.path.getsize(second['to']), second['size'])
        for path in (first['file'], second['file'], second['to']):
            self.assertEqual(stat.S_IMODE(os.stat(path).st_mode), 0o600)
        self.assertEqual(stat.S_IMODE(os.stat(f'{self.data}/backups').st_mode), 0o700)

    def test_settings(self):
        elsewhere = f'{self.folder}/elsewhere'
        with open(f'{self.data}/service.conf', 'a', encoding='utf-8') as conf:
            conf.write(f'[backup]\nfolder={elsewhere}\ndaily=0\nweekly=0\nmonthly=0\n')
        for _ in range(5):
            self.back_up()
        self.assertEqual(len(os.listdir(elsewhere)), 3)
        with open(f'{self.data}/service.conf', 'a', encoding='utf-8') as conf:
            conf.write('daily=many\n')
        status, _, errors = self.run_it('backup')
        self.assertEqual(status, 2)
        self.assertIn('daily', errors)

    def test_wrong_words(self):
        for words in (('backup', 'x'), ('backups', 'x'), ('restore',), ('restore', 'a', 'b'), ('pair', '--to', 'x'),
                      ('backups', '--to', 'x')):
            self.assertEqual(self.run_it(*words)[0], 2, words)

    def test_nowhere_to_copy_to(self):
        status, lines, errors = self.run_it('backup', '--to', f'{self.folder}/none/copy.db')
        self.assertEqual((status, lines), (1, []))
        self.assertIn('none/copy.db', errors)

    def test_only_who_can_read_the_folder(self):
        with self.office:
            for token in ('x', self.office.token):
                for method in ('GET', 'POST'):
                    self.assertEqual(self.office.ask(method, '/control/backup', token=token).status, 401)
        self.assertFalse(os.path.exists(f'{self.data}/backups'))

    def test_over_the_api(self):
        with self.office:
            self.assertEqual(self.office.ask('GET', '/api/backups', token='x').status, 401)
            self.assertEqual(self.office.ask('GET', '/api/backups').body,
                             {'running': False, 'file': None, 'made_at': 0, 'size': 0, 'problem': None})
            self.assertEqual(self.office.ask('POST', '/api/backups').status, 202)
            seen = eventually(lambda: (body := self.office.ask('GET', '/api/backups').body)['file'] and body,
                              'the backup')
            self.assertEqual(seen['size'], os.path.getsize(seen['file']))
            self.assertIn('moked_backups_total{outcome="made"} 1\n', self.metrics())

    def test_failure_is_told_and_ends_nothing(self):
        with open(f'{self.data}/backups', 'w', encoding='utf-8'):
            pass
        with self.office:
            status, lines, errors = self.run_it('backup')
            self.assertEqual((status, lines), (1, []))
            self.assertIn('backups', errors)
            self.assertIn('moked_backups_total{outcome="failed"} 1\n', self.metrics())
            self.assertTrue(self.office.ask('GET', '/api/backups').body['problem'])
            self.office.person_writes(1)
            self.assertTrue(any(line['message'] == 'a backup failed' for line in self.office.log()))

    def metrics(self):
        return self.office.send('GET', '/metrics', None, {}).body


class UnderLoad(Backups):
    """Messages come in all the time; what was answered before a copy was asked for is in it."""

    def test_backup(self):
        answered, over = [], threading.Event()

        def write():
            number = 0
            while not over.is_set():
                number += 1
                if self.write_in(number):
                    answered.append(sid('SM', number))

        with self.office:
            thread = threading.Thread(target=write)
            thread.start()
            try:
                eventually(lambda: len(answered) >= 20, 'messages')
                copies = []
                for _ in range(3):
                    before = set(answered)
                    copies.append((before, self.back_up()['file']))
            finally:
                over.set()
                thread.join()
        self.assertEqual(len({file for _, file in copies}), 3)
        for before, file in copies[::2]:
            self.assertEqual(self.run_it('restore', file)[0], 0)
            with self.office:
                # Those that the copy has in its inbox are applied now.
                eventually(lambda: before <= self.messages(), 'all messages of before the copy')

    def test_killed_meanwhile(self):
        number = 0
        for delay in (0, 1, 2, 5, 10):
            self.office.start()
            number += 1
            self.assertTrue(self.write_in(number))
            self.assertEqual(self.office.ask('POST', '/api/backups').status, 202)
            for _ in range(delay):
                self.office.ask('GET', '/api/backups')
            self.office.kill()
            status, listed, _ = self.run_it('backups')
            self.assertEqual(status, 0)
            self.assertTrue(all(line['verified'] for line in listed), listed)
        last = self.back_up()
        self.assertEqual([name for name in self.copies() if '.part' in name], [])
        self.assertEqual(self.run_it('restore', last['file'])[0], 0)
        with self.office:
            eventually(lambda: {sid('SM', one) for one in range(1, number + 1)} <= self.messages(), 'every message')


class Restores(Backups):
    def test_what_was_lost_is_given_back(self):
        """By a device that has seen more than the copy has."""
        with self.office:
            self.office.person_writes(1, sender='+972501111111')
            copy = self.back_up()['file']
            self.office.person_writes(2, sender='+972502222222')
            late = next(row for row in self.office.rows('message') if row['provider_id'] == sid('SM', 2))
            before = self.office.ask('GET', '/api/sync/state').body
            status, _, errors = self.run_it('restore', copy)
            self.assertEqual(status, 3, errors)             # the service runs
        status, lines, errors = self.run_it('restore', copy)
        self.assertEqual(status, 0, errors)
        self.assertEqual(lines[0]['restored'], copy)
        self.assertTrue(os.path.exists(lines[0]['kept']))
        with self.office:
            self.assertNotIn(late['id'], {row['id'] for row in self.office.rows('message')})
            state = self.office.ask('GET', '/api/sync/state').body
            self.assertNotEqual(state['epoch'], before['epoch'])
            self.assertEqual([end['epoch'] for end in state['ended']], [before['epoch']])
            self.assertLess(state['head'], before['head'])
            operation = {'op': 'recover', 'entity': 'message', 'id': late['id'], 'epoch': before['epoch'], 'row': late}
            push = {'client': ulid(), 'epoch': state['epoch'], 'mutations': [
                {'n': 1, 'id': ulid(), 'base': state['head'], 'at': 0, 'label': 'back', 'ops': [operation]}]}
            answer = self.office.ask('POST', '/api/sync/push', push)
            self.assertEqual([result['status'] for result in answer.body['results']], ['applied'])
            self.assertEqual(self.messages(), {sid('SM', 1), sid('SM', 2)})

        # The former database is whole, too.
        self.assertEqual(self.run_it('restore', lines[0]['kept'])[0], 0)
        with self.office:
            self.assertEqual(self.messages(), {sid('SM', 1), sid('SM', 2)})

    def test_bad_files_are_refused(self):
        with self.office:
            self.office.person_writes(1)
        copy = self.back_up()['file']
        bad = f'{self.folder}/bad.db'
        shutil.copy(copy, bad)
        with open(bad, 'r+b') as file:
            file.seek(os.path.getsize(bad) // 2)
            file.write(b'\x5a' * 8192)
        with open(f'{self.folder}/text.db', 'w', encoding='utf-8') as file:
            file.write('שלום')
        before = sorted(os.listdir(self.data))
        for path in (bad, f'{self.folder}/text.db', f'{self.folder}/none.db', self.folder):
            status, lines, errors = self.run_it('restore', path)
            self.assertEqual((status, lines), (1, []), path)
            self.assertIn(f'{path} cannot be restored', errors)
        self.assertEqual(sorted(os.listdir(self.data)), before)
        with self.office:
            self.assertEqual(self.messages(), {sid('SM', 1)})

    def test_after_a_crash(self):
        """The rest of the former data, which nobody closed, stays with it and out of the copy."""
        copy = self.back_up()['file']
        self.office.start()
        self.office.person_writes(1)
        self.office.kill()
        self.assertTrue(os.path.getsize(f'{self.data}/moked.db-wal'))
        kept = self.run_it('restore', copy)[1][0]['kept']
        self.assertTrue(os.path.getsize(f'{kept}-wal'))
        with self.office:
            self.assertEqual(self.messages(), set())
        for path in glob.glob(f'{self.data}/moked.db*'):
            if '.replaced-' not in path:
                os.remove(path)
        os.rename(kept, f'{self.data}/moked.db')
        os.rename(f'{kept}-wal', f'{self.data}/moked.db-wal')
        with self.office:
            self.assertEqual(self.messages(), {sid('SM', 1)})


if __name__ == '__main__':
    PROGRAM = sys.argv.pop(1)
    unittest.main()
