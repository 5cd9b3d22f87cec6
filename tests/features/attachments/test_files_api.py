#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The way of attached bytes, as friendly and as hostile devices go it.

    test_files_api.py PATH-OF-MOKED-SERVICE
"""
import os
import random
import shutil
import sys
import tempfile
import threading
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..', 'support'))
from file_office import PIECE, FileOffice, sha256
from live_office import ulid


def content(size, seed=1):
    return random.Random(seed).randbytes(size)


class Files(unittest.TestCase):
    def setUp(self):
        self.folder = self.enterContext(tempfile.TemporaryDirectory())
        self.office = FileOffice(PROGRAM, self.folder)
        self.other = self.office.create('משרד אחר', '+97237654322')
        self.enterContext(self.office)

    def files(self):
        """What is in the folder of the business, by size."""
        root = f'{self.folder}/files/{self.office.business}'
        return {os.path.relpath(os.path.join(path, name), root): os.path.getsize(os.path.join(path, name))
                for path, _, names in os.walk(root) for name in names if name != 'lock'}


class Ways(Files):
    def test_there_and_back(self):
        data = content(3 * PIECE + 5)
        record, digest = self.office.attach(data), sha256(data)
        self.assertIsNone(self.office.attachment(record)['stored'])
        self.assertEqual(self.office.state(digest, len(data)), {'offset': 0, 'stored': False})
        self.assertEqual(self.office.get(digest)[0], 404)
        self.assertEqual(self.office.upload(data), digest)
        self.assertEqual(self.office.state(digest, len(data)), {'offset': len(data), 'stored': True})
        self.assertEqual(self.office.attachment(record)['stored'], digest)
        self.assertEqual(self.files(), {f'{digest[:2]}/{digest[2:]}': len(data)})
        back = b''
        while len(back) < len(data):
            status, headers, piece = self.office.get(digest, Range=f'bytes={len(back)}-')
            self.assertEqual((status, headers['Content-Range']),
                             (206, f'bytes {len(back)}-{len(back) + len(piece) - 1}/{len(data)}'))
            self.assertLessEqual(len(piece), PIECE)
            back += piece
        self.assertEqual(back, data)

    def test_ranges(self):
        data = content(1000)
        self.office.attach(data)
        digest = self.office.upload(data)
        for text, wanted in (('bytes=0-0', data[:1]), ('bytes=10-19', data[10:20]), ('bytes=990-5000', data[990:]),
                             ('bytes=-10', data[-10:]), ('bytes=-5000', data)):
            self.assertEqual(self.office.get(digest, Range=text)[::2], (206, wanted), text)
        for text in ('bytes=1000-', 'bytes=5000-6000', 'bytes=-0'):
            status, headers, body = self.office.get(digest, Range=text)
            self.assertEqual((status, headers['Content-Range'], body), (416, 'bytes */1000', b''), text)
        for text in ('bytes=', 'bytes=a-b', 'bytes=9-3', 'bytes=1-2,5-6', 'lines=1-2', 'bytes=--1', 'bytes= 1-2',
                     f'bytes={2 ** 70}-'):
            self.assertEqual(self.office.get(digest, Range=text)[::2], (200, data), text)
        status, headers, body = self.office.bytes_of('HEAD', f'/api/files/{digest}')
        self.assertEqual((status, headers['Content-Length'], body), (200, '1000', b''))
        status, headers, _ = self.office.get(digest)
        self.assertEqual((headers['Content-Type'], headers['Content-Disposition'], headers['X-Content-Type-Options']),
                         ('application/octet-stream', 'attachment', 'nosniff'))

    def test_large_is_fetched_in_pieces(self):
        data = content(PIECE + 1)
        self.office.attach(data)
        self.assertEqual(self.office.get(self.office.upload(data))[0], 400)

    def test_empty_file(self):
        self.office.attach(b'')
        digest = sha256(b'')
        self.assertEqual(self.office.put(digest, b'', 0, 0), {'offset': 0, 'stored': True})
        self.assertEqual(self.office.get(digest)[::2], (200, b''))

    def test_content_that_is_there_is_not_sent_again(self):
        data = content(5000)
        self.office.attach(data)
        digest = self.office.upload(data)
        second = self.office.attach(data, name='עותק.pdf')
        self.assertIsNone(self.office.attachment(second)['stored'])
        self.assertEqual(self.office.state(digest, len(data)), {'offset': len(data), 'stored': True})
        self.assertEqual(self.office.attachment(second)['stored'], digest)

    def test_deleted_record_gives_nothing(self):
        data = content(100)
        record = self.office.attach(data)
        digest = self.office.upload(data)
        self.office.push({'op': 'delete', 'entity': 'attachment', 'id': record})
        self.assertEqual(self.office.get(digest)[0], 404)
        self.assertEqual(self.office.state(digest, 100), 404)
        self.office.push({'op': 'restore', 'entity': 'attachment', 'id': record})
        self.assertEqual(self.office.get(digest)[::2], (200, data))


class Hostile(Files):
    def test_other_business(self):
        data = content(1000)
        self.office.attach(data)
        digest = self.office.upload(data)
        stranger = self.other['token']
        for status in (self.office.state(digest, 1000, stranger), self.office.get(digest, stranger)[0],
                       self.office.put(digest, data, 0, 1000, stranger)):
            self.assertEqual(status, 404)
        # With a record of its own by that name it still has to send every byte itself.
        self.office.push(self.office.record(data), token=stranger, client=ulid(), n=1)
        self.assertEqual(self.office.state(digest, 1000, stranger), {'offset': 0, 'stored': False})
        self.assertEqual(self.office.get(digest, stranger)[0], 404)
        self.assertEqual(self.office.put(digest, data[:999], 0, 1000, stranger), {'offset': 999, 'stored': False})
        self.assertEqual(self.office.get(digest, stranger)[0], 404)
        self.assertEqual(self.office.put(digest, b'x', 999, 1000, stranger), 422)

    def test_hash_without_a_record(self):
        data = content(1000)
        self.assertEqual(self.office.state(sha256(data), 1000), 404)
        self.assertEqual(self.office.put(sha256(data), data, 0, 1000), 404)
        self.assertEqual(self.files(), {})

    def test_record_that_changes_its_hash(self):
        """Somebody turns a record of theirs into one of a content that they only know the name of."""
        mine, theirs = content(100, 1), content(200, 2)
        record = self.office.attach(mine)
        self.office.upload(mine)
        self.office.push(self.office.record(theirs, record_id=record))
        self.assertEqual(self.office.get(sha256(theirs))[0], 404)
        self.assertEqual(self.office.push(self.office.record(theirs, record_id=record, stored=sha256(theirs)))['status'],
                         'rejected')

    def test_names_that_are_paths(self):
        for name in ('..', '%2e%2e%2fservice.conf', 'A' * 64, '0' * 63, '0' * 65, 'g' * 64, '0' * 62 + '%00',
                     '%2e%2e%2f' * 20):
            for method, path in (('GET', ''), ('PATCH', ''), ('GET', '/state?size=1')):
                status, _, _ = self.office.bytes_of(method, f'/api/files/{name}{path}', b'x' if method == 'PATCH' else None,
                                                    {'Content-Range': 'bytes 0-0/1'})
                self.assertIn(status, (400, 404), name)

    def test_wrong_offsets(self):
        data = content(1000)
        self.office.attach(data)
        digest = sha256(data)
        self.assertEqual(self.office.put(digest, data[10:20], 10, 1000), 409)
        self.assertEqual(self.office.put(digest, data[:500], 0, 1000), {'offset': 500, 'stored': False})
        self.assertEqual(self.office.put(digest, data[400:600], 400, 1000), 409)
        self.assertEqual(self.office.put(digest, data[501:600], 501, 1000), 409)
        self.assertEqual(self.office.put(digest, data[:500], 0, 1000), 409)
        self.assertEqual(self.office.state(digest, 1000), {'offset': 500, 'stored': False})
        self.assertEqual(self.office.put(digest, data[500:], 500, 1000), {'offset': 1000, 'stored': True})

    def test_wrong_ranges(self):
        data = content(1000)
        self.office.attach(data)
        digest = sha256(data)
        for text in ('', 'bytes', 'bytes 0-999', 'bytes 0-999/*', 'bytes 0-998/1000', 'bytes 0-1000/1000',
                     'bytes 0-999/999', 'bytes -1-998/1000', 'bytes 999-0/1000', 'bytes */1000', 'lines 0-999/1000',
                     f'bytes 0-999/{2 ** 63}', f'bytes {2 ** 63 - 1000}-{2 ** 63 - 1}/{2 ** 63 - 1}',
                     f'bytes {2 ** 70}-{2 ** 70 + 999}/{2 ** 71}', 'bytes +0-999/1000'):
            self.assertIn(self.office.put(digest, data, 0, 1000, content_range=text or 'x'), (400, 404), text)
        # A size that no record has is another file, which there is not.
        self.assertEqual(self.office.put(digest, data, 0, 5000), 404)
        self.assertEqual(self.files(), {})

    def test_too_large_a_piece(self):
        data = content(PIECE + 1)
        self.office.attach(data)
        self.assertEqual(self.office.put(sha256(data), data, 0, len(data)), 413)

    def test_other_bytes_than_announced(self):
        data = content(1000)
        record, digest = self.office.attach(data), sha256(data)
        self.office.put(digest, data[:500], 0, 1000)
        self.assertEqual(self.office.put(digest, content(500, 9), 500, 1000), 422)
        self.assertEqual(self.office.state(digest, 1000), {'offset': 0, 'stored': False})
        self.assertEqual(self.files(), {})
        self.assertIsNone(self.office.attachment(record)['stored'])
        self.assertEqual(self.office.upload(data), digest)

    def test_names_that_lie(self):
        data = content(10)
        for name in ('a/b.pdf', '../x', 'photo\u202egnp.exe', '.hidden', 'x' * 300, ''):
            outcome = self.office.push(self.office.record(data, name=name))
            self.assertEqual(outcome['status'], 'rejected', name)
        for changes in ({'sha256': 'x'}, {'sha256': 'A' * 64}, {'size': -1}, {'size': 2 ** 60}):
            outcome = self.office.push(self.office.record(data, **changes))
            self.assertEqual(outcome['status'], 'rejected', changes)

    def test_two_writers(self):
        data = content(400_000)
        record, digest = self.office.attach(data), sha256(data)
        wrong = []

        def send():
            state = self.office.state(digest, len(data))
            while not state['stored']:
                at = state['offset']
                answer = self.office.put(digest, data[at:at + 10_000], at, len(data))
                if answer not in (409, 503) and not isinstance(answer, dict):
                    wrong.append(answer)
                    return
                state = self.office.state(digest, len(data))

        threads = [threading.Thread(target=send) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(wrong, [])
        self.assertEqual(self.office.get(digest)[2], data)
        self.assertEqual(self.office.attachment(record)['stored'], digest)


class Interruptions(Files):
    def test_kill_between_pieces(self):
        data = content(500_000)
        self.office.attach(data)
        digest = sha256(data)
        for at in range(0, len(data), 100_000):
            self.assertEqual(self.office.state(digest, len(data)), {'offset': at, 'stored': False})
            self.office.put(digest, data[at:at + 100_000], at, len(data))
            self.office.kill()
            self.office.start()
        self.assertEqual(self.office.state(digest, len(data)), {'offset': len(data), 'stored': True})
        self.assertEqual(self.office.get(digest)[2], data)

    def test_end_before_the_file_has_its_name(self):
        """All bytes are there, and the process ended before it looked at them."""
        data = content(500_000)
        record, digest = self.office.attach(data), sha256(data)
        self.office.put(digest, data[:100_000], 0, len(data))
        self.office.kill()
        with open(f'{self.folder}/files/{self.office.business}/incoming/{digest}', 'ab') as part:
            part.write(data[100_000:])
        self.office.start()
        self.assertEqual(self.office.state(digest, len(data)), {'offset': len(data), 'stored': False})
        self.assertEqual(self.office.put(digest, b'', 0, len(data)), {'offset': len(data), 'stored': True})
        self.assertEqual(self.office.attachment(record)['stored'], digest)

    def test_end_before_the_record_is_marked(self):
        data = content(5000)
        record, digest = self.office.attach(data), sha256(data)
        shelf = f'{self.folder}/files/{self.office.business}/{digest[:2]}'
        os.makedirs(shelf)
        with open(f'{shelf}/{digest[2:]}', 'wb') as file:
            file.write(data)
        self.assertEqual(self.office.state(digest, len(data)), {'offset': len(data), 'stored': True})
        self.assertEqual(self.office.attachment(record)['stored'], digest)

    def test_files_that_are_gone(self):
        """A database without its files, as after a restore: whoever has the bytes sends them again."""
        data = content(5000)
        record = self.office.attach(data)
        digest = self.office.upload(data)
        shutil.rmtree(f'{self.folder}/files')
        self.assertEqual(self.office.get(digest)[0], 404)
        self.assertIsNone(self.office.attachment(record)['stored'])
        self.assertEqual(self.office.state(digest, len(data)), {'offset': 0, 'stored': False})
        self.office.upload(data)
        self.assertEqual(self.office.get(digest)[2], data)
        shutil.rmtree(f'{self.folder}/files')
        self.assertEqual(self.office.state(digest, len(data)), {'offset': 0, 'stored': False})
        self.assertIsNone(self.office.attachment(record)['stored'])

    def test_file_that_rots(self):
        data = content(5000)
        record = self.office.attach(data)
        digest = self.office.upload(data)
        check = f'/api/files/{digest}/check'
        self.assertEqual(self.office.bytes_of('POST', check, b'')[0], 204)
        self.assertEqual(self.office.attachment(record)['stored'], digest)
        path = f'{self.folder}/files/{self.office.business}/{digest[:2]}/{digest[2:]}'
        os.chmod(path, 0o600)
        with open(path, 'r+b') as file:
            file.write(b'rot')
        self.assertEqual(self.office.bytes_of('POST', check, b'')[0], 204)
        self.assertIsNone(self.office.attachment(record)['stored'])
        self.office.upload(data)
        self.assertEqual(self.office.get(digest)[2], data)
        self.assertEqual(self.office.bytes_of('POST', check, b'', token=self.other['token'])[0], 404)


class Limits(Files):
    def test_quota(self):
        with open(f'{self.folder}/service.conf', 'a', encoding='utf-8') as conf:
            conf.write('[files]\nquota-mb=1\n')
        self.office.stop()
        self.office.start()
        first, second = content(700_000, 1), content(700_000, 2)
        self.office.attach(first)
        self.office.upload(first)
        record = self.office.attach(second)
        self.assertEqual(self.office.put(sha256(second), second, 0, len(second)), 507)
        self.assertEqual(self.files(), {f'{sha256(first)[:2]}/{sha256(first)[2:]}': len(first)})
        self.assertIsNone(self.office.attachment(record)['stored'])
        # The same content a second time takes no room.
        self.office.attach(first, name='שוב.pdf')
        self.assertTrue(self.office.state(sha256(first), len(first))['stored'])

    def test_folder_elsewhere(self):
        elsewhere = f'{self.folder}/elsewhere'
        with open(f'{self.folder}/service.conf', 'a', encoding='utf-8') as conf:
            conf.write(f'[files]\ndirectory={elsewhere}\n')
        self.office.stop()
        self.office.start()
        self.office.attach(b'data')
        self.office.upload(b'data')
        self.assertTrue(os.path.isdir(f'{elsewhere}/{self.office.business}'))
        self.assertFalse(os.path.exists(f'{self.folder}/files'))

    def test_folder_that_cannot_be_written(self):
        with open(f'{self.folder}/files', 'w', encoding='utf-8'):
            pass
        self.office.attach(b'data')
        self.assertEqual(self.office.put(sha256(b'data'), b'data', 0, 4), 500)
        os.unlink(f'{self.folder}/files')
        self.office.upload(b'data')


if __name__ == '__main__':
    PROGRAM = sys.argv.pop(1)
    unittest.main()
