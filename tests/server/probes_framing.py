# SPDX-License-Identifier: GPL-3.0-or-later
"""Hostile requests whose fault is in the framing: length, transfer coding, chunks."""
from http_probe import CRLF, LAST, REFUSE, SERVE, SURVIVE, chunk, chunked, hidden, post, probe


# Content-Length (6.2, 6.3) ---------------------------------------------------------------------

@probe('length-control', SERVE)
def _(t):
    return [post(t)]


@probe('length-padded', SERVE)
def _(t):
    return [post(t, b'Content-Length:   %d \t' % len(t.body), length=False)]


@probe('length-leading-zeros', SURVIVE)
def _(t):
    return [post(t, b'Content-Length: 000%d' % len(t.body), length=False)]


@probe('length-other-header', SURVIVE)
def _(t):
    return [post(t, b'Content_Length: 3')]


@probe('length-twice-different', REFUSE)
def _(t):
    return [post(t, b'Content-Length: %d' % (len(t.body) + len(hidden(t))), body=t.body + hidden(t))]


@probe('length-twice-shorter-last', REFUSE)
def _(t):
    whole = t.body + hidden(t)
    return [post(t, b'Content-Length: %d' % len(whole), b'Content-Length: %d' % len(t.body), length=False,
                 body=whole)]


@probe('length-twice-same', REFUSE)
def _(t):
    return [post(t, b'Content-Length: %d' % len(t.body))]


@probe('length-twice-zero-first', REFUSE)
def _(t):
    return [post(t, b'Content-Length: 0', b'Content-Length: %d' % len(t.body), length=False)]


def _odd_length(name, value, verdict=REFUSE):
    """A probe whose only fault is the value of Content-Length; %d is the true length."""
    @probe(name, verdict)
    def build(t):
        text = value.replace(b'%d', b'%d' % len(t.body)).replace(b'%x', b'%x' % len(t.body))
        return [post(t, b'Content-Length: ' + text, length=False)]
    return build


for _name, _value in {
    'length-list-same': b'%d, %d', 'length-list-different': b'%d, 1', 'length-list-trailing': b'%d,',
    'length-plus': b'+%d', 'length-minus': b'-%d', 'length-minus-zero': b'-0', 'length-hex': b'0x%x',
    'length-space-inside': b'1 %d', 'length-tab-inside': b'1\t%d', 'length-empty': b'', 'length-word': b'abc',
    'length-letters-after': b'%dabc', 'length-fraction': b'%d.0', 'length-exponent': b'1e3',
    'length-underscore': b'1_0', 'length-quoted': b'"%d"', 'length-semicolon': b'%d;q=1',
    'length-vertical-tab': b'\x0b%d', 'length-form-feed': b'%d\x0c', 'length-no-break-space': b'\xa0%d',
    'length-arabic-digits': '١٢'.encode(), 'length-nul': b'%d\0', 'length-20-digits': b'9' * 20,
    'length-400-digits': b'9' * 400, 'length-huge': b'99999999999',
}.items():
    _odd_length(_name, _value)


def _wrapped_length(name, bits):
    @probe(name, REFUSE)
    def build(t):
        return [post(t, b'Content-Length: %d' % ((1 << bits) + len(t.body)), length=False)]
    return build


_wrapped_length('length-wraps-32', 32)
_wrapped_length('length-wraps-63', 63)
_wrapped_length('length-wraps-64', 64)


@probe('length-nothing-on-post', SURVIVE)
def _(t):
    return [post(t, length=False, body=b'')]


# Transfer-Encoding (6.1) -----------------------------------------------------------------------

@probe('coding-and-length', REFUSE)
def _(t):
    body = LAST + hidden(t)
    return [post(t, b'Content-Length: %d' % len(body), b'Transfer-Encoding: chunked', length=False, body=body)]


@probe('coding-before-length', REFUSE)
def _(t):
    body = LAST + hidden(t)
    return [post(t, b'Transfer-Encoding: chunked', b'Content-Length: %d' % len(body), length=False, body=body)]


