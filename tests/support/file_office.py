# SPDX-License-Identifier: GPL-3.0-or-later
"""A live office whose devices attach files: records by sync, bytes by /api/files."""
import hashlib
import http.client
import json
import time

from live_office import LiveOffice, ulid

PIECE = 4 * 1024 * 1024


def sha256(data):
    return hashlib.sha256(data).hexdigest()


class FileOffice(LiveOffice):
    """LiveOffice with records and bytes of files."""

    def push(self, *ops, token=None, client=None, n=None):
        """One mutation, as a desktop's outbox sends it. Returns its outcome."""
        if client is None:
            self.mutations += 1
            client, n = self.client, self.mutations
        state = self.ask('GET', '/api/sync/state', token=token).body
        mutation = {'n': n, 'id': ulid(), 'base': state['head'], 'at': time.time_ns() // 1000, 'label': 'x', 'ops': ops}
        answer = self.ask('POST', '/api/sync/push',
                          {'client': client, 'epoch': state['epoch'], 'mutations': [mutation]}, token)
        if answer.status != 200:
            raise AssertionError(answer)
        return answer.body['results'][0]

    def record(self, data, name='חוזה.pdf', record_id=None, **changes):
        """The operation that makes or changes the record of a file."""
        fields = {'name': name, 'media_type': 'application/pdf', 'size': len(data), 'sha256': sha256(data),
                  'customer_id': '01HCUSTOMER', 'entity': 'customer', 'entity_id': '01HCUSTOMER', **changes}
        return {'op': 'save', 'entity': 'attachment', 'id': record_id or ulid(), 'exists': record_id is not None,
                'fields': fields}

    def attach(self, data, **changes):
        op = self.record(data, **changes)
        outcome = self.push(op)
        if outcome['status'] != 'applied':
            raise AssertionError(outcome)
        return op['id']

    def attachment(self, record_id):
        return next(row for row in self.rows('attachment') if row['id'] == record_id)

    def bytes_of(self, method, path, body=None, headers=(), token=None):
        """(status, headers, body) of one request with raw bytes."""
        connection = http.client.HTTPConnection('127.0.0.1', self.port, timeout=60)
        try:
            connection.request(method, path, body,
                               {'Authorization': f'Bearer {token or self.token}', **dict(headers)})
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()
        finally:
            connection.close()

    def state(self, digest, size, token=None):
        status, _, body = self.bytes_of('GET', f'/api/files/{digest}/state?size={size}', token=token)
        return json.loads(body) if status == 200 else status

    def put(self, digest, piece, offset, size, token=None, content_range=None):
        content_range = content_range or (f'bytes {offset}-{offset + len(piece) - 1}/{size}' if piece
                                          else f'bytes */{size}')
        status, _, body = self.bytes_of('PATCH', f'/api/files/{digest}', piece, {'Content-Range': content_range}, token)
        return json.loads(body) if status == 200 else status

    def get(self, digest, token=None, **headers):
        return self.bytes_of('GET', f'/api/files/{digest}', headers=headers, token=token)

    def upload(self, data, piece=PIECE):
        digest = sha256(data)
        for at in range(0, len(data), piece):
            answer = self.put(digest, data[at:at + piece], at, len(data))
            if answer['offset'] != min(at + piece, len(data)):
                raise AssertionError(answer)
        return digest
