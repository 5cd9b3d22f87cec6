# SPDX-License-Identifier: GPL-3.0-or-later
"""A desktop without a window: tests/bench/live-client, the app's cache and sync."""
import json
import subprocess
import threading

from benchlib import PROGRAMS
from office import ready_line

PATIENCE = 20.0     # seconds until a message that does not arrive is lost
LOADING = 120.0     # seconds for the first load


class Desktop:
    """Syncs @cache with the service at @url while the `with` block lasts.

    Entering waits for the first load. `arrivals` are the monotonic times at which messages were seen.
    """

    def __init__(self, url, token, cache):
        self.arrivals, self.arrived = {}, threading.Condition()
        self.process = subprocess.Popen(
            [PROGRAMS / 'live-client', f'--service={url}', f'--token={token}', f'--cache={cache}'],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def __enter__(self):
        try:
            ready_line(self.process, LOADING)
        except BaseException:
            self.process.kill()
            self.process.wait()
            raise
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()
        return self

    def __exit__(self, *args):
        self.process.stdin.close()
        status = self.process.wait(30)
        self.reader.join()
        self.process.stdout.close()
        if status != 0:
            raise RuntimeError(f'the desktop ended with {status}')

    def _read(self):
        for line in self.process.stdout:
            told = json.loads(line)
            with self.arrived:
                self.arrivals[told['message']] = told['at'] / 1e6
                self.arrived.notify()

    def await_all(self, ids):
        with self.arrived:
            if not self.arrived.wait_for(lambda: self.arrivals.keys() >= set(ids), PATIENCE):
                raise RuntimeError(f'{len(set(ids) - self.arrivals.keys())} of {len(ids)} messages did not arrive')
