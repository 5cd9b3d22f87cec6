# SPDX-License-Identifier: GPL-3.0-or-later
"""Hostile requests whose fault is in the syntax: header fields, Host, request line, path."""
import itertools

from http_probe import CRLF, HIDE, REFUSE, SERVE, SURVIVE, fields, get, lines, post, probe


# Header fields (5) -----------------------------------------------------------------------------

def _odd_field(name, line, verdict=REFUSE, **options):
    @probe(name, verdict, **options)
    def build(t):
        return [post(t, line)]
    return build


for _name, _value in {
    'field-space-before-colon': b'X-Test : a', 'field-tab-before-colon': b'X-Test\t: a', 'field-without-colon': b'nonsense',
    'field-without-name': b': a', 'field-folded': b'X-Test: a\r\n b', 'field-folded-tab': b'X-Test: a\r\n\tb',
    'field-nul-in-value': b'X-Test: a\0b', 'field-nul-in-name': b'X-T\0est: a',
    'field-space-in-name': b'X Test: a', 'field-high-byte-in-name': b'X-T\xe9st: a',
    'field-bracket-in-name': b'X(Test): a', 'field-quote-in-name': b'"X-Test": a', 'field-return-in-value': b'X-Test: a\rb',
    'field-return-hides-header': b'X-Test: a\rContent-Length: 0', 'field-return-before-end': b'X-Test: a\r',
}.items():
    _odd_field(_name, _value)
_odd_field('field-high-byte-in-value', b'X-Test: caf\xe9', SURVIVE)
_odd_field('field-control-in-value', b'X-Test: a\x01b', SURVIVE)   # RFC 9110 5.5 lets it be kept
_odd_field('field-delete-in-value', b'X-Test: a\x7fb', SURVIVE)
_odd_field('field-empty-value', b'X-Test:', SERVE)
_odd_field('field-no-space', b'X-Test:a', SERVE)
_odd_field('field-unknown', b'X-Test: ' + 'שלום'.encode(), SURVIVE)
_odd_field('field-cookie-8k', b'Cookie: a=' + b'b' * 8000, SURVIVE)
_odd_field('field-long', b'X-Test: ' + b'a' * 300000)
_odd_field('field-name-long', b'X-' + b'a' * 300000 + b': a')
_odd_field('field-5000-lines', CRLF.join(b'X-%d: a' % i for i in range(5000)))
_odd_field('field-same-5000-times', CRLF.join([b'X: a'] * 5000))


@probe('field-leading-space', REFUSE)
def _(t):
    return [lines(b'POST ' + t.post_path + b' HTTP/1.1', b' X-Test: a', *fields(t)) + t.body]


@probe('field-one-line-feed', REFUSE, proxy_mends='5.2.2 lets a recipient take a bare LF; the proxy writes CRLF')
def _(t):
    return [post(t, b'X-Test: a\nX-More: b')]


@probe('field-line-feeds-only', REFUSE, proxy_mends='2.2 lets a recipient take a bare LF; the proxy writes CRLF')
def _(t):
    return [post(t, end=b'\n')]


@probe('field-line-feed-hides-length', REFUSE)
def _(t):
    return [post(t, b'X-Test: a\nContent-Length: 0')]


@probe('field-section-ends-with-line-feed', REFUSE, proxy_mends='2.2 lets a recipient take a bare LF')
def _(t):
    head = lines(b'POST ' + t.post_path + b' HTTP/1.1', *fields(t))
    return [head[:-2] + b'\n' + t.body]


@probe('field-return-return-line-feed', REFUSE)
def _(t):
    return [post(t, end=b'\r\r\n')]


@probe('field-legal-split-writes', SERVE)
def _(t):
    """Legal, but in small pieces with pauses between them."""
    whole = post(t)
    return list(itertools.chain.from_iterable((whole[i:i + 40], 0.01) for i in range(0, len(whole), 40)))


# Host (3.2) ------------------------------------------------------------------------------------

@probe('host-missing', REFUSE)
def _(t):
    return [post(t, host=False)]


@probe('host-missing-http-1.0', SURVIVE)
def _(t):
    return [post(t, host=False, start=b'POST ' + t.post_path + b' HTTP/1.0')]


@probe('host-twice-same', REFUSE)
def _(t):
    return [post(t, b'Host: ' + t.authority)]


@probe('host-twice-different', REFUSE)
def _(t):
    return [post(t, b'Host: evil.example')]


def _odd_host(name, value, verdict=REFUSE, **options):
    @probe(name, verdict, **options)
    def build(t):
        return [post(t, b'Host: ' + value, host=False)]
    return build


_IGNORES = 'the proxy sends its own Host'
for _name, _value, _mends in (
    ('host-list', b'a.example, b.example', ''), ('host-with-path', b'a.example/b', ''),
    ('host-with-user', b'user@a.example', _IGNORES), ('host-with-space', b'a b', ''), ('host-with-nul', b'a\0b', ''),
    ('host-with-control', b'a\x01b', ''), ('host-port-word', b'a.example:http', _IGNORES),
    ('host-port-huge', b'a.example:99999999', _IGNORES), ('host-bracket-open', b'[::1', _IGNORES),
    ('host-percent', b'a%00b', _IGNORES), ('host-backslash', b'a\\b', ''),
    ('host-query', b'a.example?x', _IGNORES), ('host-fragment', b'a.example#x', _IGNORES),
    ('host-markup', b'"><script>', _IGNORES), ('host-folded', b'a.example\r\n b', ''),
):
    _odd_host(_name, _value, proxy_mends=_mends)
_odd_host('host-empty', b'', SURVIVE)
_odd_host('host-ipv6', b'[::1]:80', SURVIVE)
_odd_host('host-high-bytes', 'מוקד.example'.encode(), SURVIVE)