@probe('coding-and-length-zero', REFUSE)
def _(t):
    return [post(t, b'Content-Length: 0', b'Transfer-Encoding: chunked', length=False,
                 body=chunk(t.body) + LAST)]


@probe('coding-and-length-valid-chunks', REFUSE)
def _(t):
    body = chunk(t.body) + LAST
    return [post(t, b'Content-Length: %d' % len(body), b'Transfer-Encoding: chunked', length=False, body=body)]


@probe('coding-identity-and-length', REFUSE)
def _(t):
    return [post(t, b'Transfer-Encoding: identity')]


@probe('coding-tail-hides-request', REFUSE)
def _(t):
    """The front reads the length, the back the chunks: the tail would be the next request."""
    body = b'1\r\nZ\r\n' + LAST + hidden(t)
    return [post(t, b'Content-Length: %d' % len(body), b'transfer-encoding: Chunked', length=False, body=body)]


def _odd_coding(name, line, verdict=REFUSE):
    """A chunked message in which only the Transfer-Encoding line is wrong."""
    @probe(name, verdict)
    def build(t):
        return chunked(t, chunk(t.body), LAST, name=line)
    return build


for _name, _value in {
    'coding-identity': b'Transfer-Encoding: identity', 'coding-unknown': b'Transfer-Encoding: xchunked',
    'coding-cow': b'Transfer-Encoding: cow', 'coding-gzip': b'Transfer-Encoding: gzip',
    'coding-gzip-chunked': b'Transfer-Encoding: gzip, chunked', 'coding-chunked-gzip': b'Transfer-Encoding: chunked, gzip',
    'coding-chunked-identity': b'Transfer-Encoding: chunked, identity',
    'coding-identity-chunked': b'Transfer-Encoding: identity, chunked',
    'coding-chunked-chunked': b'Transfer-Encoding: chunked, chunked',
    'coding-two-lines': b'Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked',
    'coding-two-lines-differ': b'Transfer-Encoding: chunked\r\nTransfer-Encoding: identity',
    'coding-two-lines-cow': b'Transfer-Encoding: cow\r\nTransfer-Encoding: chunked',
    'coding-space-before-colon': b'Transfer-Encoding : chunked', 'coding-tab-before-colon': b'Transfer-Encoding\t: chunked',
    'coding-vertical-tab': b'Transfer-Encoding: \x0bchunked', 'coding-form-feed': b'Transfer-Encoding: chunked\x0c',
    'coding-nul': b'Transfer-Encoding: chunked\0', 'coding-high-byte': b'Transfer-Encoding: chunked\xff',
    'coding-quoted': b'Transfer-Encoding: "chunked"', 'coding-parameter': b'Transfer-Encoding: chunked;q=1',
    'coding-empty': b'Transfer-Encoding:', 'coding-comma-before': b'Transfer-Encoding: ,chunked',
    'coding-comma-after': b'Transfer-Encoding: chunked,', 'coding-folded': b'Transfer-Encoding:\r\n chunked',
    'coding-space-inside': b'Transfer-Encoding: chu nked', 'coding-line-feed': b'X: y\nTransfer-Encoding: chunked',
    'coding-after-return': b'X: y\rTransfer-Encoding: chunked',
}.items():
    _odd_coding(_name, _value)
_odd_coding('coding-legal', b'Transfer-Encoding: chunked', SURVIVE)
_odd_coding('coding-legal-upper-case', b'TRANSFER-ENCODING: CHUNKED', SURVIVE)
_odd_coding('coding-legal-padded', b'Transfer-Encoding: \t chunked \t', SURVIVE)


@probe('coding-in-http-1.0', REFUSE)
def _(t):
    return [post(t, b'Transfer-Encoding: chunked', start=b'POST ' + t.post_path + b' HTTP/1.0', length=False,
                 body=chunk(t.body) + LAST)]


@probe('coding-name-with-underscore', SURVIVE)
def _(t):
    return [post(t, b'Transfer_Encoding: chunked')]


# Chunks (7.1) ----------------------------------------------------------------------------------

