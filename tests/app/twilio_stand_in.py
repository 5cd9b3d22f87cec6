# SPDX-License-Identifier: GPL-3.0-or-later
"""A server in the place of Twilio that knows one account and one token."""

import base64
import http.server
import json
import threading

ACCOUNT_SID = 'AC' + '0123456789abcdef' * 2
AUTH_TOKEN = '00112233445566778899aabbccddeeff'


class _Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        credentials = base64.b64encode(f'{ACCOUNT_SID}:{AUTH_TOKEN}'.encode()).decode()
        known = self.headers['Authorization'] == f'Basic {credentials}'
        body = ({'sid': ACCOUNT_SID, 'friendly_name': 'Office', 'status': 'active'} if known
                else {'code': 20003, 'message': 'Authenticate', 'status': 401})
        data = json.dumps(body).encode()
        self.send_response(200 if known else 401)
        self.send_header('Content-Type', 'application/json')
        self.send_header('Content-Length', str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


class TwilioStandIn:
    def __enter__(self):
        self._server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), _Handler)
        self.url = f'http://127.0.0.1:{self._server.server_port}'
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()