# Request line (3) ------------------------------------------------------------------------------

def _odd_start(name, start, verdict=REFUSE, **options):
    """%P is the POST path."""
    @probe(name, verdict, **options)
    def build(t):
        return [post(t, start=start.replace(b'%P', t.post_path))]
    return build


for _name, _value in {
    'start-http-2.0': b'POST %P HTTP/2.0', 'start-http-3': b'POST %P HTTP/3', 'start-http-0.9-version': b'POST %P HTTP/0.9',
    'start-version-long': b'POST %P HTTP/1.10', 'start-version-zeros': b'POST %P HTTP/01.1', 'start-version-word': b'POST %P HTTP/one',
    'start-version-lower-case': b'POST %P http/1.1', 'start-version-space': b'POST %P HTTP/ 1.1', 'start-version-short': b'POST %P HTTP/1',
    'start-version-tail': b'POST %P HTTP/1.1x', 'start-other-protocol': b'POST %P SIP/2.0', 'start-version-minus': b'POST %P HTTP/-1.1',
    'start-no-target': b'POST HTTP/1.1', 'start-empty-target': b'POST  HTTP/1.1', 'start-target-without-slash': b'POST webhook HTTP/1.1',
    'start-target-authority': b'POST a.example:80 HTTP/1.1', 'start-space-in-target': b'POST %P x HTTP/1.1',
    'start-nul-in-target': b'POST %P\0 HTTP/1.1', 'start-control-in-target': b'POST %P\x01 HTTP/1.1', 'start-return-in-target': b'POST %P\rX HTTP/1.1',
    'start-method-nul': b'PO\0ST %P HTTP/1.1', 'start-method-empty': b' %P HTTP/1.1',
    'start-target-300k': b'POST /' + b'a' * 300000 + b' HTTP/1.1',
    'start-method-300k': b'P' * 300000 + b' %P HTTP/1.1', 'start-query-300k': b'POST %P?' + b'a' * 300000 + b' HTTP/1.1',
}.items():
    _odd_start(_name, _value)
for _name, _value in {
    'start-target-star': b'POST * HTTP/1.1', 'start-method-bracket': b'PO(ST %P HTTP/1.1',
    'start-method-high': b'PO\xd7ST %P HTTP/1.1', 'start-connect': b'CONNECT a.example:443 HTTP/1.1',
}.items():
    _odd_start(_name, _value, also=frozenset({404, 405}))
for _name, _value in {
    'start-two-spaces': b'POST  %P  HTTP/1.1', 'start-tabs': b'POST\t%P\tHTTP/1.1', 'start-trailing-space': b'POST %P HTTP/1.1 ',
    'start-http-1.2': b'POST %P HTTP/1.2', 'start-target-fragment': b'POST %P#x HTTP/1.1', 'start-method-lower-case': b'post %P HTTP/1.1',
    'start-absolute-other-host': b'POST http://evil.example%P HTTP/1.1', 'start-absolute-user': b'POST http://u:p@evil.example%P HTTP/1.1',
    'start-absolute-bad-port': b'POST http://evil.example:99999%P HTTP/1.1', 'start-absolute-no-path': b'POST http://evil.example HTTP/1.1',
    'start-other-scheme': b'POST gopher://evil.example%P HTTP/1.1', 'start-method-1k': b'P' * 1024 + b' %P HTTP/1.1',
    'start-options-star': b'OPTIONS * HTTP/1.1', 'start-trace': b'TRACE %P HTTP/1.1',
}.items():
    _odd_start(_name, _value, SURVIVE)


@probe('start-http-0.9', REFUSE)
def _(t):
    return [b'GET ' + t.get_path + CRLF]


@probe('start-http-0.9-with-headers', REFUSE)
def _(t):
    return [lines(b'GET ' + t.get_path, b'Host: ' + t.authority)]


@probe('start-blank-line-first', SURVIVE)
def _(t):
    return [CRLF + post(t)]


@probe('start-blank-lines-without-end', REFUSE, swallow=12 << 20)
def _(t):
    return itertools.repeat(CRLF * 32768, 512)


@probe('start-space-first', REFUSE)
def _(t):
    return [b' ' + post(t)]


@probe('start-line-feed-in-target', REFUSE)
def _(t):
    return [post(t, start=b'POST ' + t.post_path + b'\nX HTTP/1.1')]


# Paths -----------------------------------------------------------------------------------------

def _odd_path(name, path, verdict=HIDE):
    """%G is the GET path without its leading slash: a page only when the trick worked."""
    @probe(name, verdict)
    def build(t):
        return [get(t, path=path.replace(b'%G', t.get_path[1:]))]
    return build


for _name, _value in {
    'path-dot-dot': b'/../%G', 'path-encoded-dots': b'/%2e%2e/%G', 'path-encoded-dots-upper': b'/x/%2E%2E/%G',
    'path-encoded-slash': b'/..%2f%G', 'path-backslash': b'/..\\%G', 'path-double-encoded': b'/%252e%252e/%G',
    'path-overlong-utf8': b'/%c0%ae%c0%ae/%G', 'path-invalid-utf8': b'/\xff\xfe/%G', 'path-encoded-invalid-utf8': b'/%ff%fe',
    'path-encoded-nul': b'/%G%00', 'path-encoded-nul-tail': b'/%G%00.html', 'path-bad-escape': b'/%zz', 'path-half-escape': b'/%4',
    'path-unicode-escape': b'/%u0041', 'path-encoded-line-end': b'/%0d%0aX:%20y', 'path-etc-passwd': b'/../../../../etc/passwd',
    'path-encoded-passwd': b'/%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd', 'path-semicolon': b'/..;/%G',
}.items():
    _odd_path(_name, _value)
