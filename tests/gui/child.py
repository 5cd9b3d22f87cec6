# SPDX-License-Identifier: GPL-3.0-or-later
"""A program that the session starts, talks to in lines of text, and ends."""

import ctypes
import os
import select
import signal
import subprocess
import time

PATIENCE = 30.0
"""Seconds after which a wait has failed; long, because a loaded machine is slow and a pass never waits so long."""

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None)


def _end_with_parent():
    """In the child: a session that is killed leaves no program behind."""
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


class Child:
    def __init__(self, argv, env, log, **popen):
        """Starts `argv`; what it writes to standard error is appended to the file `log`."""
        self.argv = argv
        self.log = log
        with open(log, 'ab') as stderr:
            self.process = subprocess.Popen(argv, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                            stderr=stderr, preexec_fn=_end_with_parent, **popen)
        self._unread = b''

    def write_line(self, line):
        self.process.stdin.write(line.encode() + b'\n')
        self.process.stdin.flush()

    def read_line(self, timeout=PATIENCE):
        """The next line of standard output, without its end."""
        deadline = time.monotonic() + timeout
        out = self.process.stdout.fileno()
        while b'\n' not in self._unread:
            ready, _, _ = select.select([out], [], [], max(0, deadline - time.monotonic()))
            data = os.read(out, 65536) if ready else b''
            if not data:
                raise RuntimeError(f'{self.argv[0]} {"ended" if ready else "says nothing"}:\n{self.read_log()}')
            self._unread += data
        line, self._unread = self._unread.split(b'\n', 1)
        return line.decode()

    def read_log(self, lines=40):
        with open(self.log, errors='replace') as log:
            return ''.join(log.readlines()[-lines:])

    def end(self):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()
