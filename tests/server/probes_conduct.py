# SPDX-License-Identifier: GPL-3.0-or-later
"""Hostile conduct: hidden second requests, upgrades, endless messages, and clients that are slow."""
import itertools

from http_probe import CRLF, REFUSE, SERVE, SURVIVE, chunk, fields, get, hidden, lines, post, probe


# Refusals that must not read the body as the next request -----------------------------------------

def _body_is_request(name, start, *extra):
    """A body that is itself a request, on a request that is refused early: one answer only."""
    @probe(name, SURVIVE)
    def build(t):
        first = start.replace(b'%P', t.post_path).replace(b'%G', t.get_path)
        return [lines(first, b'Host: ' + t.authority, b'Content-Length: %d' % len(hidden(t)), *extra) + hidden(t)]
    return build


_body_is_request('smuggle-unsigned-post', b'POST %P HTTP/1.1')
_body_is_request('smuggle-wrong-method', b'DELETE %P HTTP/1.1')
_body_is_request('smuggle-unknown-path', b'POST /no-such-path HTTP/1.1')
_body_is_request('smuggle-get-with-body', b'GET %G HTTP/1.1')
_body_is_request('smuggle-head-with-body', b'HEAD %G HTTP/1.1')
_body_is_request('smuggle-options-with-body', b'OPTIONS %G HTTP/1.1')
_body_is_request('smuggle-unknown-expectation', b'POST %P HTTP/1.1', b'Expect: miracles')
_body_is_request('smuggle-upgrade', b'GET %G HTTP/1.1', b'Connection: Upgrade', b'Upgrade: websocket')
_body_is_request('smuggle-length-is-connection-header', b'POST %P HTTP/1.1', b'Connection: Content-Length')


@probe('smuggle-two-legal', SERVE, answers=2)
def _(t):
    """The control: two pipelined requests are two requests."""
    return [post(t) + post(t)]


@probe('smuggle-one-after-another', SERVE, answers=3)
def _(t):
    """The control: a connection is used again."""
    return [post(t), 0.3, post(t), 0.3, post(t)]


@probe('smuggle-garbage-after', SURVIVE, answers=2)
def _(t):
    return [post(t) + b'\0\1\2garbage\r\n\r\n' + hidden(t)]


@probe('smuggle-after-close', SURVIVE)
def _(t):
    """The client said that this is its last request; what follows is not one."""
    return [post(t, b'Connection: close') + hidden(t)]


@probe('smuggle-after-http-1.0', SURVIVE)
def _(t):
    return [post(t, start=b'POST ' + t.post_path + b' HTTP/1.0') + hidden(t)]


@probe('smuggle-100-pipelined', SERVE, answers=100)
def _(t):
    return [get(t) * 100] if not t.proxied else [post(t) * 100]


# Upgrade and Expect ---------------------------------------------------------------------------

def _odd_get(name, *extra, verdict=SURVIVE, path=None):
    @probe(name, verdict)
    def build(t):
        return [get(t, *extra, path=path)]
    return build


_odd_get('upgrade-h2c', b'Connection: Upgrade, HTTP2-Settings', b'Upgrade: h2c', b'HTTP2-Settings: AAMAAABkAAQAAP__')
_odd_get('upgrade-websocket-without-key', b'Connection: Upgrade', b'Upgrade: websocket', b'Sec-WebSocket-Version: 13')
_odd_get('upgrade-websocket-old', b'Connection: Upgrade', b'Upgrade: websocket', b'Sec-WebSocket-Version: 7',
         b'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==')
_odd_get('upgrade-websocket-nowhere', b'Connection: Upgrade', b'Upgrade: websocket', b'Sec-WebSocket-Version: 13',
         b'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==')
_odd_get('upgrade-unknown', b'Connection: Upgrade', b'Upgrade: TLS/1.0')


@probe('upgrade-http2-preface', REFUSE)
def _(t):
    return [b'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n' + b'\0\0\0\4\0\0\0\0\0']


@probe('upgrade-tls-hello', REFUSE)
def _(t):
    return [bytes.fromhex('16030100a5010000a10303') + bytes(range(154)) + CRLF * 2]


@probe('upgrade-proxy-line', REFUSE)
def _(t):
    return [b'PROXY TCP4 10.0.0.1 10.0.0.2 1 2\r\n' + post(t)]


@probe('upgrade-ssh-banner', REFUSE)
def _(t):
    return [b'SSH-2.0-client\r\n\r\n']


