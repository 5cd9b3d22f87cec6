# SPDX-License-Identifier: GPL-3.0-or-later
"""A raw HTTP/1 client for tests: it sends any bytes at any pace and tells what came back.

Ordinary client libraries repair or refuse what a hostile request needs, so the probes write to the
socket themselves. Nothing here judges an answer: `http_probes` does.
"""
import select
import socket
import time
from dataclasses import dataclass, field


@dataclass
class Exchange:
    """What one connection saw."""
    statuses: list = field(default_factory=list)   # final answers, in order
    interim: list = field(default_factory=list)    # 1xx answers
    headers: list = field(default_factory=list)    # of each final answer, lower-case names
    bodies: list = field(default_factory=list)
    bare: bytes = b''                               # an answer without a status line (HTTP/0.9)
    closed: bool = False                            # the server ended the connection
    sent: int = 0                                   # bytes the server's side took
    elapsed: float = 0.0                            # seconds until the close or the last byte
    error: str = ''


def parse_answers(data, closed):
    """Split @data into answers. Returns (interim, statuses, headers, bodies, bare, complete)."""
    interim, statuses, headers, bodies = [], [], [], []
    while data:
        if not data.startswith(b'HTTP/'):
            return interim, statuses, headers, bodies, data, True
        head, mark, rest = data.partition(b'\r\n\r\n')
        if not mark:
            return interim, statuses, headers, bodies, b'', False
        lines = head.split(b'\r\n')
        status = int(lines[0].split(b' ')[1])
        fields = {}
        for line in lines[1:]:
            name, _, value = line.partition(b':')
            fields.setdefault(name.strip().lower().decode('latin-1'), value.strip().decode('latin-1'))
        if 100 <= status < 200 and status != 101:
            interim.append(status)
            data = rest
            continue
        body, data, whole = _take_body(status, fields, rest, closed)
        statuses.append(status)
        headers.append(fields)
        bodies.append(body)
        if not whole:
            return interim, statuses, headers, bodies, b'', False
    return interim, statuses, headers, bodies, b'', True


def _take_body(status, fields, rest, closed):
    if status in (204, 304, 101):
        return b'', rest, True
    if fields.get('transfer-encoding', '').lower() == 'chunked':
        return _take_chunks(rest)
    if 'content-length' in fields:
        length = int(fields['content-length'])
        return rest[:length], rest[length:], len(rest) >= length
    return rest, b'', closed


def _take_chunks(rest):
    body = b''
    while True:
        line, mark, after = rest.partition(b'\r\n')
        if not mark:
            return body, b'', False
        size = int(line.split(b';')[0], 16)
        if len(after) < size + 2:
            return body + after, b'', False
        body, rest = body + after[:size], after[size + 2:]
        if size == 0:
            return body, rest, True


def exchange(host, port, pieces, patience=20.0, quiet=0.4, half_close=False, answers=1):
    """Send @pieces over a new connection and collect the answers.

    @pieces yields bytes (sent at once), or numbers (seconds to wait, still reading). It ends when
    the server closes, when it has given @answers answers and stays quiet for @quiet seconds, or after
    @patience seconds. With @half_close our side is shut down for writing when everything is sent.
    """
    seen = Exchange()
    begun = time.monotonic()
    until = begun + patience
    try:
        sock = socket.create_connection((host, port), timeout=patience)
    except OSError as error:
        seen.error, seen.closed = str(error), True
        return seen
    talk = _Conversation(sock, until, quiet, answers)
    with sock:
        sock.setblocking(False)
        try:
            talk.write(pieces)
            if half_close and not talk.closed:
                sock.shutdown(socket.SHUT_WR)
            talk.read_rest()
        except (ConnectionError, BrokenPipeError):
            talk.closed = True
            talk.drain()
    seen.closed, seen.sent = talk.closed, talk.sent
    seen.elapsed = time.monotonic() - begun
    (seen.interim, seen.statuses, seen.headers, seen.bodies, seen.bare,
     _) = parse_answers(bytes(talk.data), talk.closed)
    return seen


class _Conversation:
    """The two directions of one socket, under one deadline."""

    def __init__(self, sock, until, quiet, answers):
        self.sock, self.until, self.quiet, self.answers = sock, until, quiet, answers
        self.data, self.sent, self.closed = bytearray(), 0, False

    def write(self, pieces):
        for piece in pieces:
            if self.closed or time.monotonic() > self.until:
                return
            if isinstance(piece, (int, float)):
                self._read_until(min(self.until, time.monotonic() + piece))
            else:
                self._send(piece)

    def _send(self, piece):
        view = memoryview(piece)
        while view and not self.closed:
            left = self.until - time.monotonic()
            if left <= 0:
                return
            readable, writable, _ = select.select([self.sock], [self.sock], [], left)
            if readable:
                self._receive()
            if writable and not self.closed:
                count = self.sock.send(view)
                self.sent += count
                view = view[count:]

    def _receive(self):
        try:
            block = self.sock.recv(65536)
        except BlockingIOError:
            return
        self.data += block
        self.closed = not block

    def _read_until(self, moment):
        while not self.closed and (left := moment - time.monotonic()) > 0:
            if select.select([self.sock], [], [], left)[0]:
                self._receive()

    def read_rest(self):
        """Read until the close, or until whole answers were followed by silence."""
        while not self.closed and (left := self.until - time.monotonic()) > 0:
            whole = self._answered()
            readable = select.select([self.sock], [], [], min(left, self.quiet) if whole else left)[0]
            if readable:
                self._receive()
            elif whole:
                return

    def _answered(self):
        _, statuses, _, _, bare, complete = parse_answers(bytes(self.data), False)
        return complete and (len(statuses) >= self.answers or bool(bare))

    def drain(self):
        """After a reset: what had already arrived may still be read."""
        try:
            while block := self.sock.recv(65536):
                self.data += block
        except OSError:
            pass
