#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""An office in one file and out of it again, by the program as it is installed.

    test_transfer.py PATH-OF-MOKED-SERVICE
"""
import csv
import hashlib
import http.client
import io
import json
import os
import sqlite3
import stat
import subprocess
import sys
import tempfile
import unittest
import zipfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
from live_office import LiveOffice, eventually, sid
from office import AUTH_TOKEN

PATIENCE = 60

# What an installation has for itself, and what an import begins anew.
OWN = {'device', 'schema_version', 'transfer', 'transfer_progress', 'business_seq', 'epoch_end'}


def content(path):
    """table → its rows, whatever their order; of a database that nobody has open."""
    with sqlite3.connect(f'file:{path}?immutable=1', uri=True) as db:
        tables = [name for name, kind in db.execute("SELECT name, type FROM pragma_table_list WHERE schema = 'main'")
                  if kind == 'table' and not name.startswith('sqlite_') and not name.endswith('_dirty')]
        return {table: sorted(map(repr, db.execute(f'SELECT * FROM {table}'))) for table in tables if table not in OWN}


class Exports(unittest.TestCase):
    def setUp(self):
        self.folder = self.enterContext(tempfile.TemporaryDirectory())
        self.data, self.file = f'{self.folder}/data', f'{self.folder}/office.zip'
        os.mkdir(self.data, 0o700)
        self.office = LiveOffice(PROGRAM, self.data)
        self.addCleanup(lambda: self.office.process and self.office.stop())

    def run_it(self, *words, data=None):
        """(status, lines of JSON, standard error)"""
        done = subprocess.run([PROGRAM, *words, '--data-dir', data or self.data], capture_output=True, text=True,
                              timeout=PATIENCE, check=False)
        return done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr

    def fill(self):
        with self.office:
            self.office.person_writes(1, 'שלום, הדירה עוד פנויה?')
            self.office.person_writes(2, '=HYPERLINK("https://bad.example";"לחצו")', '+972502222222')
            self.office.person_writes(3, 'שורה\nועוד "שורה", עם פסיק', '+972503333333')
            self.office.person_writes(4, '-10% הנחה', '+972504444444')

    def export(self):
        status, lines, errors = self.run_it('export', self.file)
        self.assertEqual((status, len(lines)), (0, 1), errors)
        return lines[0]

    def table(self, name):
        with zipfile.ZipFile(self.file) as archive:
            text = archive.read(f'csv/{name}.csv')
        self.assertTrue(text.startswith(b'\xef\xbb\xbf'))
        self.assertEqual(text.count(b'\n'), text.count(b'\r\n') + text.replace(b'\r\n', b'').count(b'\n'))
        return list(csv.DictReader(io.StringIO(text.decode('utf-8-sig'), newline='')))


class OneFile(Exports):
    def test_round_trip(self):
        self.fill()
        line = self.export()
        self.assertEqual(stat.S_IMODE(os.stat(self.file).st_mode), 0o600)
        self.assertEqual(line['size'], os.path.getsize(self.file))
        self.assertEqual(sorted(os.listdir(self.folder)), ['data', 'office.zip'])
        new = f'{self.folder}/new'
        status, lines, errors = self.run_it('import', self.file, data=new)
        self.assertEqual(status, 0, errors)
        self.assertIsNone(lines[0]['kept'])
        before, after = content(f'{self.data}/moked.db'), content(f'{new}/moked.db')
        self.assertEqual(before, after)
        self.assertTrue(after['change'] and after['change_field'] and after['message'] and after['inbox'])
        self.assertEqual(sorted(os.listdir(new)), ['moked.db', 'moked.db.lock', 'service.lock'])

        # It lives on: the owner pairs a device, and sees what there was.
        _, paired, _ = self.run_it('pair', data=new)
        self.office.folder, self.office.token = new, paired[0]['token']
        old = json.loads(json.dumps(self.office.made))
        with self.office:
            state = self.office.ask('GET', '/api/sync/state').body
            self.assertEqual(state['business'], old['business'])
            self.assertEqual(len(state['ended']), 1)        # another life of the log: the old office may have gone on
            self.assertEqual({row['provider_id'] for row in self.office.rows('message')},
                             {sid('SM', n) for n in (1, 2, 3, 4)})

    def test_manifest_and_secrets(self):
        self.fill()
        self.export()
        with zipfile.ZipFile(self.file) as archive:
            self.assertIsNone(archive.testzip())
            manifest = json.loads(archive.read('manifest.json'))
            self.assertEqual((manifest['format'], manifest['version']), ('moked-office', 1))
            listed = {member['name']: member for member in manifest['members']}
            self.assertEqual(set(listed) | {'manifest.json'}, set(archive.namelist()))
            for name, member in listed.items():
                data = archive.read(name)
                self.assertEqual((len(data), hashlib.sha256(data).hexdigest()), (member['size'], member['sha256']))
            database = archive.read('office.db')
        self.assertEqual(manifest['rows']['message'], 4)
        self.assertNotIn('device', manifest['rows'])
        token = self.office.made['token']
        for secret in (token, hashlib.sha256(token.encode()).hexdigest(), AUTH_TOKEN):
            self.assertNotIn(secret.encode(), database)
        with open(f'{self.folder}/office.db', 'wb') as file:
            file.write(database)
        with sqlite3.connect(f'{self.folder}/office.db') as db:
            self.assertEqual(db.execute('SELECT count(*) FROM device').fetchone(), (0,))

    def test_tables(self):
        """As a spreadsheet reads them: Hebrew headings, every character, nothing that it would compute."""
        self.fill()
        self.export()
        messages = self.table('message')
        self.assertEqual([row['הודעה'] for row in messages],
                         ['שלום, הדירה עוד פנויה?', '\'=HYPERLINK("https://bad.example";"לחצו")',
                          'שורה\nועוד "שורה", עם פסיק', "'-10% הנחה"])
        self.assertEqual({row['כיוון'] for row in messages}, {'נכנסת'})
        self.assertIn('+972502222222', {value for row in self.table('identity') for value in row.values()})
        self.assertEqual(len(self.table('customer')), 4)

    def test_in_the_place_of_another(self):
        self.fill()
        self.export()
        with self.office:
            self.office.person_writes(5, 'אחר כך', '+972505555555')
            self.assertEqual(self.run_it('import', self.file, '--replace')[0], 3)       # the service runs
        status, lines, errors = self.run_it('import', self.file)
        self.assertEqual((status, lines), (1, []))
        self.assertIn('--replace', errors)
        status, lines, errors = self.run_it('import', self.file, '--replace')
        self.assertEqual(status, 0, errors)
        self.assertTrue(os.path.exists(lines[0]['kept']))
        with self.office:           # whose device is still paired
            self.assertEqual(len(self.office.rows('message')), 4)
        self.assertEqual(self.run_it('restore', lines[0]['kept'])[0], 0)
        with self.office:
            self.assertEqual(len(self.office.rows('message')), 5)


class FromAfar(Exports):
    """What an owner does to the whole office without being at the service's machine."""

    def finished(self):
        """The outcome of the work under way; the service may begin anew meanwhile."""
        def look():
            try:
                status = self.office.ask('GET', '/api/office/work').body
            except (ConnectionError, http.client.HTTPException):
                return None
            return status if status.get('running') is False else None
        return eventually(look, 'the work to be finished')

    def fetch(self):
        self.assertEqual(self.office.ask('POST', '/api/office/export').status, 202)
        self.assertIsNone(self.finished()['problem'])
        whole = b''
        while True:
            connection = http.client.HTTPConnection('127.0.0.1', self.office.port, timeout=30)
            connection.request('GET', f'/api/office/export?offset={len(whole)}',
                               headers={'Authorization': f'Bearer {self.office.token}'})
            piece = connection.getresponse().read()
            connection.close()
            if not piece:
                return whole
            whole += piece

    def bring(self, data):
        for offset in range(0, len(data), 100_000):
            piece = data[offset:offset + 100_000]
            answer = self.office.ask('POST', f'/api/office/import?offset={offset}', piece)
            self.assertEqual((answer.status, answer.body['size']), (200, offset + len(piece)))

    def restore(self, **what):
        answer = self.office.ask('POST', '/api/office/restore', what)
        self.assertEqual(answer.status, 202, answer)
        return self.finished()

    def texts(self):
        return {row['body'] for row in self.office.rows('message')}

    def test_export_and_import(self):
        with self.office:
            port, process = self.office.port, self.office.process.pid
            self.office.person_writes(1, 'לפני')
            epoch = self.office.ask('GET', '/api/sync/state').body['epoch']
            whole = self.fetch()
            self.assertIsNone(zipfile.ZipFile(io.BytesIO(whole)).testzip())
            self.assertEqual(self.office.ask('DELETE', '/api/office/work').status, 200)
            self.assertEqual(self.office.ask('GET', '/api/office/export').status, 404)
            self.office.person_writes(2, 'אחרי')
            self.bring(whole)
            self.assertIsNone(self.restore()['problem'])
            self.assertEqual(self.texts(), {'לפני'})
            state = self.office.ask('GET', '/api/sync/state').body
            self.assertIn(epoch, {end['epoch'] for end in state['ended']})
            self.assertEqual((self.office.port, self.office.process.pid), (port, process))
            self.assertIsNone(self.office.process.poll())
            self.office.person_writes(3, 'ממשיכים')
            self.assertEqual(self.texts(), {'לפני', 'ממשיכים'})
        self.assertEqual([name for name in os.listdir(self.data) if name.startswith(('import-', 'exchange'))], [])

    def test_restore_of_a_backup(self):
        """Who was paired since stays so, and who was locked out stays out."""
        _, lines, _ = self.run_it('pair', '--device', 'old')
        old = lines[0]['token']
        with self.office:
            self.office.person_writes(1, 'לפני')
            self.assertEqual(self.run_it('backup')[0], 0)
        _, lines, _ = self.run_it('pair', '--device', 'old')        # the former one is locked out
        new = lines[0]['token']
        with self.office:
            self.office.person_writes(2, 'אחרי')
            items = self.office.ask('GET', '/api/backups/list').body['items']
            self.assertEqual([set(item) for item in items], [{'name', 'made_at', 'size', 'before_migration'}])
            self.assertIsNone(self.restore(backup=items[0]['name'])['problem'])
            self.assertEqual(self.texts(), {'לפני'})
            self.assertEqual(self.office.ask('GET', '/api/sync/state', token=new).status, 200)
            self.assertEqual(self.office.ask('GET', '/api/sync/state', token=old).status, 401)
            # Twice in one life of the process, and nothing but what is in the list.
            self.assertIsNone(self.restore(backup=items[0]['name'])['problem'])
            for name in ('../moked.db', 'none.db', '/etc/passwd', ''):
                self.assertEqual(self.office.ask('POST', '/api/office/restore', {'backup': name}).status, 404)

    def test_what_is_not_taken(self):
        """The office goes on as it was."""
        with self.office:
            self.office.person_writes(1, 'כאן')
            whole = self.fetch()
            for data in (whole[:-100], b'x' * 5000, whole[:3000] + bytes(64) + whole[3064:]):
                self.bring(data)
                self.assertTrue(self.restore()['problem'])
            self.bring(whole)
            self.assertEqual(self.office.ask('POST', '/api/office/import?offset=7', b'x').status, 409)
            self.assertEqual(self.texts(), {'כאן'})
        other = f'{self.folder}/other'
        os.mkdir(other, 0o700)
        foreign = LiveOffice(PROGRAM, other)
        self.assertEqual(self.run_it('export', self.file, data=other)[0], 0)
        with self.office, open(self.file, 'rb') as file:
            self.bring(file.read())
            self.assertIn('another office', self.restore()['problem'])
            self.assertEqual(self.texts(), {'כאן'})
        self.assertNotEqual(foreign.business, self.office.business)

    def test_for_owners_of_all_of_it(self):
        paths = (('GET', '/api/office/work'), ('DELETE', '/api/office/work'), ('POST', '/api/office/export'),
                 ('GET', '/api/office/export'), ('POST', '/api/office/import'), ('GET', '/api/backups/list'))
        with self.office:
            for method, path in paths:
                self.assertEqual(self.office.ask(method, path, token='x' * 43).status, 401)
        with sqlite3.connect(f'{self.data}/moked.db') as db:
            db.execute("UPDATE user SET role = 'agent'")
        with self.office:
            for method, path in paths:
                self.assertEqual(self.office.ask(method, path).status, 403, path)
            self.assertEqual(self.office.ask('POST', '/api/office/restore', {}).status, 403)
        with sqlite3.connect(f'{self.data}/moked.db') as db:
            db.execute("UPDATE user SET role = 'owner'")
        self.office.create('משרד אחר', '+97231111111')
        with self.office:               # somebody else's data is in the same database
            for path in ('/api/office/export', '/api/office/restore'):
                answer = self.office.ask('POST', path, {})
                self.assertEqual(answer.status, 403)
                self.assertIn('several offices', answer.body['detail'])


