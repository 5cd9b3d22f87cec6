#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A new desktop's first load, beside PouchDB and beside copying the office's file.

    ./dev bench sync-initial [--customers N] [--messages N] [--documents N]
"""
import argparse
import json
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import closing

from benchlib import BUILD, HERE, RUN, Report, at_most, ratio_at_least, ratio_at_most
from office import ready_line, stop
from syncbench import LargeOffice, SyncDesktop, count_rows, load, new_folder, record_tables

TWO_PAGES = 16000   # records: of the page that is being written and the one that is under way
POUCHDB = BUILD / 'bench' / 'pouchdb'


# The peers -------------------------------------------------------------------------------------

def documents(file, total):
    """So many of the office's records, of each kind its share, as documents."""
    with closing(sqlite3.connect(f'file:{file}?mode=ro', uri=True)) as db:
        db.row_factory = sqlite3.Row
        tables = {name: db.execute(f'SELECT count(*) FROM {name}').fetchone()[0] for name in record_tables(db)}
        share = min(1.0, total / sum(tables.values()))
        for name, count in tables.items():
            for row in db.execute(f'SELECT * FROM {name} ORDER BY id DESC LIMIT ?', (round(count * share),)):
                fields = {key: row[key] for key in row.keys()
                          if key not in ('row_id', 'business_id', 'id', 'search_text', 'search_value', 'sort_name')}
                yield {'_id': f'{name}:{row["id"]}', **{key: value for key, value in fields.items() if value is not None}}


def node(script, *args, **options):
    return subprocess.Popen(['node', HERE / 'pouchdb' / script, *args],
                            env={**os.environ, 'NODE_PATH': str(POUCHDB / 'node_modules')},
                            stdout=subprocess.PIPE, **options)


def replicate(file, total):
    """Documents a second that PouchDB replicates from a PouchDB server, and how many they were."""
    folder = new_folder('sync-pouchdb')
    with open(folder / 'documents', 'w', encoding='utf-8') as lines:
        for document in documents(file, total):
            lines.write(json.dumps(document, ensure_ascii=False) + '\n')
    (folder / 'server').mkdir()
    (folder / 'device').mkdir()
    with open(folder / 'documents', 'rb') as lines:
        server = node('server.js', folder / 'server', stdin=lines)
    try:
        ready = ready_line(server, 240)
        with node('replicate.js', folder / 'device', f'{ready["listen"]}/office') as device:
            done = json.loads(device.stdout.read())
        if done['documents'] != ready['documents'] or done['failed']:
            raise RuntimeError(f'PouchDB has {done["documents"]} of {ready["documents"]} documents')
    finally:
        stop(server)
        shutil.rmtree(folder)
    return done['documents'] / done['seconds'], done['documents']


NGINX = '''daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/log;
events {{ }}
http {{ access_log off; sendfile on; client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};
 uwsgi_temp_path {folder}; scgi_temp_path {folder};
 server {{ listen 127.0.0.1:{port}; root {root}; }} }}
'''


def await_port(port):
    until = time.monotonic() + 20
    while True:
        try:
            socket.create_connection(('127.0.0.1', port), 1).close()
            return
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.01)


def copy_file(file, port=18099):
    """Seconds to copy @file by HTTP, from nginx by curl, until it is on the disk."""
    folder = new_folder('sync-copy')
    (folder / 'conf').write_text('user root;\n' * (os.getuid() == 0) + NGINX.format(
        folder=folder, port=port, root=os.path.dirname(os.path.abspath(file))), encoding='utf-8')
    server = subprocess.Popen(['nginx', '-c', folder / 'conf', '-e', folder / 'log'])
    try:
        await_port(port)
        begun = time.monotonic()
        subprocess.run(['curl', '-sS', '--fail', '-o', folder / 'copy',
                        f'http://127.0.0.1:{port}/{os.path.basename(file)}'], check=True)
        with open(folder / 'copy', 'rb') as copy:
            os.fsync(copy.fileno())
        seconds = time.monotonic() - begun
        if os.path.getsize(folder / 'copy') != os.path.getsize(file):
            raise RuntimeError('the copy is not whole')
    finally:
        server.terminate()
        server.wait()
        shutil.rmtree(folder)
    return seconds


# Breaking off ----------------------------------------------------------------------------------

def loopback_bytes():
    """What went over the loopback device until now; the benchmark has a network of its own."""
    with open('/proc/net/dev', encoding='ascii') as devices:
        return next(int(line.split()[1]) for line in devices if line.strip().startswith('lo:'))


def break_off(office, whole, rows):
    """Kill a desktop in the middle of its load, and have it go on. Returns how many records came twice, by the bytes
    that went over the wire; @whole are those of a load of @rows that nothing disturbed."""
    cache = new_folder('sync-initial') / 'cache.db'
    before = loopback_bytes()
    with SyncDesktop(office, cache) as desktop:
        desktop.await_line('usable')
        while sum(count_rows(cache).values()) < rows / 2:
            time.sleep(0.1)
        desktop.kill()
    with SyncDesktop(office, cache) as desktop:
        desktop.await_line('complete')
        desktop.kill()
    if sum(count_rows(cache).values()) != rows:
        raise RuntimeError('the load that went on has not all records')
    return max(0, (loopback_bytes() - before - whole) * rows / whole)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--customers', type=int, default=100_000)
    parser.add_argument('--messages', type=int, default=1_000_000)
    parser.add_argument('--documents', type=int, default=30_000)
    options = parser.parse_args()

    report = Report('sync-initial')
    case = f'{options.customers:,} customers, {options.messages:,} messages'
    folder = new_folder('sync-initial-office')
    with LargeOffice(folder, customers=options.customers, messages=options.messages) as office:
        before = loopback_bytes()
        found = load(office, new_folder('sync-initial'))
        whole = loopback_bytes() - before
        rate = found['rows'] / found['complete']
        copying = copy_file(office.file)
        twice = break_off(office, whole, found['rows'])
        pouchdb, n = replicate(office.file, options.documents)
        report.add('usable', case, found['usable'], 's', goal=at_most(1, 's'))
        report.add('complete', case, found['complete'], 's', goal=at_most(15, 's'))
        report.add('records a second', f'{found["rows"]:,} records; PouchDB {n:,} documents', rate, '/s',
                   'PouchDB 9 from a PouchDB server', pouchdb, ratio_at_least(20))
        report.add('complete', case, found['complete'], 's', "copying the office's file by HTTP", copying,
                   ratio_at_most(3))
        report.add('records brought twice', 'killed in the middle', twice, '', goal=at_most(TWO_PAGES))
        report.add('processor time, desktop', case, found['desktop'], 's')
        report.add('processor time, service', case, found['service'], 's')
        report.add('memory, desktop', case, found['memory'], 'MB', goal=at_most(200, 'MB'))
        report.add('memory, service', case, found['serving'], 'MB', goal=at_most(100, 'MB'))
        report.add('main thread away, processor time', case, found['blocked_cpu'], 'ms', goal=at_most(4, 'ms'))
        report.add('main thread away, by the clock', case, found['blocked'], 'ms')
    shutil.rmtree(folder)
    shutil.rmtree(RUN / 'sync-initial')
    return report.finish()


if __name__ == '__main__':
    sys.exit(main())
