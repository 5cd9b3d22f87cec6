#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the webhook's first byte to the message in a desktop's cache.

    ./dev bench live [--messages N] [--customers N]

A signed WhatsApp message is posted to the service; a desktop without a window, synced with it over the network as the
app is, tells when a reader of its cache finds the row.
"""
import argparse
import random
import shutil
import sys
import time
import urllib.request

from benchlib import RUN, Report, below, percentile
from desktop import PATIENCE, Desktop
from office import WHATSAPP_PATH, Office, signed_post, whatsapp_message


def post(office, sid, sender):
    """Post one message; returns the moment before the first byte was sent."""
    headers, body = signed_post(whatsapp_message(sid, sender=sender))
    request = urllib.request.Request(office.url + WHATSAPP_PATH, body,
                                     {name.decode(): value.decode() for name, value in headers})
    begun = time.monotonic()
    with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
        if answer.status != 200:
            raise RuntimeError(f'the webhook was answered with {answer.status}')
    return begun


def measure(office, desktop, prefix, messages, pause):
    """Latencies in milliseconds of @messages that are posted with random pauses around @pause seconds."""
    chance = random.Random(messages)
    begun = {}
    for number in range(messages):
        sid = f'SM{prefix:08x}{number:024x}'
        begun[sid] = post(office, sid, f'+97252{chance.randrange(10**7):07d}')
        time.sleep(chance.uniform(0, 2 * pause))
    desktop.await_all(begun)
    return [(desktop.arrivals[sid] - moment) * 1000 for sid, moment in begun.items()]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--messages', type=int, default=400)
    parser.add_argument('--customers', type=int, default=1000)
    options = parser.parse_args()

    report = Report('live')
    cache = RUN / 'live-desktop'
    shutil.rmtree(cache, ignore_errors=True)
    cache.mkdir(parents=True)
    with (Office(RUN / 'live-office', customers=options.customers) as office,
          Desktop(office.url, office.token, cache / 'cache.db') as desktop):
        for prefix, (case, pause) in enumerate({'10 a second': 0.1, '100 a second': 0.01}.items(), start=1):
            times = measure(office, desktop, prefix, options.messages, pause)
            report.add('webhook to visible, p50', case, percentile(times, 0.5), 'ms')
            report.add('webhook to visible, p99', case, percentile(times, 0.99), 'ms', goal=below(150, 'ms'))
    return report.finish()


if __name__ == '__main__':
    sys.exit(main())
