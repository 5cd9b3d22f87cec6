#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls of a running service, as Twilio tells of them.

    test_calls_webhooks.py PATH-OF-MOKED-SERVICE
"""
import itertools
import json
import os
import random
import sys
import tempfile
import unittest
import xml.etree.ElementTree

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..', 'support'))
from live_office import LiveOffice, OFFICE_NUMBER, eventually, sid
from office import ACCOUNT_SID, AUTH_TOKEN, PUBLIC_URL

INCOMING, STATUS, RECORDING = '/webhook/incoming_call', '/webhook/call_status', '/webhook/call_recording'
WITHHELD = '+266696687'
STARTED, ANSWERED, ENDED = (f'Sat, 21 Nov 2026 10:{minute:02}:00 +0000' for minute in (0, 1, 3))
MICROSECONDS = 1_000_000

# Twilio's own lists of what a document and its verbs may hold, as far as an answering machine needs them.
VERBS = {'Say': {'language', 'voice', 'loop'}, 'Hangup': set(), 'Pause': {'length'}, 'Play': {'loop', 'digits'},
         'Record': {'action', 'method', 'timeout', 'finishOnKey', 'maxLength', 'playBeep', 'trim',
                    'recordingStatusCallback', 'recordingStatusCallbackMethod', 'recordingStatusCallbackEvent',
                    'transcribe', 'transcribeCallback'}}


class Calls(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.office = cls.enterClassContext(LiveOffice(PROGRAM, cls.enterClassContext(tempfile.TemporaryDirectory())))
        cls.numbers = itertools.count(1)

    def setUp(self):
        self.number = next(self.numbers)
        self.sid = sid('CA', self.number)
        self.caller = f'+97250{self.number:07}'

    def form(self, status='ringing', **changes):
        """What Twilio posts of a call."""
        return {'CallSid': self.sid, 'AccountSid': ACCOUNT_SID, 'From': self.caller, 'To': OFFICE_NUMBER,
                'Caller': self.caller, 'Called': OFFICE_NUMBER, 'CallStatus': status, 'Direction': 'inbound',
                'ApiVersion': '2010-04-01', 'FromCountry': 'IL', **changes}

    def report(self, status, sequence, at, **changes):
        return self.form(status, SequenceNumber=str(sequence), Timestamp=at,
                         CallbackSource='call-progress-events', **changes)

    def post(self, path, form):
        answer = self.office.webhook(path, form)
        self.assertEqual(answer.status, 200, answer)
        return answer

    def twiml(self, answer):
        """The verbs of an answer: name, attributes, text."""
        self.assertEqual(answer.type.partition(';')[0], 'text/xml')
        root = xml.etree.ElementTree.fromstring(answer.body.encode())
        self.assertEqual((root.tag, root.attrib), ('Response', {}))
        for verb in root:
            self.assertIn(verb.tag, VERBS)
            self.assertLessEqual(set(verb.attrib), VERBS[verb.tag], verb.tag)
            self.assertEqual(list(verb), [])
        return [(verb.tag, verb.attrib, verb.text) for verb in root]

    def calls(self):
        return [row for row in self.office.rows('call') if row['provider_id'] == self.sid]

    def customers(self):
        return [row for row in self.office.rows('customer') if row['phone'] == self.caller]

    def wait_for(self, **fields):
        """The one row of this call, when it says so."""
        def is_so():
            rows = self.calls()
            return rows and all(rows[0][name] == value for name, value in fields.items()) and rows

        rows = eventually(is_so, f'a call with {fields}')
        self.assertEqual(len(rows), 1)
        return rows[0]


class Answer(Calls):
    def test_greeting_and_a_message(self):
        greeting, record, goodbye, hangup = self.twiml(self.post(INCOMING, self.form()))
        self.assertEqual((greeting[0], greeting[1]['language']), ('Say', 'he-IL'))
        self.assertIn('משרד הדר', greeting[2])
        self.assertEqual(record[0], 'Record')
        self.assertEqual((record[1]['action'], record[1]['method'], record[1]['playBeep']),
                         (PUBLIC_URL + RECORDING, 'POST', 'true'))
        self.assertTrue(0 < int(record[1]['maxLength']) <= 3600)
        self.assertEqual((goodbye[0], hangup[0]), ('Say', 'Hangup'))

    def test_the_other_address(self):
        self.assertEqual(self.twiml(self.post('/voice/incoming', self.form()))[0][0], 'Say')
        self.wait_for(state='ringing')

    def test_row_and_lead(self):
        self.post(INCOMING, self.form(CallerName='רונית לוי'))
        call = self.wait_for(state='ringing')
        [customer] = self.customers()
        self.assertEqual((call['direction'], call['peer'], call['customer_id']), ('in', self.caller, customer['id']))
        self.assertEqual((customer['name'], customer['status'], customer['source']), ('רונית לוי', 'lead', 'call'))

    def test_repeated_delivery_is_answered_the_same(self):
        first, again = (self.post(INCOMING, self.form()).body for _ in range(2))
        self.assertEqual(first, again)
        self.wait_for(state='ringing')
        self.assertEqual(len(self.customers()), 1)

    def test_withheld_number_is_nobody(self):
        before = len(self.office.rows('customer'))
        self.post(INCOMING, self.form(From=WITHHELD))
        call = self.wait_for(state='ringing')
        self.assertEqual((call['peer'], call['customer_id']), (None, None))
        self.assertEqual(len(self.office.rows('customer')), before)

    def test_names_are_escaped(self):
        answer = self.post(INCOMING, self.form(CallerName='<Hangup/>&"'))
        self.assertEqual([verb[0] for verb in self.twiml(answer)], ['Say', 'Record', 'Say', 'Hangup'])
        self.wait_for(state='ringing')
        self.assertEqual(self.customers()[0]['name'], '<Hangup/>&"')

    def test_wrong_form(self):
        for wrong in ({'CallSid': ''}, {'CallStatus': 'dancing'}):
            with self.subTest(wrong=wrong):
                answer = self.office.webhook(INCOMING, self.form(**wrong))
                self.assertEqual((answer.status, answer.type), (400, 'application/problem+json'), answer)
        self.assertEqual(self.calls(), [])


class Course(Calls):
    def after_all_of_it(self):
        """The call when all that was posted so far is applied: what a call brings is applied in its order."""
        url = 'https://api.twilio.com/' + sid('RE', self.number)
        self.post(RECORDING, self.form('completed', RecordingSid=sid('RE', self.number), RecordingUrl=url))
        return self.wait_for(voicemail=url)

    def reports(self):
        return [self.report('initiated', 0, STARTED), self.report('ringing', 1, STARTED),
                self.report('in-progress', 2, ANSWERED), self.report('completed', 3, ENDED, CallDuration='118')]

    def test_reports_in_any_order_and_repeated(self):
        self.post(INCOMING, self.form())
        reports = self.reports() * 2
        random.Random(self.number).shuffle(reports)
        for report in reports:
            self.post(STATUS, report)
        call = self.after_all_of_it()
        self.assertEqual((call['state'], call['duration']), ('completed', 118))
        self.assertEqual(call['ended_at'] - call['answered_at'], 120 * MICROSECONDS)
        self.assertEqual(call['answered_at'] - call['started_at'], 60 * MICROSECONDS)
        self.assertEqual(len(self.customers()), 1)

    def test_end_before_the_beginning(self):
        """The report of the end overtakes the call itself."""
        for report in reversed(self.reports()):
            self.post(STATUS, report)
        self.post(INCOMING, self.form())
        call = self.after_all_of_it()
        self.assertEqual((call['state'], call['duration']), ('completed', 118))
        self.assertLess(call['started_at'], call['answered_at'])
        self.assertEqual(len(self.customers()), 1)

    def test_every_end(self):
        for status, state in (('busy', 'busy'), ('no-answer', 'no_answer'), ('failed', 'failed'),
                              ('canceled', 'canceled')):
            with self.subTest(status=status):
                self.setUp()
                self.post(INCOMING, self.form())
                self.post(STATUS, self.report(status, 1, ENDED, CallDuration='0'))
                self.post(STATUS, self.report('in-progress', 0, ANSWERED))
                self.assertEqual(self.after_all_of_it()['state'], state)

    def test_report_of_a_call_that_nobody_knows_makes_its_row(self):
        self.post(STATUS, self.report('completed', 3, ENDED, CallDuration='7'))
        self.assertEqual(self.wait_for(state='completed')['duration'], 7)

    def test_recorded_message(self):
        self.post(INCOMING, self.form())
        verbs = self.twiml(self.post(RECORDING, self.form(
            'in-progress', RecordingSid='RE3', RecordingUrl='https://api.twilio.com/RE3', RecordingDuration='12',
            Digits='#')))
        self.assertEqual([verb[0] for verb in verbs], ['Say', 'Hangup'])
        call = self.wait_for(voicemail='https://api.twilio.com/RE3')
        self.assertEqual((call['voicemail_duration'], call['state']), (12, 'in_progress'))

    def test_kill_between_call_and_row(self):
        self.post(INCOMING, self.form())
        self.office.kill()
        self.office.start()
        self.wait_for(state='ringing')
        self.assertEqual(len(self.customers()), 1)


class Live(Calls):
    def ring(self, **changes):
        """Another call of the same person. Returns its CallSid."""
        self.sid = sid('CA', 1000 + next(self.numbers))
        self.post(INCOMING, self.form(**changes))
        return self.sid

    def test_desktop_hears_who_calls(self):
        from websockets.sync.client import connect
        self.post(INCOMING, self.form(CallerName='דנה'))
        self.wait_for(state='ringing')
        [customer] = self.customers()
        with connect(f'ws://127.0.0.1:{self.office.port}/api/sync/live', open_timeout=10,
                     additional_headers={'Authorization': f'Bearer {self.office.token}'}) as desktop:
            wanted = [{'call_id': self.ring(), 'from': self.caller, 'customer_id': customer['id'], 'name': 'דנה'},
                      {'call_id': self.ring(From=WITHHELD), 'from': None, 'customer_id': None, 'name': None}]
            heard = []
            while len(heard) < 2:
                message = json.loads(desktop.recv(20))
                if message['type'] == 'event':
                    self.assertEqual(message['name'], 'call.incoming')
                    heard.append(message['data'])
        self.assertEqual([{**dict.fromkeys(wanted[0]), **data} for data in heard], wanted)


class Refused(Calls):
    def test_wrong_signature(self):
        for path in (INCOMING, STATUS, RECORDING, '/voice/incoming'):
            for sign in ('AAAAAAAAAAAAAAAAAAAAAAAAAAA=', ''):
                with self.subTest(path=path, sign=sign):
                    answer = self.office.webhook(path, self.form(CallerName='private name'), sign=sign)
                    self.assertEqual((answer.status, answer.type), (403, 'application/problem+json'))
                    self.assertNotIn('Response', answer.body)
        refusals = [line for line in self.office.log() if line['message'] == 'request refused']
        self.assertIn(('/webhook/incoming_call', '403'), [(line['route'], line['status']) for line in refusals])
        written = json.dumps(self.office.log(), ensure_ascii=False)
        for secret in (AUTH_TOKEN, 'private name', self.caller, self.caller.lstrip('+'), 'AAAAAAAA'):
            self.assertNotIn(secret, written)
        self.assertEqual((self.calls(), self.customers()), ([], []))


if __name__ == '__main__':
    PROGRAM = sys.argv.pop(1)
    unittest.main(verbosity=2)
