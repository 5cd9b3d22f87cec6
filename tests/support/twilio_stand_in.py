# SPDX-License-Identifier: GPL-3.0-or-later
"""A server in the place of Twilio: one account, its messages, and the ways in which an answer can fail to come.

What becomes of a POST is decided by whom it goes to: `behave(to, GOOD, …)` says it for one attempt after the other,
the last one for all that follow.
"""
import base64
import email.utils
import http.server
import json
import re
import socket
import threading
import urllib.parse

from office import ACCOUNT_SID, AUTH_TOKEN

GOOD = 'good'
LOST_ANSWER = 'the message is taken, the answer is lost'
LOST_REQUEST = 'the request is lost'
GARBLED_ANSWER = 'the message is taken, the answer is no JSON'
HELD = 'the answer waits until release()'
HELD_WITHOUT_EFFECT = 'nothing happens until release(), and nothing then'


def refusal(status, code, **headers):
    """An answer with one of Twilio's error codes."""
    return status, code, {name.replace('_', '-'): value for name, value in headers.items()}


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def reply(self, status, body, headers=()):
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        for name, value in dict(headers).items():
            self.send_header(name, value)
        self.send_header('Content-Type', 'application/json')
        self.send_header('Content-Length', str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def refuse(self, status, code, headers=()):
        self.reply(status, {'code': code, 'message': 'as Twilio says it', 'status': status,
                            'more_info': f'https://www.twilio.com/docs/errors/{code}'}, headers)

    def hang_up(self):
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def route(self):
        """What is asked for below the account, or None when it was refused."""
        credentials = base64.b64encode(f'{ACCOUNT_SID}:{AUTH_TOKEN}'.encode()).decode()
        path, _, self.query = self.path.partition('?')
        if self.headers['Authorization'] != f'Basic {credentials}':
            self.refuse(401, 20003)
            return None
        if match := re.fullmatch(f'/2010-04-01/Accounts/{ACCOUNT_SID}(/[A-Za-z]+)?[.]json', path):
            return match[1] or ''
        self.refuse(404, 20404)
        return None

    def do_GET(self):
        match self.route():
            case '':
                self.reply(200, {'sid': ACCOUNT_SID, 'friendly_name': 'Office', 'status': 'active'})
            case '/Messages':
                self.reply(200, {'messages': self.server.stand_in.list(dict(urllib.parse.parse_qsl(self.query)))})
            case None:
                pass
            case _:
                self.refuse(404, 20404)

    def do_POST(self):
        form = dict(urllib.parse.parse_qsl(self.rfile.read(int(self.headers['Content-Length'])).decode(),
                                           keep_blank_values=True))
        where = self.route()
        if where is None:
            return
        if where != '/Messages':
            self.refuse(404, 20404)
        elif not form.get('Body') and not form.get('MediaUrl') and not form.get('ContentSid'):
            self.refuse(400, 21602)
        elif len(form.get('Body', '')) > 1600:
            self.refuse(400, 21617)
        else:
            self.take(form)

    def take(self, form):
        twilio = self.server.stand_in
        mood = twilio.next_mood(form)
        if mood in (LOST_REQUEST, HELD_WITHOUT_EFFECT):
            twilio.hold(mood == HELD_WITHOUT_EFFECT)
            self.hang_up()
        elif isinstance(mood, tuple):
            self.refuse(*mood)
        else:
            message = twilio.keep(form)
            twilio.hold(mood == HELD)
            if mood == GARBLED_ANSWER:
                self.reply(201, b'{"sid":')
            elif mood == LOST_ANSWER:
                self.hang_up()
            else:
                self.reply(201, message)

    def handle(self):
        try:
            super().handle()
        except ConnectionError:
            pass        # who asked is dead

    def log_message(self, *_):
        pass


class TwilioStandIn:
    def __init__(self):
        self._lock = threading.Lock()
        self._moods, self._posts, self._messages = {}, [], []
        self._released = threading.Event()

    def __enter__(self):
        self._server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), _Handler)
        self._server.daemon_threads = True
        self._server.stand_in = self
        self.url = f'http://127.0.0.1:{self._server.server_port}'
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.release()
        self._server.shutdown()
        self._server.server_close()

    def behave(self, to, *moods):
        with self._lock:
            self._moods[to] = list(moods)

    def release(self):
        self._released.set()

    def posts_to(self, to):
        """The forms that were posted, whatever became of them."""
        with self._lock:
            return [form for form in self._posts if form['To'] == to]

    def messages_to(self, to):
        """The messages that this person gets, oldest first."""
        with self._lock:
            return [message for message in self._messages if message['to'] == to]

    def next_mood(self, form):
        with self._lock:
            self._posts.append(form)
            moods = self._moods.get(form['To'], [GOOD])
            return moods.pop(0) if len(moods) > 1 else moods[0]

    def hold(self, held):
        if held:
            self._released.wait(60)

    def keep(self, form):
        with self._lock:
            message = {
                'sid': f'SM9{len(self._messages):031x}', 'account_sid': ACCOUNT_SID, 'status': 'queued',
                'direction': 'outbound-api', 'to': form['To'], 'from': form.get('From'), 'body': form.get('Body'),
                'date_created': email.utils.formatdate(usegmt=True).replace('GMT', '+0000'), 'date_sent': None,
                'error_code': None, 'error_message': None, 'num_segments': '1',
            }
            self._messages.append(message)
            return message

    def list(self, query):
        with self._lock:
            found = [message for message in reversed(self._messages)
                     if query.get('To', message['to']) == message['to'] and
                     query.get('From', message['from']) == message['from']]
            return found[:int(query.get('PageSize', 50))]
