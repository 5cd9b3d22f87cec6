#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""How costs grow with an office: the same figures at three sizes, and a picture of them.

    ./dev bench growth [--sizes N,N,N] [--picture FILE]
"""
import argparse
import json
import shutil
import sys
import time

from benchlib import BUILD, HERE, RUN, Report, median, percentile
from growth_picture import draw
from syncbench import Device, LargeOffice, apply, load, new_folder, watch

RECORDS_A_CUSTOMER = 14.1       # with ten messages each, their conversation, addresses and calls
PICTURE = HERE.parents[1] / 'docs' / 'pictures' / 'growth.svg'


def ask_often(office, paths):
    """Milliseconds of one request, the median of many."""
    times = []
    for path in paths:
        begun = time.monotonic()
        office.ask(path)
        times.append((time.monotonic() - begun) * 1000)
    return median(times)


def measure(size, report):
    customers = max(200, round(size / RECORDS_A_CUSTOMER))
    folder, home = new_folder('growth'), RUN / 'growth-office'
    with LargeOffice(home, customers=customers, messages=10 * customers) as office:
        loaded = load(office, folder)
        case = f'{loaded["rows"]:,} records'
        device = Device(office)
        people = [f'/api/customers/{device.chance.choice(device.people)}' for _ in range(300)]
        report.add('one person, read over HTTP', case, ask_often(office, people), 'ms')
        report.add('a page of 50 people over HTTP', case, ask_often(office, ['/api/customers?limit=50'] * 100), 'ms')
        report.add('a new desktop is usable', case, loaded['usable'], 's')
        report.add('first load, processor time a record', case,
                   (loaded['desktop'] + loaded['service']) / loaded['rows'] * 1e6, 'µs')
        changed = apply(office, folder, 20_000)
        report.add('changes applied, processor time a record', case, changed['desktop'] / changed['rows'] * 1e6, 'µs')
        shutil.rmtree(folder)
        times, _ = watch(office, new_folder('growth'), 1, 0, 30)
        report.add('an edit is seen on another desktop, p50', case, percentile(times, 0.5), 'ms')
    shutil.rmtree(RUN / 'growth')
    shutil.rmtree(home)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--sizes', default='10000,100000,1000000')
    parser.add_argument('--picture', default=str(PICTURE))
    options = parser.parse_args()

    report = Report('growth')
    for size in options.sizes.split(','):
        measure(int(size), report)
    status = report.finish()
    figures = json.loads((BUILD / 'bench' / 'growth.json').read_text(encoding='utf-8'))['figures']
    with open(options.picture, 'w', encoding='utf-8') as picture:
        picture.write(draw(figures))
    return status


if __name__ == '__main__':
    sys.exit(main())