@probe('upgrade-random-bytes', REFUSE)
def _(t):
    return [bytes((i * 7919 >> 3) & 255 for i in range(4096)) + CRLF * 2]


@probe('expect-continue', SERVE)
def _(t):
    head = lines(b'POST ' + t.post_path + b' HTTP/1.1', *fields(t, b'Expect: 100-continue'))
    return [head, 0.3, t.body]


@probe('expect-continue-too-large', REFUSE)
def _(t):
    return [post(t, b'Expect: 100-continue', b'Content-Length: 10485760', length=False, body=b'')]


@probe('expect-unknown', SURVIVE)
def _(t):
    return [post(t, b'Expect: miracles')]


@probe('expect-twice', SURVIVE)
def _(t):
    return [post(t, b'Expect: 100-continue', b'Expect: 100-continue')]


# Size and time --------------------------------------------------------------------------------

@probe('size-10-MiB', REFUSE, swallow=(10 << 20) + 65536)
def _(t):
    return itertools.chain([post(t, b'Content-Length: 10485760', length=False, body=b'')],
                           itertools.repeat(b'a' * 65536, 160))


@probe('size-1-GiB-announced', REFUSE, swallow=12 << 20)
def _(t):
    return itertools.chain([post(t, b'Content-Length: 1073741824', length=False, body=b'')],
                           itertools.repeat(b'a' * 65536, 1024))


@probe('size-endless-chunks', REFUSE, swallow=12 << 20)
def _(t):
    return itertools.chain([post(t, b'Transfer-Encoding: chunked', length=False, body=b'')],
                           itertools.repeat(chunk(b'a' * 65536), 1024))


@probe('size-endless-tiny-chunks', REFUSE, swallow=12 << 20)
def _(t):
    return itertools.chain([post(t, b'Transfer-Encoding: chunked', length=False, body=b'')],
                           itertools.repeat(chunk(b'a') * 8192, 1024))


@probe('size-endless-header', REFUSE, swallow=12 << 20)
def _(t):
    return itertools.chain([b'POST ' + t.post_path + b' HTTP/1.1\r\nHost: ' + t.authority + b'\r\nX: '],
                           itertools.repeat(b'a' * 65536, 1024))


@probe('size-endless-headers', REFUSE, swallow=12 << 20)
def _(t):
    return itertools.chain([b'POST ' + t.post_path + b' HTTP/1.1\r\nHost: ' + t.authority + CRLF],
                           itertools.repeat(b'X: a\r\n' * 8192, 1024))


@probe('size-endless-request-line', REFUSE, swallow=12 << 20)
def _(t):
    return itertools.chain([b'GET /'], itertools.repeat(b'a' * 65536, 1024))


def _forever(start, piece, pause):
    return itertools.chain(start, itertools.cycle((piece, pause)))


@probe('time-idle', REFUSE)
def _(t):
    return [b'']


@probe('time-half-request-line', REFUSE)
def _(t):
    return [b'POST ' + t.post_path]


@probe('time-half-header', REFUSE)
def _(t):
    return [b'POST ' + t.post_path + b' HTTP/1.1\r\nHost: ' + t.authority + b'\r\nX-Test: a']


@probe('time-no-body', REFUSE)
def _(t):
    return [post(t, body=b'')]


@probe('time-half-body', REFUSE)
def _(t):
    return [post(t, body=t.body[:len(t.body) // 2])]


@probe('time-drip-header', REFUSE)
def _(t):
    """One byte every half second resets an idle timer, never a deadline."""
    return _forever([b'POST ' + t.post_path + b' HTTP/1.1\r\nHost: ' + t.authority + b'\r\nX-Test: '], b'a', 0.5)


@probe('time-drip-header-lines', REFUSE)
def _(t):
    return _forever([b'POST ' + t.post_path + b' HTTP/1.1\r\nHost: ' + t.authority + CRLF], b'X: a\r\n', 0.5)


@probe('time-drip-body', REFUSE)
def _(t):
    return _forever([post(t, b'Content-Length: 100000', length=False, body=b'')], b'a', 0.5)


@probe('time-drip-chunks', REFUSE)
def _(t):
    return _forever([post(t, b'Transfer-Encoding: chunked', length=False, body=b'')], chunk(b'a'), 0.5)


@probe('time-leaves-in-header', REFUSE, half_close=True)
def _(t):
    return [b'POST ' + t.post_path + b' HTTP/1.1\r\nHost: ' + t.authority + CRLF]


@probe('time-leaves-in-body', REFUSE, half_close=True)
def _(t):
    return [post(t, body=t.body[:len(t.body) // 2])]
