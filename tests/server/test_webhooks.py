#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Webhooks as a vendor sees them, and what becomes of them: signatures, repeats, order, failures, kill -9.

    test_webhooks.py PATH-OF-SAMPLE-SERVICE
"""
import concurrent.futures
import json
import os
import resource
import signal
import sys
import tempfile
import unittest
import xml.etree.ElementTree

from sample import AUTH_TOKEN, FORM, Sample, eventually
from office import signature, whatsapp_message


def sid(number):
    return f'SM{number:032x}'


def message(number, body='שלום', sender='+972501234567'):
    return whatsapp_message(sid(number), body, sender)


class Webhooks(unittest.TestCase):
    def setUp(self):
        self.folder = self.enterContext(tempfile.TemporaryDirectory())
        self.hold = self.folder + '/hold'
        self.service = self.enterContext(Sample(PROGRAM, self.folder, hold=self.hold))

    def applied(self, count):
        return eventually(lambda: len(self.service.samples()) >= count and self.service.samples())


class Answers(Webhooks):
    def test_signed_is_applied(self):
        status, _, body = self.service.post(message(1, 'שלום, הדירה עוד פנויה? 🏠'))
        self.assertEqual((status, body), (200, b''))
        self.assertEqual(self.applied(1), [(sid(1), 'שלום, הדירה עוד פנויה? 🏠')])

    def test_repeated_changes_nothing(self):
        for _ in range(3):
            self.assertEqual(self.service.post(message(1))[0], 200)
        self.assertEqual(self.service.post(message(2))[0], 200)
        self.assertEqual(self.applied(2), [(sid(1), 'שלום'), (sid(2), 'שלום')])
        self.assertEqual(self.service.metric('moked_webhooks_total{outcome="repeated"}'), 2)

    def test_wrong_signature(self):
        changed = message(1, 'changed')
        for form, sign in ((message(1), 'AAAAAAAAAAAAAAAAAAAAAAAAAAA='), (message(1), ''),
                           (changed, signature(message(1))),
                           (message(1), signature(message(1), '/webhook/xml'))):
            status, headers, body = self.service.post(form, sign=sign)
            self.assertEqual(status, 403)
            self.assertEqual(headers['content-type'], 'application/problem+json')
            self.assertEqual(json.loads(body)['status'], 403)
        self.assertEqual(self.service.ask('POST', '/webhook/whatsapp', 'a=b', {'Content-Type': FORM})[0], 403)
        self.assertEqual(self.service.samples(), [])

    def test_wrong_signature_is_logged_without_secrets(self):
        self.service.post(message(1, 'private words'), sign='AAAA')
        lines = [json.loads(line) for line in self.service.log().splitlines() if line.startswith('{')]
        refusals = [line for line in lines if line['message'] == 'request refused']
        self.assertEqual([line['status'] for line in refusals], ['403'])
        self.assertEqual(refusals[0]['route'], '/webhook/whatsapp')
        for secret in (AUTH_TOKEN, 'private words', '972501234567', 'AAAA'):
            self.assertNotIn(secret, self.service.log())

    def test_address_comes_from_the_configuration(self):
        """What the client says of itself neither helps nor hurts."""
        headers = {'Host': 'evil.example', 'X-Forwarded-Host': 'evil.example', 'X-Forwarded-Proto': 'http'}
        self.assertEqual(self.service.post(message(1), **headers)[0], 200)

    def test_query_is_signed(self):
        form = message(1)
        path = '/webhook/whatsapp?office=1&x=%D7%90'
        self.assertEqual(self.service.post(form, path)[0], 200)
        self.assertEqual(self.service.post(message(2), path, sign=signature(message(2)))[0], 403)

    def test_garbage(self):
        for body in ('%zz=1', 'a=%ff%fe', '=b', 'nonsense', 'a=%00', '&&&', '\x01=2'):
            status, headers, _ = self.service.ask('POST', '/webhook/whatsapp', body,
                                                  {'Content-Type': FORM, 'X-Twilio-Signature': 'AAAA'})
            self.assertEqual((status, headers['content-type']), (400, 'application/problem+json'), body)
        self.assertEqual(self.service.ask('POST', '/webhook/whatsapp', '{}', {'Content-Type': 'application/json'})[0], 400)
        self.assertEqual(self.service.post({'Body': 'no MessageSid'})[0], 400)

    def test_ten_megabytes(self):
        status, headers, _ = self.service.ask('POST', '/webhook/whatsapp', b'a=' + b'b' * (10 << 20),
                                              {'Content-Type': FORM})
        self.assertEqual((status, headers['content-type']), (413, 'application/problem+json'))

    def test_unknown_path_and_method(self):
        status, headers, body = self.service.ask('GET', '/nothing/here')
        self.assertEqual((status, headers['content-type']), (404, 'application/problem+json'))
        self.assertEqual(json.loads(body)['code'], 'not-found')
        status, headers, _ = self.service.ask('GET', '/webhook/whatsapp')
        self.assertEqual((status, headers['allow']), (405, 'POST'))

    def test_xml_answer(self):
        """What the vendor's own library makes of the same answer, also for a repeated delivery."""
        from twilio.twiml.voice_response import VoiceResponse
        wanted = VoiceResponse()
        wanted.say('שלום', language='he-IL', voice='Google.he-IL-Wavenet-A')
        wanted.hangup()
        for _ in range(2):
            status, headers, body = self.service.post(message(1), '/webhook/xml')
            self.assertEqual((status, headers['content-type']), (200, 'text/xml; charset=utf-8'))
            self.assertEqual(xml.etree.ElementTree.canonicalize(body.decode()),
                             xml.etree.ElementTree.canonicalize(wanted.to_xml()))


