#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Random histories of an office, many of them, and an exchange with a fault at each of its writes and requests.

    ./dev bench sync-torture [--histories N] [--postgres N] [--seeds N] [--first SEED]

tests/sync/test-sync-random makes a history from each number; a history that fails is told with its number, and
`MOKED_SYNC_SEED=NUMBER` runs that one again. tests/sync/test-every-write goes through all places of an exchange once
for each seed.
"""
import argparse
import os
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from benchlib import BUILD, HERE, PROGRAMS, Report, at_most, exactly

TESTS = BUILD / 'tests' / 'sync'
CHUNK = {'sqlite': 250, 'postgres': 100}
PATIENCE = 1800


def at_least(limit):
    return f'≥ {limit:g}', lambda ours, ratio: ours >= limit


def run(program, engine, **settings):
    env = dict(os.environ, MOKED_TEST_ENGINE=engine, G_DEBUG='fatal-warnings',
               **{name: str(value) for name, value in settings.items()})
    return subprocess.run(['nice', '-n', '5', TESTS / program], env=env, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, errors='replace', timeout=PATIENCE)


def run_histories(engine, first, count):
    """Returns how many were run, and [(seed, the last lines)] of those that failed; each is passed by."""
    failed, end = [], first + count
    while first < end:
        done = run('test-sync-random', engine, MOKED_SYNC_FIRST=first, MOKED_SYNC_HISTORIES=end - first)
        if done.returncode == 0:
            break
        seeds = re.findall(r'MOKED_SYNC_SEED=(\d+)', done.stdout)
        seed = int(seeds[-1]) if seeds else first
        failed.append((seed, '\n'.join(done.stdout.splitlines()[-3:])))
        first = seed + 1
    return count, failed


def run_places(seed):
    done = run('test-every-write', 'sqlite', MOKED_FAULT_SEED=seed)
    places = sum(int(n) for n in re.findall(r'(\d+) places', done.stdout))
    return places, [] if done.returncode == 0 else [(seed, '\n'.join(done.stdout.splitlines()[-3:]))]


def add_up(report, what, results, seconds, wanted):
    count = sum(n for n, _ in results)
    failed = [failure for _, failures in results for failure in failures]
    for seed, text in failed:
        report.note(f'{what}, seed {seed}: {text}')
    report.add(what, 'run', count, '', goal=at_least(wanted))
    report.add(what, 'failed', len(failed), '', goal=exactly(0))
    report.add(what, 'time', seconds, 's')


def histories(report, pool, engine, first, count):
    begun = time.monotonic()
    chunks = [(start, min(CHUNK[engine], first + count - start)) for start in range(first, first + count, CHUNK[engine])]
    results = list(pool.map(lambda chunk: run_histories(engine, *chunk), chunks))
    add_up(report, f'histories, {engine}', results, time.monotonic() - begun, count)


def half_open(report):
    """A desktop and a service as programs; their connections stand, and nothing comes through."""
    done = subprocess.run([sys.executable, '-B', '-W', 'ignore', HERE.parent / 'sync' / 'test_processes.py',
                           BUILD / 'src' / 'service' / 'moked-service', PROGRAMS / 'live-client'],
                          env=dict(os.environ, MOKED_TEST_LONG='1'), capture_output=True, text=True, timeout=PATIENCE)
    noticed = re.search(r'after seconds": ([\d.]+)', done.stderr)
    if done.returncode:
        report.note(done.stderr[-2000:])
    report.add('programs killed, networks broken', 'failed', done.returncode, '', goal=exactly(0))
    if noticed:
        report.add('half-open connection', 'in step again', float(noticed[1]), 's', goal=at_most(45, 's'))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--histories', type=int, default=10000)
    parser.add_argument('--postgres', type=int, default=400)
    parser.add_argument('--seeds', type=int, default=10)
    parser.add_argument('--first', type=int, default=1)
    options = parser.parse_args()

    report = Report('sync-torture')
    report.note(f'seeds from {options.first} on')
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        histories(report, pool, 'sqlite', options.first, options.histories)
        histories(report, pool, 'postgres', options.first, options.postgres)
        begun = time.monotonic()
        results = list(pool.map(run_places, range(1, options.seeds + 1)))
        add_up(report, 'places of an exchange', results, time.monotonic() - begun, options.seeds * 100)
    half_open(report)
    return report.finish()


if __name__ == '__main__':
    sys.exit(main())
