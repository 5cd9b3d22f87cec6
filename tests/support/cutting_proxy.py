# SPDX-License-Identifier: GPL-3.0-or-later
"""A line that breaks: passes TCP on, and cuts each connection after so many bytes."""
import itertools
import socket
import threading


class CuttingProxy:
    """`cuts` tells for each connection after how many bytes, both ways together, it ends; None: never."""

    def __init__(self, port, cuts):
        self.target, self.cuts, self.cut = port, iter(cuts), 0
        self.listener = socket.create_server(('127.0.0.1', 0))
        self.port = self.listener.getsockname()[1]
        self.lock = threading.Lock()
        self.thread = threading.Thread(target=self.accept, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.thread.join()

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.carry, args=(client,), daemon=True).start()

    def carry(self, client):
        with self.lock:
            left = [next(self.cuts, None)]
        try:
            server = socket.create_connection(('127.0.0.1', self.target))
        except OSError:
            client.close()
            return
        back = threading.Thread(target=self.pump, args=(server, client, left), daemon=True)
        back.start()
        self.pump(client, server, left)
        back.join()
        client.close()
        server.close()

    def pump(self, source, sink, left):
        try:
            while block := source.recv(65536):
                with self.lock:
                    if left[0] is not None:
                        block = block[:left[0]]
                        left[0] -= len(block)
                    over = left[0] == 0
                sink.sendall(block)
                if over:
                    with self.lock:
                        self.cut += 1
                    break
        except OSError:
            pass
        for end in (source, sink):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass


def cuts(seed, count, longest):
    """`count` random lengths, and then none."""
    return itertools.islice((seed.randrange(1, longest) for _ in itertools.count()), count)
