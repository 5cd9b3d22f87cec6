# SPDX-License-Identifier: GPL-3.0-or-later
"""What a hostile request is, how it is put together, sent and judged; `http_probes` has the list.

Every probe carries one well-formed, signed webhook in which exactly one thing is wrong, so that an
answer other than a refusal means that the wrong thing was let through.

Verdicts:
  SERVE    a legal request: it must be answered as usual (the controls)
  REFUSE   it must be refused by the HTTP layer (one of `REFUSALS`) or dropped without an answer
  HIDE     a path trick: it may be refused, or be an unknown path (404), never a page
  SURVIVE  legal but odd: any single answer or a close will do; hanging or two answers will not
A refusal always has to end the connection: what follows a message of unknown length is unknown.
Section numbers are those of RFC 9112 unless another RFC is named.
"""
from dataclasses import dataclass, field

from http_client import exchange

SERVE, REFUSE, HIDE, SURVIVE = 'serve', 'refuse', 'hide', 'survive'
REFUSALS = frozenset({400, 408, 411, 413, 414, 417, 426, 431, 501, 505})
CRLF = b'\r\n'


@dataclass
class Target:
    """Where the probes go, and the well-formed request that they distort."""
    host: str
    port: int
    post_path: bytes                  # takes a POST of `body`, answers 200
    get_path: bytes                   # answers a GET with 200
    body: bytes = b'a=1'
    headers: list = field(default_factory=list)   # (name, value) pairs that the POST needs
    patience: float = 30.0            # seconds after which an unanswered connection counts as held
    proxied: bool = False             # a reverse proxy stands before the server

    @property
    def authority(self):
        return b'%s:%d' % (self.host.encode(), self.port)


@dataclass
class Probe:
    name: str
    group: str
    verdict: str
    build: callable                   # (Target) -> iterable of bytes and pauses
    answers: int = 1                  # more final answers than this: a smuggled request was answered
    also: frozenset = frozenset()     # statuses that refuse this probe, beside `REFUSALS`
    swallow: int = 0                  # bytes that may be taken before the server stops reading
    half_close: bool = False
    proxy_mends: str = ''             # why a proxy that re-frames the message may let it through


PROBES = []


def probe(name, verdict, **options):
    """Register the decorated builder as a probe; the group is the name's first word."""
    def register(build):
        PROBES.append(Probe(name, name.split('-')[0], verdict, build, **options))
        return build
    return register


def judge(what, seen, target):
    """What is wrong with the outcome @seen of probe @what, or None."""
    if seen.error:
        return f'no connection: {seen.error}'
    if len(seen.statuses) > what.answers:
        return f'what follows was answered as a request: {seen.statuses}'
    if what.swallow and seen.sent > what.swallow:
        return f'took {seen.sent >> 20} MiB before it stopped reading'
    if not seen.statuses and not seen.bare and not seen.closed:
        return f'held the connection for {seen.elapsed:.0f} s'
    if what.verdict == SERVE:
        good = seen.statuses[:what.answers] == [200] * what.answers
        return None if good else f'a legal request was not served: {seen.statuses or "closed"}'
    if any(status >= 500 and status not in REFUSALS for status in seen.statuses):
        return f'the server failed: {seen.statuses}'
    if what.verdict == SURVIVE:
        return None
    if seen.bare:
        return 'answered without a status line'
    allowed = REFUSALS | what.also | ({404} if what.verdict == HIDE else set())
    accepted = [status for status in seen.statuses if status not in allowed]
    if accepted and not (what.proxy_mends and target.proxied):
        return f'accepted: {seen.statuses}'
    unframed = [status for status in seen.statuses if status in REFUSALS]
    if what.verdict == REFUSE and unframed and not _ends(seen):
        return f'refused with {seen.statuses} but kept the connection'
    return None


def _ends(seen):
    """Whether the connection is over: closed, or about to be when the rest has been thrown away."""
    return seen.closed or bool(seen.headers) and seen.headers[-1].get('connection', '').lower() == 'close'


def run_one(what, target):
    seen = exchange(target.host, target.port, what.build(target), patience=target.patience,
                    half_close=what.half_close, answers=what.answers if what.verdict == SERVE else 1)
    return seen, judge(what, seen, target)


# The well-formed message and its distortions ---------------------------------------------------

def lines(*rows, end=CRLF):
    return end.join(rows) + end + end


def fields(target, *extra, host=True, length=True):
    """The header lines of the well-formed POST, with @extra lines (bytes) at the end."""
    rows = [b'Host: ' + target.authority] if host else []
    rows += [name + b': ' + value for name, value in target.headers]
    rows += [b'Content-Length: %d' % len(target.body)] if length else []
    return rows + list(extra)


def post(target, *extra, start=None, host=True, length=True, body=None, end=CRLF):
    start = start or b'POST ' + target.post_path + b' HTTP/1.1'
    head = lines(start, *fields(target, *extra, host=host, length=length), end=end)
    return head + (target.body if body is None else body)


def get(target, *extra, path=None, version=b'HTTP/1.1', host=True, method=b'GET'):
    rows = [b'Host: ' + target.authority] if host else []
    return lines(method + b' ' + (path or target.get_path) + b' ' + version, *rows, *extra)


def hidden(target):
    """The request that a smuggler hides inside a body."""
    return get(target)


def chunked(target, *parts, extra=(), name=b'Transfer-Encoding: chunked'):
    return [post(target, name, *extra, length=False, body=b''.join(parts))]


def chunk(data):
    return b'%x\r\n%s\r\n' % (len(data), data)


LAST = b'0\r\n\r\n'
