#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Signed WhatsApp webhooks, stored before they are answered: rate, latency, memory, hostile input.

    ./dev bench webhook [--full] [--rounds N] [--seconds S]

The servers are pinned to core 0 and the load to core 1; PostgreSQL may use both. They take turns, and
medians are reported. At the end each database must hold exactly the messages that were acknowledged.
"""
import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from benchlib import (HERE, PROGRAMS, Report, at_most, await_quiet, cpu_seconds, exactly, interleaved, median, memory_mb,
                      ratio_at_least)
import http_probes
from http_probe import HIDE, REFUSE, Target
from office import ACCOUNT_SID, AUTH_TOKEN, PUBLIC_URL, WHATSAPP_PATH, signed_post, whatsapp_message
from test_nginx import EXPLAINED, Ingress
from webhook_servers import BareSoup, Moked, ReplacedStack

CONNECTIONS = (1, 64, 256)


def load(server, *options):
    """Runs the load generator; adds the server's CPU time to what it reports."""
    before = sum(cpu_seconds(pid) for pid in server.processes)
    done = subprocess.run(
        ['taskset', '-c', '1', PROGRAMS / 'webhook-load', '--url', server.url + WHATSAPP_PATH,
         '--public-url', PUBLIC_URL + WHATSAPP_PATH, '--account-sid', ACCOUNT_SID, '--auth-token', AUTH_TOKEN, *options],
        capture_output=True, text=True, check=False)
    if not done.stdout:
        raise RuntimeError(done.stderr)
    result = json.loads(done.stdout)
    if result['refused'] or result['dropped'] or result['unanswered']:
        raise RuntimeError(f'{server.name}: not every request was answered with 200: {result}')
    spent = sum(cpu_seconds(pid) for pid in server.processes) - before
    result['cpu_us'] = spent / result['acknowledged'] * 1e6
    server.acknowledged = getattr(server, 'acknowledged', 0) + result['acknowledged']
    return result


def measure_rates(report, servers, rounds, seconds):
    """Rate and latency at each number of connections, all servers in turn."""
    moked, replaced, soup = servers
    for connections in CONNECTIONS:
        results = interleaved(rounds, servers, lambda server, turn: load(
            server, f'--connections={connections}', f'--seconds={seconds}'))
        ours, theirs, ceiling = (results[server] for server in servers)
        case = f'{connections} connections'
        report.add('durable webhooks', case, median(ours, 'rate'), '1/s', replaced.name, median(theirs, 'rate'),
                   ratio_at_least(20) if connections == 64 else None)
        report.add('of a server that keeps nothing', case, median(ours, 'rate'), '1/s', soup.name,
                   median(ceiling, 'rate'), ratio_at_least(0.55) if connections == 64 else None)
        report.add('p50', case, median(ours, 'p50_ms'), 'ms', replaced.name, median(theirs, 'p50_ms'))
        report.add('p99', case, median(ours, 'p99_ms'), 'ms', replaced.name, median(theirs, 'p99_ms'),
                   at_most(15, 'ms') if connections == 64 else None)
        report.add('CPU a request', case, median(ours, 'cpu_us'), 'µs', replaced.name, median(theirs, 'cpu_us'))


def measure_memory(report, moked, replaced, idle, requests):
    report.add('idle memory (PSS)', 'before any request', idle[moked], 'MB', replaced.name, idle[replaced],
               at_most(15, 'MB'))
    load(moked, '--connections=64', f'--requests={requests // 10}')
    early = memory_mb(moked.pid, 'Rss')
    load(moked, '--connections=64', f'--requests={requests - requests // 10}')
    late = memory_mb(moked.pid, 'Rss')
    report.add('memory growth (RSS)', f'from {requests // 10:,} to {requests:,} requests', late - early, 'MB',
               goal=at_most(1, 'MB'))
    report.add('memory (RSS)', f'after {moked.acknowledged:,} requests', late, 'MB')


def measure_hostile(report, moked, soup):
    headers, body = signed_post(whatsapp_message())

    def let_through(url, proxied=False):
        port = int(url.rpartition(':')[2])
        target = Target('127.0.0.1', port, WHATSAPP_PATH.encode(), b'/healthz', body, headers, proxied=proxied)
        return {what.name: fault for what, _, fault in http_probes.run(target) if fault}

    hostile = sum(what.verdict in (REFUSE, HIDE) for what in http_probes.PROBES)
    direct, theirs = let_through(moked.url), let_through(soup.url)
    report.add('hostile HTTP let through', f'{hostile} requests, direct', len(direct), 'of them', soup.name, len(theirs),
               at_most(0))
    with tempfile.TemporaryDirectory() as folder:
        front = Ingress(HERE.parents[1] / 'data' / 'nginx' / 'moked.conf', Path(folder), moked.office.port)
        try:
            proxied = let_through(f'http://127.0.0.1:{front.clear}', proxied=True)
        finally:
            front.stop()
    harmful = proxied.keys() - EXPLAINED.keys()
    report.add('hostile HTTP let through', f'{hostile} requests, through nginx', len(harmful), 'of them', goal=at_most(0))
    for where, faults in (('direct', direct), ('through nginx', proxied)):
        for name, fault in faults.items():
            report.note(f'{where}: {name}: {fault}' + (f' ({EXPLAINED[name]})' if faults is proxied and name in EXPLAINED
                                                       else ''))


def check_stored(report, servers):
    for server in servers:
        stored = server.stored()
        report.add('acknowledged but not stored', server.name, server.acknowledged - stored, 'messages', goal=exactly(0))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--full', action='store_true', help='a million requests for the memory figure')
    parser.add_argument('--rounds', type=int, default=3)
    parser.add_argument('--seconds', type=float, default=4)
    options = parser.parse_args()

    report = Report('webhook')
    with Moked() as moked, ReplacedStack() as replaced, BareSoup() as soup:
        for server in (moked, replaced):
            await_quiet(server.pid)     # this is the memory of an idle office
        idle = {server: memory_mb(server.pid) for server in (moked, replaced)}
        measure_rates(report, (moked, replaced, soup), options.rounds, options.seconds)
        measure_memory(report, moked, replaced, idle, 1_000_000 if options.full else 200_000)
        check_stored(report, (moked, replaced))
    with Moked(customers=10, folder='moked-hostile') as moked, BareSoup() as soup:
        measure_hostile(report, moked, soup)
    return report.finish()


if __name__ == '__main__':
    sys.exit(main())
