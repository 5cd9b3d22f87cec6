# SPDX-License-Identifier: GPL-3.0-or-later
"""What the benchmarks of sync share: an office of a given size, a desktop that loads it, and counting."""
import json
import random
import shutil
import signal
import sqlite3
import subprocess
import time
import urllib.request
from contextlib import closing

from benchlib import PROGRAMS, RUN, cpu_seconds, memory_mb
from office import Office

LOADING = 240.0     # seconds for a first load


class LargeOffice(Office):
    """A demo office of exactly so many messages. The service's own search index is not made: it would take the
    processor for minutes, and no desktop has anything of it."""

    def start(self):
        with closing(sqlite3.connect(f'{self.data_dir}/moked.db')) as db, db:
            for table in 'customer_search_dirty', 'message_search_dirty':
                db.execute(f'DELETE FROM {table}')
        super().start()

    def ask(self, path, body=None):
        """One request of a device with JSON."""
        request = urllib.request.Request(self.url + path, json.dumps(body).encode() if body else None,
                                         {'Authorization': f'Bearer {self.token}', 'Content-Type': 'application/json'})
        with urllib.request.urlopen(request, timeout=LOADING) as answer:
            return json.load(answer)

    @property
    def file(self):
        return f'{self.data_dir}/moked.db'


