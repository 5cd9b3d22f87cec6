# SPDX-License-Identifier: GPL-3.0-or-later
"""A server with every hole: whatever arrives is a request, and it never hangs up.

The negative control of the hostile HTTP probes: a probe that finds nothing wrong with this server
can find nothing.
"""
import re
import socketserver
import threading

ANSWER = b'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'
REQUEST = re.compile(rb'(?:GET|POST|DELETE|HEAD|OPTIONS) \S+ HTTP/1\.[01]\r\n')


class _Handler(socketserver.BaseRequestHandler):
    def handle(self):
        """Answer what came, each time that the client falls silent."""
        self.request.settimeout(0.5)
        unanswered = b''
        while True:
            try:
                block = self.request.recv(1 << 20)
            except TimeoutError:
                if unanswered:
                    self._send(ANSWER * max(1, len(REQUEST.findall(unanswered))))
                unanswered = b''
                continue
            except ConnectionError:
                return
            if block:
                unanswered = (unanswered + block)[-1 << 20:]
            elif unanswered:
                self._send(ANSWER)
                return
            else:
                return

    def _send(self, data):
        try:
            self.request.sendall(data)
        except OSError:
            pass


class CarelessServer(socketserver.ThreadingTCPServer):
    """Serves on a port of its own while the `with` block lasts."""
    daemon_threads = True
    request_queue_size = 64

    def __init__(self):
        super().__init__(('127.0.0.1', 0), _Handler)
        self.port = self.server_address[1]

    def __enter__(self):
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *args):
        self.shutdown()
        self.server_close()
