# SPDX-License-Identifier: GPL-3.0-or-later
"""A way between two programs that breaks as networks do, without a network: every connection goes through here."""
import contextlib
import socket
import threading
import time

SLOW_BYTES, SLOW_PAUSE = 2048, 0.02


class Proxy:
    """Listens on `port` and forwards to `target`, a function that gives a port of this computer.

    `cut()` breaks all connections, `partition()` refuses new ones, too, until `heal()`; `hold()` lets those that there
    are stand, half open, with nothing coming through any more, while new ones pass; `slow` lets bytes trickle.
    """

    def __init__(self, target):
        self.target, self.slow, self.refusing = target, False, False
        self.lock, self.pairs = threading.Lock(), []
        self.listener = socket.create_server(('127.0.0.1', 0), backlog=64)
        self.port = self.listener.getsockname()[1]
        self.url = f'http://127.0.0.1:{self.port}'
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.listener.close()
        self.cut()

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                near, _ = self.listener.accept()
                self._connect(near)

    def _connect(self, near):
        try:
            if self.refusing:
                raise OSError('partition')
            far = socket.create_connection(('127.0.0.1', self.target()), timeout=5)
            far.settimeout(None)
        except (OSError, TypeError):
            near.close()
            return
        pair = {'near': near, 'far': far, 'held': False}
        with self.lock:
            self.pairs.append(pair)
        for source, sink in ((near, far), (far, near)):
            threading.Thread(target=self._pump, args=(pair, source, sink), daemon=True).start()

    def _pump(self, pair, source, sink):
        with contextlib.suppress(OSError):
            while data := source.recv(SLOW_BYTES if self.slow else 65536):
                if pair['held']:
                    continue
                if self.slow:
                    time.sleep(SLOW_PAUSE)
                sink.sendall(data)
        if not pair['held']:
            self._close(pair)

    @staticmethod
    def _close(pair):
        for end in (pair['near'], pair['far']):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def cut(self):
        with self.lock:
            pairs, self.pairs = self.pairs, []
        for pair in pairs:
            self._close(pair)

    def partition(self):
        self.refusing = True
        self.cut()

    def heal(self):
        self.refusing = self.slow = False

    def hold(self):
        with self.lock:
            for pair in self.pairs:
                pair['held'] = True