class SyncDesktop:
    """tests/bench/sync-desktop on @cache while the `with` block lasts."""

    def __init__(self, office, cache):
        self.begun = time.monotonic()
        self.process = subprocess.Popen(
            [PROGRAMS / 'sync-desktop', f'--service={office.url}', f'--token={office.token}', f'--cache={cache}'],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def __enter__(self):
        return self

    def __exit__(self, *args):
        self.process.stdin.close()
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.kill()
        self.process.stdout.close()

    def await_line(self, name):
        """The line that has the member @name."""
        for line in self.process.stdout:
            told = json.loads(line)
            if name in told:
                return told
        raise RuntimeError(f'the desktop ended with {self.process.wait()} before it was {name}')

    def seconds(self, moment):
        return moment / 1e6 - self.begun

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


def new_folder(name):
    folder = RUN / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def record_tables(db):
    """The tables of records: those that have a business and a version."""
    names = [name for name, in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    columns = {name: {column[1] for column in db.execute(f'PRAGMA table_info({name})')} for name in names}
    return [name for name in names if {'business_id', 'id', 'version'} <= columns[name]]


def count_rows(cache):
    """{table: records} of a copy of the office."""
    with closing(sqlite3.connect(f'file:{cache}?mode=ro', uri=True)) as db:
        return {name: db.execute(f'SELECT count(*) FROM {name}').fetchone()[0] for name in record_tables(db)}


def load(office, folder):
    """One first load. Returns what it took; the copy stays in @folder."""
    cache = folder / 'cache.db'
    service = cpu_seconds(office.process.pid)
    with SyncDesktop(office, cache) as desktop:
        usable = desktop.seconds(desktop.await_line('usable')['usable'])
        told = desktop.await_line('complete')
        took = desktop.seconds(told['complete'])
        cost = cpu_seconds(desktop.process.pid)
        service = cpu_seconds(office.process.pid) - service
        memory = memory_mb(desktop.process.pid, 'Rss')
        serving = memory_mb(office.process.pid, 'Rss')
        rows = sum(count_rows(cache).values())
        desktop.kill()      # what follows, the search index, is measured elsewhere
    return {'usable': usable, 'complete': took, 'rows': rows, 'desktop': cost, 'service': service, 'memory': memory,
            'serving': serving, 'blocked': told['blocked'], 'blocked_cpu': told['blocked_cpu']}




# Changes ---------------------------------------------------------------------------------------

DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'


def ulid(chance):
    number = int(time.time() * 1000) << 80 | chance.getrandbits(80)
    return ''.join(DIGITS[number >> shift & 31] for shift in range(125, -1, -5))


class Device:
    """Another device, which sends many changes at once."""

    def __init__(self, office):
        self.office, self.chance = office, random.Random(office.customers)
        self.client, self.n = ulid(self.chance), 0
        self.people = [row[0] for row in self._ask('SELECT id FROM customer WHERE deleted_at IS NULL ORDER BY id')]

    def _ask(self, sql):
        with closing(sqlite3.connect(f'file:{self.office.file}?mode=ro', uri=True)) as db:
            return db.execute(sql).fetchall()

    def head(self):
        return self.office.ask('/api/sync/state')['head']

    def change(self, total):
        """@total changes: half of them of people who are known, half of them new people."""
        ops = [self._op(i) for i in range(total)]
        for first in range(0, total, 1000):
            self._push(ops[first:first + 1000])

    def _op(self, i):
        known = i % 2 == 0
        fields = {'city': self.chance.choice(('חיפה', 'עכו', 'יבנה', 'לוד'))} if known else {
            'name': f'פלוני {self.chance.randrange(10**6)}', 'city': 'רמלה', 'status': 'lead'}
        return {'op': 'save', 'entity': 'customer', 'exists': known, 'fields': fields,
                'id': self.chance.choice(self.people) if known else ulid(self.chance)}

    def _push(self, ops):
        self.n += 1
        now = time.time_ns() // 1000
        mutation = {'n': self.n, 'id': ulid(self.chance), 'base': 0, 'at': now, 'label': 'bench', 'ops': ops}
        state = self.office.ask('/api/sync/state')
        answer = self.office.ask('/api/sync/push', {'client': self.client, 'epoch': state['epoch'], 'now': now,
                                                    'mutations': [mutation]})
        if [result['status'] for result in answer['results']] != ['applied']:
            raise RuntimeError(f'the service refused changes: {str(answer)[:300]}')


def apply(office, folder, total):
    """Bring @total changes to the copy in @folder, and the same to SQLite alone. Returns what both took."""
    cache, before = folder / 'cache.db', folder / 'before.db'
    device = Device(office)
    since = device.head()
    tidy(cache)
    shutil.copyfile(cache, before)
    device.change(total)
    service = cpu_seconds(office.process.pid)
    with SyncDesktop(office, cache) as desktop:
        told = desktop.await_line('complete')
        took = desktop.seconds(told['complete'])
        cost = cpu_seconds(desktop.process.pid)
        service = cpu_seconds(office.process.pid) - service
        desktop.kill()
    tidy(cache)
    shutil.copyfile(cache, folder / 'after.db')
    alone = json.loads(subprocess.run([PROGRAMS / 'upsert-ceiling', before, folder / 'after.db', str(since)], check=True,
                                      capture_output=True, text=True).stdout)
    return {'rows': alone['rows'], 'seconds': took, 'desktop': cost, 'service': service, 'alone': alone['seconds'],
            'alone_cpu': alone['cpu'], 'blocked': told['blocked'], 'blocked_cpu': told['blocked_cpu']}


def tidy(cache):
    """Bring the log of a file that nobody has open into it, and leave out what waits for the search index."""
    with closing(sqlite3.connect(cache)) as db:
        with db:
            for table in 'customer_search_dirty', 'message_search_dirty':
                db.execute(f'DELETE FROM {table}')
        db.execute('PRAGMA wal_checkpoint(TRUNCATE)')


def watch(office, folder, desktops, light, edits, pause=200):
    """Milliseconds from each of @edits to each of @desktops besides the one that edits, and to each of @light."""
    told = subprocess.run(
        [PROGRAMS / 'sync-watchers', f'--service={office.url}', f'--token={office.token}', f'--folder={folder}',
         f'--desktops={desktops + 1}', f'--light={light}', f'--edits={edits}', f'--pause={pause}'],
        check=True, stdout=subprocess.PIPE, text=True, timeout=LOADING).stdout
    lines = [json.loads(line) for line in told.splitlines()]
    seen = [moment for line in lines for moment in line['seen']]
    pulled = [moment for line in lines for moment in line['light']]
    if len(seen) != desktops * edits or len(pulled) != light * edits:
        raise RuntimeError('an edit was not seen')
    return seen, pulled
