#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""From exec to the first painted window, and memory, beside GNOME's own programs.

    ./dev bench startup [--rounds N] [--customers N]

Moked opens an office of 100,000 customers, the others open with no data. All share one X display, take turns, and
begin each time with an empty home, a new session bus and warm page caches. The first round is not counted.
"""
import argparse
import contextlib
import hashlib
import json
import os
import pathlib
import shutil
import sqlite3
import subprocess
import sys

from benchlib import HERE, PROGRAMS, RUN, Report, await_quiet, interleaved, median, ratio_at_most
from desktop import Desktop
from office import ready_line, stop

sys.path.insert(0, str(HERE.parent / 'gui'))
from session import Session

PEERS = {
    'gnome-text-editor': ['gnome-text-editor', '--standalone'],
    'gnome-contacts': ['gnome-contacts'],
    'gnome-calendar': ['gnome-calendar'],
}
TIME_GOALS = {'gnome-text-editor': ratio_at_most(1), 'gnome-contacts': ratio_at_most(0.7)}


def prepare_office(customers):
    """A data directory as the app has it: a demo office, its service's data, and a cache that is complete."""
    folder = RUN / f'office-{customers}'
    # Another build may have other tables, and would bring them up to date at every start.
    build = hashlib.sha256(pathlib.Path(shutil.which('moked-service')).read_bytes()).hexdigest()
    complete = folder / 'complete'
    if complete.exists() and complete.read_text(encoding='ascii') == build:
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    (folder / 'service').mkdir(parents=True)
    made = subprocess.run(['moked-service', 'demo', '--data-dir', folder / 'service', '--customers', str(customers)],
                          check=True, stdout=subprocess.PIPE, text=True)
    token = json.loads(made.stdout.splitlines()[-1])['token']
    with open(os.open(folder / 'device.json', os.O_WRONLY | os.O_CREAT, 0o600), 'w', encoding='utf-8') as device:
        json.dump({'token': token}, device)
    service = subprocess.Popen(['moked-service', '--data-dir', folder / 'service', '--listen', '127.0.0.1:0'],
                               stdout=subprocess.PIPE)
    try:
        url = ready_line(service)['listen']
        while count_unindexed(folder / 'cache.db') != 0:
            with Desktop(url, token, folder / 'cache.db') as desktop:
                await_quiet(desktop.process.pid)    # the search index is made in the background
    finally:
        stop(service)
    complete.write_text(build, encoding='ascii')
    return folder


def count_unindexed(cache):
    """How many customers the search index of the closed @cache does not have yet; None when there is none."""
    if not cache.exists():
        return None
    with contextlib.closing(sqlite3.connect(f'file:{cache}?mode=ro', uri=True)) as database:
        return database.execute('SELECT count(*) FROM customer_search_dirty').fetchone()[0]


def start(session, command, turn):
    """One start in a home of its own. Caches of fonts and icons stay, as on any desktop that was used before."""
    home = session.path(f'home-{turn}-{os.path.basename(command[0])}')
    folders = {'HOME': home, 'XDG_CONFIG_HOME': f'{home}/config', 'XDG_DATA_HOME': f'{home}/data',
               'XDG_STATE_HOME': f'{home}/state'}
    shutil.copytree(session.env['XDG_CONFIG_HOME'], folders['XDG_CONFIG_HOME'])
    environment = {name: value for name, value in session.env.items() if name != 'DBUS_SESSION_BUS_ADDRESS'} | folders
    done = subprocess.run(['dbus-run-session', '--', PROGRAMS / 'startmeter', *command], env=environment,
                          capture_output=True, text=True, check=False)
    shutil.rmtree(home, ignore_errors=True)
    lines = [line for line in done.stdout.splitlines() if line.startswith('{')]
    if not lines:
        raise RuntimeError(f'{command[0]} did not start: {done.stderr}')
    return json.loads(lines[-1])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--rounds', type=int, default=7)
    parser.add_argument('--customers', type=int, default=100_000)
    options = parser.parse_args()

    commands = {'moked': ['moked', '--data-dir', str(prepare_office(options.customers))], **PEERS}
    report = Report('startup')
    with Session(x11=True, accessibility=False) as session:
        results = interleaved(options.rounds + 1, commands,
                              lambda name, turn: start(session, commands[name], turn))
    results = {name: runs[1:] for name, runs in results.items()}
    ours, case = results['moked'], f'{options.customers:,} customers'
    for peer in PEERS:
        theirs = results[peer]
        report.add('first painted window', case, median(ours, 'paint_ms'), 'ms', peer, median(theirs, 'paint_ms'),
                   TIME_GOALS.get(peer))
        report.add('CPU until then', case, median(ours, 'cpu_paint_ms'), 'ms', peer, median(theirs, 'cpu_paint_ms'))
        report.add('settled', case, median(ours, 'settled_ms'), 'ms', peer, median(theirs, 'settled_ms'))
        report.add('memory (PSS)', case, median(ours, 'pss_mb'), 'MB', peer, median(theirs, 'pss_mb'), ratio_at_most(1))
        report.add('memory with children (PSS)', case, median(ours, 'family_pss_mb'), 'MB', peer,
                   median(theirs, 'family_pss_mb'))
    return report.finish()


if __name__ == '__main__':
    sys.exit(main())
