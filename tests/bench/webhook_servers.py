# SPDX-License-Identifier: GPL-3.0-or-later
"""The servers that the webhook benchmark measures: Moked's, the stack it replaces, a bare SoupServer.

Each is a context manager with `url`, `pid`, `processes` (whose CPU time is the server's) and, where
it stores, `stored()`: the number of messages that a look into its database finds.
"""
import os
import re
import select
import shutil
import subprocess
import sqlite3
import time
from pathlib import Path

from benchlib import HERE, PROGRAMS, RUN
from office import AUTH_TOKEN, PUBLIC_URL, Office, ready_line, stop

PINNED = ['taskset', '-c', '0']      # the server's core; the load has the other


class Moked:
    name = 'moked-service'

    def __init__(self, customers=1000, folder='moked'):
        self.office = Office(RUN / folder, customers=customers, before=PINNED)
        self.acknowledged = 0

    def __enter__(self):
        self.office.__enter__()
        self.url, self.pid = self.office.url, self.office.process.pid
        self.processes = [self.pid]
        return self

    def __exit__(self, *args):
        self.office.__exit__(*args)

    def stored(self):
        """Stops the service first: nobody else opens a live database of it."""
        self.office.stop()
        with sqlite3.connect(f'file:{self.office.data_dir}/moked.db?mode=ro', uri=True) as database:
            return database.execute('SELECT count(*) FROM inbox').fetchone()[0]


class BareSoup:
    name = 'SoupServer'

    def __enter__(self):
        self.process = subprocess.Popen([*PINNED, PROGRAMS / 'bare-soup-server'], stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL)
        self.url, self.pid = ready_line(self.process)['listen'], self.process.pid
        self.processes = [self.pid]
        return self

    def __exit__(self, *args):
        stop(self.process)


class Postgres:
    """A PostgreSQL of its own with Debian's defaults: every commit is flushed."""

    def __init__(self, folder):
        self.folder, self.programs = Path(folder), max(Path('/usr/lib/postgresql').glob('*/bin'))
        self.sockets = Path('/tmp') / f'moked-bench-{os.getpid()}'
        # PostgreSQL refuses to run as root.
        self.user = ['setpriv', '--reuid=postgres', '--regid=postgres', '--clear-groups'] if os.getuid() == 0 else []
        self.address = f'postgresql:///postgres?host={self.sockets}&user=postgres'

    def __enter__(self):
        for folder in (self.folder, self.sockets):
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            if self.user:
                shutil.chown(folder, 'postgres', 'postgres')
        subprocess.run([*self.user, self.programs / 'initdb', '--pgdata', self.folder / 'data', '--auth=trust',
                        '--username=postgres', '--encoding=UTF8', '--locale=C.UTF-8'],
                       check=True, stdout=subprocess.DEVNULL, cwd=self.folder)
        self.process = subprocess.Popen(
            [*self.user, self.programs / 'postgres', '-D', self.folder / 'data', '-k', self.sockets,
             '-c', 'listen_addresses='], stderr=open(self.folder / 'log', 'ab'), cwd=self.folder)
        until = time.monotonic() + 30
        while subprocess.run([self.programs / 'pg_isready', '-q', '-h', self.sockets], check=False).returncode:
            if time.monotonic() > until or self.process.poll() is not None:
                raise RuntimeError(f'PostgreSQL does not start; see {self.folder}/log')
            time.sleep(0.05)
        return self

    def __exit__(self, *args):
        self.process.send_signal(2)          # fast shutdown
        self.process.wait(60)
        shutil.rmtree(self.sockets, ignore_errors=True)

    def value(self, query):
        return subprocess.run([self.programs / 'psql', '-h', self.sockets, '-U', 'postgres', '-Atc', query],
                              check=True, capture_output=True, text=True).stdout.strip()


class ReplacedStack:
    """gunicorn with one synchronous worker on the server's core; PostgreSQL may use both cores."""
    name = 'Flask+SQLAlchemy+PostgreSQL'

    def __init__(self):
        self.postgres = Postgres(RUN / 'postgres')

    def __enter__(self):
        self.postgres.__enter__()
        environment = {**os.environ, 'PEER_DATABASE': self.postgres.address, 'PEER_PUBLIC_URL': PUBLIC_URL,
                       'PEER_AUTH_TOKEN': AUTH_TOKEN, 'PYTHONDONTWRITEBYTECODE': '1'}
        self.process = subprocess.Popen(
            [*PINNED, 'gunicorn', '--workers=1', '--worker-class=sync', '--backlog=2048', '--bind=127.0.0.1:0',
             'app:app'], cwd=HERE / 'replaced-stack', env=environment, stderr=subprocess.PIPE)
        self.url, self.pid = self._address(), self.process.pid
        self.processes = [self.pid, self.postgres.process.pid]
        return self

    def _address(self):
        text, until = '', time.monotonic() + 30
        while not (found := re.search(r'Listening at: (http://\S+)', text)) or 'Booting worker' not in text:
            if not select.select([self.process.stderr], [], [], max(0, until - time.monotonic()))[0]:
                raise TimeoutError('gunicorn does not start: ' + text)
            block = os.read(self.process.stderr.fileno(), 4096)
            if not block:
                raise RuntimeError('gunicorn ended: ' + text)
            text += block.decode()
        return found[1]

    def __exit__(self, *args):
        stop(self.process)
        self.process.stderr.close()
        self.postgres.__exit__(*args)

    def stored(self):
        return int(self.postgres.value('SELECT count(*) FROM message'))
