# SPDX-License-Identifier: GPL-3.0-or-later
"""The database of a service under test: a file, or with MOKED_TEST_ENGINE=postgres one of a PostgreSQL server that runs
as long as the test.

    database.prepare(folder)        before the service first sees its data folder
"""
import atexit
import contextlib
import ctypes
import glob
import itertools
import os
import pwd
import shutil
import signal
import sqlite3
import subprocess
import tempfile

ENGINE = os.environ.get('MOKED_TEST_ENGINE', 'sqlite')
PROGRAMS = '/usr/lib/postgresql/*/bin'
PR_SET_PDEATHSIG = 1
SKIP = 77

# As docs/service.md tells it to the database's administrator.
ROLES = 'CREATE ROLE moked LOGIN'
DATABASE = "CREATE DATABASE {name} OWNER moked TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'"
TRUST = 'ALTER FUNCTION pg_catalog.textlike (text, text) LEAKPROOF'


def programs():
    found = glob.glob(PROGRAMS)
    return max(found, key=lambda path: int(path.split('/')[-2])) if found else None


class Server:
    """A PostgreSQL of its own, reached by a socket in its folder."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix='moked-pg-')
        self.data = f'{self.folder}/data'
        self.user = pwd.getpwnam('postgres') if os.getuid() == 0 else None
        if self.user:
            os.chown(self.folder, self.user.pw_uid, self.user.pw_gid)
        self.numbers = itertools.count(1)
        self.process = None
        subprocess.run([f'{programs()}/initdb', '--pgdata', self.data, '--auth=trust', '--username=postgres',
                        '--encoding=UTF8', '--locale=C.UTF-8', '--no-sync'], cwd=self.folder,
                       stdout=subprocess.DEVNULL, preexec_fn=self._become, check=True)
        self.start()
        self.run('postgres', ROLES)

    def _become(self):
        """PostgreSQL refuses to run as root; and it ends with the test, however that ends."""
        if self.user:
            os.setgroups([])
            os.setgid(self.user.pw_gid)
            os.setuid(self.user.pw_uid)
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGQUIT)

    def start(self, *options):
        with open(f'{self.folder}/log', 'ab') as log:
            self.process = subprocess.Popen(
                [f'{programs()}/postgres', '-D', self.data, '-k', self.folder, '-c', 'listen_addresses=',
                 '-c', 'fsync=off', *options], cwd=self.folder, stdout=log, stderr=log, preexec_fn=self._become)
        while subprocess.run(['pg_isready', '--quiet', '--host', self.folder], check=False).returncode != 0:
            if self.process.poll() is not None:
                raise RuntimeError(f'PostgreSQL does not start: {self.log()[-2000:]}')

    def end(self, how=signal.SIGQUIT):
        """SIGQUIT is what `pg_ctl stop -m immediate` sends: as after a crash."""
        self.process.send_signal(how)
        self.process.wait()

    def remove(self):
        self.end()
        shutil.rmtree(self.folder, ignore_errors=True)

    def log(self):
        with open(f'{self.folder}/log', encoding='utf-8', errors='replace') as log:
            return log.read()

    def run(self, database, sql, user='postgres', options=''):
        """The rows of a statement, as lists of texts."""
        done = subprocess.run(['psql', '--no-psqlrc', '--quiet', '--no-align', '--tuples-only', '--field-separator=\t',
                               '--set=ON_ERROR_STOP=1', '--host', self.folder, '--username', user, database,
                               '--command', sql],
                              capture_output=True, text=True, env={**os.environ, 'PGOPTIONS': options}, check=False)
        if done.returncode != 0:
            raise RuntimeError(f'{sql}: {done.stderr}')
        return [line.split('\t') for line in done.stdout.splitlines()]

    def create(self):
        """Another database for a service. Returns its name."""
        name = f'office_{next(self.numbers)}'
        self.run('postgres', DATABASE.format(name=name))
        self.run(name, TRUST)
        return name

    def url(self, name):
        return f'postgresql:///{name}?host={self.folder}&user=moked'


_server = None


def server():
    """The one that this run of the tests has."""
    global _server
    if _server is None:
        if not programs():
            raise SystemExit(SKIP)
        _server = Server()
        atexit.register(_server.remove)
    return _server


_names = {}


def name_of(folder):
    """The database of a data folder, on the server."""
    return _names[folder]


def run(folder, sql):
    """A statement on the database of a data folder, as its service would run it."""
    if folder in _names:
        server().run(_names[folder], sql, 'moked', '-c moked.business=*')
        return
    with contextlib.closing(sqlite3.connect(f'{folder}/moked.db')) as office, office:
        office.execute(sql)


def prepare(folder):
    """Tells the service of a new data folder which database it has. Returns the address, or nothing."""
    if ENGINE != 'postgres':
        return None
    _names[folder] = server().create()
    address = server().url(_names[folder])
    with open(os.open(f'{folder}/service.conf', os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), 'w',
              encoding='utf-8') as conf:
        conf.write(f'[server]\ndatabase={address}\n')
    return address
