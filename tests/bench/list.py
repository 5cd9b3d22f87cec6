#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A list of a million customers as a person uses it, beside GTK's own sorted list of a hundred thousand.

    ./dev bench list [--rounds N] [--rows N] [--peer-rows N] [--frames N]

tests/bench/list does the measuring: the list page of the app over a database, and GtkSortListModel over a GListStore,
in the same window. The first run makes the database, which takes some minutes.
"""
import argparse
import json
import subprocess
import sys

from benchlib import HERE, PROGRAMS, RUN, Report, at_most, below, median

sys.path.insert(0, str(HERE.parent / 'gui'))
from session import Session

PEER = 'GtkSortListModel'
FRAME_GOALS = {'scroll': 5, 'page': 7, 'jump': 10}


def measure(session, options):
    done = subprocess.run([PROGRAMS / 'list-bench', RUN / 'list', str(options.rows), str(options.peer_rows),
                           str(options.frames)], env=session.env, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout)


def look_up(results, side, *path):
    """The median over the runs of one figure."""
    values = []
    for result in results:
        value = result[side]
        for key in path:
            value = value[key]
        values.append(value)
    return median(values)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--rounds', type=int, default=3)
    parser.add_argument('--rows', type=int, default=1_000_000)
    parser.add_argument('--peer-rows', type=int, default=100_000)
    parser.add_argument('--frames', type=int, default=300)
    options = parser.parse_args()

    with Session(x11=True, accessibility=False) as session:
        results = [measure(session, options) for _ in range(options.rounds)]
    report = Report('list')
    case = f'{options.rows:,} rows, theirs {options.peer_rows:,}'

    def add(metric, path, goal=None, unit='ms', beside=True):
        report.add(metric, case, look_up(results, 'ours', *path), unit, PEER if beside else None,
                   look_up(results, 'peer', *path) if beside else None, goal)

    add('first page in the list', ['first_rows_ms'], below(50, 'ms'))
    add('first page painted', ['first_painted_ms'])
    add('whole list known', ['counted_ms'], beside=False)
    add('keystroke to painted results, p50', ['keystroke_to_painted_ms', 'p50'], beside=False)
    add('keystroke to painted results, p95', ['keystroke_to_painted_ms', 'p95'], below(50, 'ms'), beside=False)
    for motion, limit in FRAME_GOALS.items():
        add(f"a frame's CPU p95, {motion}", ['frame_cpu_ms', motion, 'p95'], at_most(limit, 'ms'))
    for change in ('sort', 'filter'):
        add(f'a new {change} blocks (CPU), p95', [f'{change}_blocks', 'cpu_ms', 'p95'], at_most(16, 'ms'))
        add(f'a new {change} blocks (wall), p95', [f'{change}_blocks', 'wall_ms', 'p95'])
    add('memory (PSS)', ['pss_kb'], unit='kB')
    return report.finish()


if __name__ == '__main__':
    sys.exit(main())
