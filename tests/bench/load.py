#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A new desktop's first load over HTTP: from nothing to everything that the office has.

    ./dev bench load [--customers N] [--rounds N]

A desktop without a window, synced as the app is, begins with an empty cache. Processor time is the figure that other
work on the machine changes least: the desktop's and the service's together. The search index is made behind the load
and is counted apart.
"""
import argparse
import os
import shutil
import sqlite3
import sys
import time

from benchlib import RUN, Report, await_quiet, cpu_seconds, median
from desktop import Desktop
from office import Office

def count_rows(cache):
    with sqlite3.connect(f'file:{cache}?mode=ro', uri=True) as db:
        names = [name for name, in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        records = [name for name in names if 'business_id' in (c[1] for c in db.execute(f'PRAGMA table_info({name})'))
                   and 'version' in (c[1] for c in db.execute(f'PRAGMA table_info({name})'))]
        return sum(db.execute(f'SELECT count(*) FROM {name}').fetchone()[0] for name in records)


def load_once(office, folder):
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    cache = folder / 'cache.db'
    service = cpu_seconds(office.process.pid)
    begun = time.monotonic()
    with Desktop(office.url, office.token, cache) as desktop:
        taken = time.monotonic() - begun
        loaded = cpu_seconds(desktop.process.pid)
        service = cpu_seconds(office.process.pid) - service
        indexed = await_quiet(desktop.process.pid)
    return {'seconds': taken, 'desktop': loaded, 'service': service, 'index': indexed - loaded,
            'rows': count_rows(cache), 'megabytes': os.path.getsize(cache) / 1e6}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--customers', type=int, default=100_000)
    parser.add_argument('--rounds', type=int, default=2)
    options = parser.parse_args()

    report = Report('load')
    case = f'{options.customers:,} customers'
    with Office(RUN / 'load-office', customers=options.customers) as office:
        rounds = [load_once(office, RUN / 'load-desktop') for _ in range(options.rounds)]
    report.add('records', case, median(rounds, 'rows'), '')
    report.add('until complete', case, median(rounds, 'seconds'), 's')
    report.add('processor time, desktop', case, median(rounds, 'desktop'), 's')
    report.add('processor time, service', case, median(rounds, 'service'), 's')
    report.add('processor time, search index afterwards', case, median(rounds, 'index'), 's')
    report.add('records a second of processor time', case,
               median(rounds, 'rows') / (median(rounds, 'desktop') + median(rounds, 'service')), '/s')
    report.add('cache', case, median(rounds, 'megabytes'), 'MB')
    return report.finish()


if __name__ == '__main__':
    sys.exit(main())
