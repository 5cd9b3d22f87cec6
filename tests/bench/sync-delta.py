#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""From an edit on one desktop to the moment at which a hundred others can show it.

    ./dev bench sync-delta [--customers N] [--desktops N] [--light N] [--edits N]
"""
import argparse
import shutil
import sys

from benchlib import RUN, Report, at_most, percentile
from office import Office
from syncbench import new_folder, watch


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--customers', type=int, default=300)
    parser.add_argument('--desktops', type=int, default=10)
    parser.add_argument('--light', type=int, default=90)
    parser.add_argument('--edits', type=int, default=100)
    options = parser.parse_args()

    report = Report('sync-delta')
    folder = new_folder('sync-delta')
    with Office(RUN / 'sync-delta-office', customers=options.customers) as office:
        seen, pulled = watch(office, folder, options.desktops, options.light, options.edits)
    everybody = f'{options.desktops} desktops with a cache, {options.light} that pull; {options.edits} edits'
    report.add('edit to visible, p50', everybody, percentile(seen + pulled, 0.5), 'ms', goal=at_most(5, 'ms'))
    report.add('edit to visible, p99', everybody, percentile(seen + pulled, 0.99), 'ms', goal=at_most(50, 'ms'))
    report.add('edit to visible, p50', 'those with a cache', percentile(seen, 0.5), 'ms')
    report.add('edit to visible, p99', 'those with a cache', percentile(seen, 0.99), 'ms')
    shutil.rmtree(folder)
    shutil.rmtree(RUN / 'sync-delta-office')
    return report.finish()


if __name__ == '__main__':
    sys.exit(main())
