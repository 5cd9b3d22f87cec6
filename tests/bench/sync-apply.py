#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many changes into a large copy of an office, beside SQLite alone.

    ./dev bench sync-apply [--customers N] [--messages N] [--changes N]
"""
import argparse
import shutil
import sys

from benchlib import RUN, Report, at_least, at_most, ratio_at_least
from syncbench import LargeOffice, apply, load, new_folder


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--customers', type=int, default=100_000)
    parser.add_argument('--messages', type=int, default=900_000)
    parser.add_argument('--changes', type=int, default=100_000)
    options = parser.parse_args()

    report = Report('sync-apply')
    folder = new_folder('sync-apply')
    with LargeOffice(RUN / 'sync-apply-office', customers=options.customers, messages=options.messages) as office:
        loaded = load(office, folder)
        found = apply(office, folder, options.changes)
    case = f'{found["rows"]:,} changed and new records into {loaded["rows"]:,}'
    report.add('records a second', case, found['rows'] / found['seconds'], '/s', goal=at_least(40_000, '/s'))
    report.add('records a second', case, found['rows'] / found['seconds'], '/s', "SQLite's own prepared upsert",
               found['rows'] / found['alone'], ratio_at_least(0.5))
    report.add('processor time a record, desktop', case, found['desktop'] / found['rows'] * 1e6, 'µs',
               "SQLite's own prepared upsert", found['alone_cpu'] / found['rows'] * 1e6)
    report.add('processor time a record, service', case, found['service'] / found['rows'] * 1e6, 'µs')
    report.add('main thread away, processor time', case, found['blocked_cpu'], 'ms', goal=at_most(4, 'ms'))
    report.add('main thread away, by the clock', case, found['blocked'], 'ms')
    shutil.rmtree(folder)
    shutil.rmtree(RUN / 'sync-apply-office')
    return report.finish()


if __name__ == '__main__':
    sys.exit(main())