def _odd_chunks(name, *parts, verdict=REFUSE, **options):
    """A chunked body with one fault; %B is the data, %x its length in hex, %H the hidden request."""
    @probe(name, verdict, **options)
    def build(t):
        text = b''.join(parts).replace(b'%x', b'%x' % len(t.body)).replace(b'%B', t.body)
        return chunked(t, text.replace(b'%H', hidden(t)))
    return build


for _name, _parts in {
    'chunk-line-feed-size': b'%x\n%B\r\n0\r\n\r\n', 'chunk-line-feed-data': b'%x\r\n%B\n0\r\n\r\n',
    'chunk-line-feeds-only': b'%x\n%B\n0\n\n', 'chunk-line-feed-last': b'%x\r\n%B\r\n0\n\n',
    'chunk-no-end-of-data': b'%x\r\n%B0\r\n\r\n', 'chunk-longer-than-size': b'1\r\n%B\r\n0\r\n\r\n',
    'chunk-return-only': b'%x\r%B\r\n0\r\n\r\n', 'chunk-prefix': b'0x%x\r\n%B\r\n0\r\n\r\n',
    'chunk-plus': b'+%x\r\n%B\r\n0\r\n\r\n', 'chunk-minus': b'-%x\r\n%B\r\n0\r\n\r\n',
    'chunk-space-before': b' %x\r\n%B\r\n0\r\n\r\n', 'chunk-space-after': b'%x \r\n%B\r\n0\r\n\r\n',
    'chunk-tab-after': b'%x\t\r\n%B\r\n0\r\n\r\n', 'chunk-empty-size': b'\r\n%B\r\n0\r\n\r\n',
    'chunk-word': b'zz\r\n%B\r\n0\r\n\r\n', 'chunk-letters-after': b'%xg\r\n%B\r\n0\r\n\r\n',
    'chunk-underscore': b'1_0\r\n%B\r\n0\r\n\r\n', 'chunk-nul': b'%x\0\r\n%B\r\n0\r\n\r\n',
    'chunk-17-digits': b'10000000000000001\r\n%B\r\n0\r\n\r\n', 'chunk-wraps-32': b'1000000%x\r\n%B\r\n0\r\n\r\n',
    'chunk-all-ones': b'ffffffffffffffff\r\n%B\r\n0\r\n\r\n', 'chunk-near-overflow': b'fffffffffffffffe\r\n%B\r\n%H',
    'chunk-extension-line-feed': b'%x;a\n%B\r\n0\r\n\r\n', 'chunk-extension-return': b'%x;a\rb\r\n%B\r\n0\r\n\r\n',
    'chunk-extension-nul': b'%x;a\0\r\n%B\r\n0\r\n\r\n', 'chunk-extension-huge': b'%x;' + b'a' * 65536 + b'\r\n%B\r\n0\r\n\r\n',
    'chunk-extension-hides-request': b'0;\n%x\r\n%H\r\n0\r\n\r\n',
    'chunk-trailer-line-feed': b'%x\r\n%B\r\n0\r\nA: b\n\r\n', 'chunk-trailer-without-colon': b'%x\r\n%B\r\n0\r\nnonsense\r\n\r\n',
    'chunk-trailer-huge': b'%x\r\n%B\r\n0\r\nA: ' + b'b' * 300000 + b'\r\n\r\n',
}.items():
    _odd_chunks(_name, _parts)
for _name, _parts in {
    'chunk-legal-extension': b'%x;a=b\r\n%B\r\n0\r\n\r\n', 'chunk-legal-zeros': b'000%x\r\n%B\r\n000\r\n\r\n',
    'chunk-legal-trailer': b'%x\r\n%B\r\n0\r\nA: b\r\n\r\n', 'chunk-trailer-length': b'%x\r\n%B\r\n0\r\nContent-Length: 3\r\n\r\n',
    'chunk-trailer-host': b'%x\r\n%B\r\n0\r\nHost: other.example\r\n\r\n',
}.items():
    _odd_chunks(_name, _parts, verdict=SURVIVE)
