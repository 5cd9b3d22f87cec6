# SPDX-License-Identifier: GPL-3.0-or-later
"""What the desktop's notification area of a session shows, and pressing what stands there."""

import json
import os
import sys

from child import Child
from waiting import until

_DAEMON = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'notification_daemon.py')


class Notifications:
    def __init__(self, record, env, log):
        """Starts the daemon; `record` is the file that it writes."""
        self._record = record
        self._child = Child([sys.executable, _DAEMON, record], env, log)
        assert self._child.read_line() == 'ready'

    def _entries(self):
        with open(self._record, encoding='utf-8') as record:
            return [json.loads(line) for line in record if line.endswith('\n')]

    def all(self):
        """Every notification that came, the oldest first: dicts with id, app, icon, summary, body, actions, urgency."""
        return [entry for entry in self._entries() if 'summary' in entry]

    def is_closed(self, notification):
        """Whether the program has withdrawn it."""
        return any(entry.get('closed') == notification['id'] for entry in self._entries())

    def wait_for(self, text):
        """The first notification with `text` in its summary or its body."""
        return until(lambda: next((n for n in self.all() if text in n['summary'] + '\n' + n['body']), None),
                     f'a notification with {text!r}; there are {self.all()}')

    def press(self, notification, label=None):
        """Presses the button that is called `label`, or, without one, the notification itself."""
        actions = notification['actions']
        name = 'default' if label is None else next((key for key, value in actions.items() if value == label), None)
        if name not in actions:
            raise AssertionError(f'no button {label!r} on {notification}')
        self._child.write_line(f'{notification["id"]} {name}')

    def end(self):
        self._child.end()
