#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The hostile requests, all of them, and sending them.

    for what, seen, fault in http_probes.run(target): ...

Run as a program it sends them to any server and prints what was let through:
    http_probes.py HOST:PORT POST-PATH GET-PATH
"""
import concurrent.futures
import sys

import probes_conduct   # noqa: F401  importing registers the probes
import probes_framing   # noqa: F401
import probes_syntax    # noqa: F401
from http_probe import PROBES, Target, run_one


def run(target, probes=None, parallel=16):
    """Send the probes, @parallel at a time. Yields (probe, exchange, fault or None) in order."""
    probes = PROBES if probes is None else probes
    with concurrent.futures.ThreadPoolExecutor(parallel) as pool:
        yield from ((what, *outcome) for what, outcome in
                    zip(probes, pool.map(lambda what: run_one(what, target), probes)))


def main(where, post_path, get_path):
    host, _, port = where.rpartition(':')
    target = Target(host, int(port), post_path.encode(), get_path.encode())
    faults = 0
    for what, seen, fault in run(target):
        faults += fault is not None
        if fault:
            print(f'{what.name:36} {what.verdict:8} {fault}')
    print(f'{len(PROBES)} probes, {faults} faults')
    return 1 if faults else 0


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