class Applying(Webhooks):
    def test_many_at_once(self):
        with concurrent.futures.ThreadPoolExecutor(16) as pool:
            statuses = list(pool.map(lambda n: self.service.post(message(n, sender=f'+9725{n % 7:08}'))[0], range(400)))
        self.assertEqual(set(statuses), {200})
        self.assertEqual({name for name, _ in self.applied(400)}, {sid(n) for n in range(400)})

    def test_order_of_one_sender(self):
        for number in range(40):
            self.service.post(message(number))
        self.assertEqual([name for name, _ in self.applied(40)], [sid(n) for n in range(40)])

    def test_retry_keeps_the_order_and_blocks_nobody_else(self):
        self.service.post(message(1, 'second time'))
        self.service.post(message(2, 'after it'))
        self.service.post(message(3, 'somebody else', sender='+972509999999'))
        self.assertEqual([body for _, body in self.applied(3)], ['somebody else', 'second time', 'after it'])

    def test_failure_in_the_middle_takes_nothing_with_it(self):
        """One commit of many rows: those of other senders are applied, those behind it wait for it, in order."""
        with open(self.hold, 'w', encoding='ascii'):
            pass
        bodies = ['first', 'second time', 'third', 'never', 'fifth']
        for number in range(100):
            self.service.post(message(number, bodies[number // 20], sender=f'+9725{number % 20:08}'))
        self.service.kill()
        os.unlink(self.hold)
        self.service.start()
        applied = [int(name[2:], 16) for name, _ in self.applied(80)]
        for sender in range(20):
            self.assertEqual([number for number in applied if number % 20 == sender],
                             [sender, sender + 20, sender + 40, sender + 80])
        self.assertEqual(self.service.metric('moked_webhooks_total{outcome="failed"}'), 20)

    def test_depth(self):
        """What waits is counted exactly, whatever comes, goes and restarts meanwhile."""
        depths = []

        def depth():
            depths.append(self.service.metric('moked_webhook_inbox_depth'))
            return depths[-1]

        with open(self.hold, 'w', encoding='ascii'):
            pass
        for number in range(30):
            self.service.post(message(number, 'never' if number == 7 else 'שלום', sender=f'+9725{number:08}'))
        eventually(lambda: depth() == 29)
        self.service.kill()
        self.service.start()
        eventually(lambda: depth() == 29)
        os.unlink(self.hold)
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            posts = [pool.submit(self.service.post, message(n, sender=f'+9725{n:08}')) for n in range(30, 330)]
            while not all(post.done() for post in posts):
                depth()
        self.applied(329)
        eventually(lambda: depth() == 0)
        self.assertLessEqual(max(depths), 329)

    def test_what_never_works_is_given_up_and_seen(self):
        self.service.post(message(1, 'never'))
        self.service.post(message(2, 'after it'))
        self.assertEqual([body for _, body in self.applied(1)], ['after it'])
        self.assertEqual(self.service.metric('moked_webhooks_total{outcome="failed"}'), 1)
        self.assertIn('This one never works', self.service.log())

    def test_kill_between_webhook_and_apply(self):
        with open(self.hold, 'w', encoding='ascii'):
            pass
        for number in range(20):
            self.assertEqual(self.service.post(message(number))[0], 200)
        self.assertEqual(self.service.samples(), [])
        self.service.kill()
        os.unlink(self.hold)
        self.service.start()
        self.assertEqual([name for name, _ in self.applied(20)], [sid(n) for n in range(20)])
        self.assertEqual(self.service.post(message(3))[0], 200)
        self.service.post(message(99))
        self.assertEqual(len(self.applied(21)), 21)

    def test_kill_under_load_loses_nothing(self):
        acknowledged = []

        def post(number):
            try:
                if self.service.post(message(number, sender=f'+9725{number % 50:08}'))[0] == 200:
                    acknowledged.append(sid(number))
            except OSError:
                pass

        with concurrent.futures.ThreadPoolExecutor(16) as pool:
            futures = [pool.submit(post, number) for number in range(600)]
            eventually(lambda: len(acknowledged) > 150)
            process = self.service.process
            process.kill()
            concurrent.futures.wait(futures)
        process.wait()
        process.stdout.close()
        self.service.start()
        names = eventually(lambda: (seen := [name for name, _ in self.service.samples()]) and
                           set(acknowledged) <= set(seen) and seen)
        self.assertEqual(len(names), len(set(names)))

    def test_stop_and_start(self):
        self.service.post(message(1))
        self.applied(1)
        self.assertEqual(self.service.stop(), 0)
        self.service.start()
        self.service.post(message(1))
        self.service.post(message(2))
        self.assertEqual([name for name, _ in self.applied(2)], [sid(1), sid(2)])


class FullDisk(unittest.TestCase):
    """The files may not grow beyond a limit: what cannot be stored is refused, and the service lives on."""

    @staticmethod
    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (2 << 20, 2 << 20))

    def test_not_stored_is_not_acknowledged(self):
        with tempfile.TemporaryDirectory() as folder, Sample(PROGRAM, folder, preexec=self.limit) as service:
            statuses = []
            for number in range(60):
                statuses.append(service.post(message(number, 'א' * 50000, sender=f'+9725{number:08}'))[0])
                if statuses[-1] != 200:
                    break
            self.assertEqual(statuses[-1], 503)
            self.assertEqual(set(statuses[:-1]), {200})
            self.assertIsNone(service.process.poll())
            stored = {name for name, _ in eventually(
                lambda: len(service.samples()) >= 1 and service.samples())}
            self.assertLessEqual(stored, {sid(n) for n in range(len(statuses) - 1)})


if __name__ == '__main__':
    PROGRAM = sys.argv.pop(1)
    unittest.main()