class Refusals(Exports):
    """Nothing of what is no whole export of an office is taken, and nothing of the office is touched."""

    def setUp(self):
        super().setUp()
        self.fill()
        self.export()
        with open(self.file, 'rb') as file:
            self.whole = file.read()
        with zipfile.ZipFile(self.file) as archive:
            self.members = {name: archive.read(name) for name in archive.namelist()}
        self.before = (sorted(os.listdir(self.data)), content(f'{self.data}/moked.db'))

    def refused(self, reason, replace=True):
        status, lines, errors = self.run_it('import', self.file, *(['--replace'] if replace else []))
        self.assertEqual((status, lines), (1, []), errors)
        self.assertIn(f'{self.file} cannot be imported. ', errors)
        self.assertIn(reason, errors)
        self.assertEqual((sorted(os.listdir(self.data)), content(f'{self.data}/moked.db')), self.before)

    def write(self, members, manifest=None, name=lambda one: one):
        """An export with other members; the manifest fits unless another one is given."""
        members = {one: data for one, data in members.items() if one != 'manifest.json'}
        whole = {**json.loads(self.members['manifest.json']),
                 'members': [{'name': one, 'size': len(data), 'sha256': hashlib.sha256(data).hexdigest()}
                             for one, data in members.items()], **(manifest or {})}
        with zipfile.ZipFile(self.file, 'w', zipfile.ZIP_DEFLATED) as archive:
            for one, data in members.items():
                archive.writestr(name(one), data)
            archive.writestr('manifest.json', json.dumps(whole))

    def test_damaged(self):
        for at in (200, len(self.whole) // 2):
            with open(self.file, 'wb') as file:
                file.write(self.whole[:at] + bytes(byte ^ 0x5a for byte in self.whole[at:at + 64]) + self.whole[at + 64:])
            self.refused('')
        for length in (0, 10, len(self.whole) // 2, len(self.whole) - 1):
            with open(self.file, 'wb') as file:
                file.write(self.whole[:length])
            self.refused('')

    def test_foreign(self):
        with open(self.file, 'w', encoding='utf-8') as file:
            file.write('שלום')
        self.refused('It is no ZIP file')
        with zipfile.ZipFile(self.file, 'w') as archive:
            archive.writestr('photo.jpg', b'x')
        self.refused('a member that no export')
        with zipfile.ZipFile(self.file, 'w') as archive:
            archive.writestr('manifest.json', '{"format": "something"}')
        self.refused('It is no export of an office')
        self.write(self.members, {'version': 2})
        self.refused('newer version')
        self.write({**self.members, 'office.db': b'SQLite format 3\0' + bytes(5000)})
        self.refused('')
        os.remove(self.file)
        self.refused('No such file')

    def test_not_what_it_says(self):
        listed = json.loads(self.members['manifest.json'])['members']
        database = next(member for member in listed if member['name'] == 'office.db')
        for changes, reason in (({'sha256': '0' * 64}, 'damaged'), ({'size': database['size'] - 1}, 'more than its list'),
                                ({'size': database['size'] + 1}, 'damaged')):
            self.write(self.members, {'members': [{**one, **changes} if one is database else one for one in listed]})
            self.refused(reason)
        self.write(self.members, {'members': listed + [{'name': 'csv/more.csv', 'size': 1, 'sha256': '0' * 64}]})
        self.refused('not all of it is there')
        self.write({**self.members, 'csv/more.csv': b'x'}, {'members': listed})
        self.refused('that its list of contents does not have')
        self.write({'csv/more.csv': b'x'})
        self.refused('makes no sense')

    def test_elsewhere(self):
        """Names that lead out of the folder, links, and the same name twice."""
        for name in ('../../evil.db', '/tmp/evil', 'csv/../../evil.csv', 'attachments/../x/' + '0' * 64, 'office.db/',
                     'attachments/B/' + '0' * 63 + '/'):
            self.write({**self.members, 'csv/more.csv': b'x'}, name=lambda one, name=name: name if one == 'csv/more.csv' else one)
            self.refused('')
            self.write({**self.members, name: b'x'})
            self.refused('')
        with zipfile.ZipFile(self.file, 'w') as archive:
            link = zipfile.ZipInfo('office.db')
            link.external_attr, link.create_system = 0o120777 << 16, 3
            archive.writestr('manifest.json', self.members['manifest.json'])
            archive.writestr(link, '/etc/passwd')
        self.refused('')
        self.assertFalse(os.path.exists(f'{self.folder}/evil.db'))

    def test_bombs(self):
        """A little that becomes very much: refused by what it says, and by what comes when it does not say it."""
        zeros = bytes(50_000_000)
        self.write({**self.members, 'office.db': zeros}, {'members': json.loads(self.members['manifest.json'])['members']})
        self.refused('more than its list of contents says')
        self.write(self.members, {'members': [{'name': 'office.db', 'size': 1 << 60, 'sha256': '0' * 64}]})
        self.refused('more than a file of its size can have')
        self.write({**self.members, 'office.db': zeros})
        self.refused('')


if __name__ == '__main__':
    PROGRAM = sys.argv.pop(1)
    unittest.main()
