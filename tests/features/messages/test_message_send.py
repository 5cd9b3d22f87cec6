#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A message's way from the office to Twilio and what is told of it: once, whatever fails on the way.

    test_message_send.py PATH-OF-MOKED-SERVICE

What cannot be helped: Twilio's API takes no key that makes a POST repeatable. After a try whose end nobody knows the
service asks Twilio for that message before it sends again; it would be doubled only if Twilio had taken it and did not
show it in its list seconds later.
"""
import itertools
import os
import random
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..', 'support'))
from live_office import LiveOffice, OFFICE_NUMBER, eventually, sid, ulid
from office import ACCOUNT_SID, PUBLIC_URL
from twilio_stand_in import (GARBLED_ANSWER, GOOD, HELD, HELD_WITHOUT_EFFECT, LOST_ANSWER, LOST_REQUEST, TwilioStandIn,
                             refusal)

STATUS = '/webhook/whatsapp_status'


class Sending(unittest.TestCase):
    def setUp(self):
        self.twilio = self.enterContext(TwilioStandIn())
        self.office = self.enterContext(LiveOffice(PROGRAM, self.enterContext(tempfile.TemporaryDirectory()), self.twilio))
        self.numbers = itertools.count(1)

    def talk(self, **changes):
        """A conversation, and the address of who it is with."""
        number = next(self.numbers)
        conversation = self.office.person_writes(number, sender=f'+97250{number:07}', **changes)
        return conversation['id'], f"whatsapp:{conversation['address']}"

    def send(self, conversation, body='בסדר גמור'):
        """As a desktop's outbox does. Returns the message's id."""
        message = ulid()
        outcome = self.office.command('message.send', message_id=message, conversation_id=conversation, body=body)
        self.assertEqual(outcome['status'], 'applied', outcome)
        return message

    def message(self, message):
        return next(row for row in self.office.rows('message') if row['id'] == message)

    def wait_for(self, message, state, **options):
        def look():
            row = self.message(message)
            return row['state'] == state and row

        try:
            return eventually(look, state, **options)
        except AssertionError as error:
            raise AssertionError(self.message(message)) from error

    def wait_until_handed_over(self, message):
        return eventually(lambda: (row := self.message(message))['provider_id'] and row, "Twilio's answer to be noted")

    def report(self, row, status, code=None):
        """Twilio tells how far a message came."""
        form = {'MessageSid': row['provider_id'], 'SmsSid': row['provider_id'], 'MessageStatus': status,
                'SmsStatus': status, 'AccountSid': ACCOUNT_SID, 'From': f'whatsapp:{OFFICE_NUMBER}',
                'To': 'whatsapp:+972500000001', 'ApiVersion': '2010-04-01'}
        if code:
            form |= {'ErrorCode': str(code), 'ErrorMessage': 'as Twilio says it'}
        answer = self.office.webhook(STATUS, form)
        self.assertEqual(answer.status, 200, answer)

    def wait_until_applied(self, message):
        """The message when nothing that Twilio told so far waits to be applied."""
        eventually(lambda: self.metric('moked_webhook_inbox_depth') == 0, 'the inbox to be empty')
        return self.message(message)

    def metric(self, name):
        for line in self.office.send('GET', '/metrics', None, {}).body.splitlines():
            if line.startswith(name + ' '):
                return float(line.rpartition(' ')[2])
        raise AssertionError(f'no {name}')


class HandedOver(Sending):
    def test_from_the_outbox(self):
        conversation, to = self.talk()
        row = self.wait_until_handed_over(self.send(conversation, 'נתראה ביום ג׳ ב־10:00 👍'))
        [post] = self.twilio.posts_to(to)
        self.assertEqual(post, {'To': to, 'From': f'whatsapp:{OFFICE_NUMBER}', 'Body': 'נתראה ביום ג׳ ב־10:00 👍',
                                'StatusCallback': PUBLIC_URL + STATUS})
        self.assertEqual((row['state'], row['provider_id']), ('sending', self.twilio.messages_to(to)[0]['sid']))

    def test_order_of_one_conversation(self):
        conversation, to = self.talk()
        sent = [self.send(conversation, f'הודעה {i}') for i in range(8)]
        self.wait_until_handed_over(sent[-1])
        self.assertEqual([message['body'] for message in self.twilio.messages_to(to)], [f'הודעה {i}' for i in range(8)])

    def test_equal_words_are_two_messages(self):
        conversation, to = self.talk()
        rows = [self.wait_until_handed_over(self.send(conversation, 'כן')) for _ in range(2)]
        self.assertEqual(len(self.twilio.messages_to(to)), 2)
        self.assertEqual(len({row['provider_id'] for row in rows}), 2)


class Reports(Sending):
    def setUp(self):
        super().setUp()
        self.conversation, self.to = self.talk()

    def handed_over(self):
        message = self.send(self.conversation)
        return message, self.wait_until_handed_over(message)

    def test_in_any_order_and_repeated(self):
        reports = ['queued', 'sending', 'sent', 'delivered', 'read'] * 2
        for seed in range(4):
            message, row = self.handed_over()
            random.Random(seed).shuffle(reports)
            for status in reports:
                self.report(row, status)
            self.assertEqual(self.wait_until_applied(message)['state'], 'read', reports)

    def test_each_step_is_seen(self):
        message, row = self.handed_over()
        for status in ('sent', 'delivered', 'read'):
            self.report(row, status)
            self.wait_for(message, status)

    def test_failure_has_a_reason(self):
        for code, words in ((63016, '24 hours'), (21610, 'asked not to receive'), (63003, 'no WhatsApp'), (99999, 'Twilio')):
            for status in ('failed', 'undelivered'):
                with self.subTest(code=code, status=status):
                    message, row = self.handed_over()
                    self.report(row, status, code)
                    self.report(row, 'sent')
                    self.report(row, status, code)
                    seen = self.wait_until_applied(message)
                    self.assertEqual(seen['state'], status)
                    self.assertIn(words, seen['error'])

    def test_no_failure_after_delivery(self):
        message, row = self.handed_over()
        for status, code in (('delivered', None), ('undelivered', 30008), ('failed', 30008)):
            self.report(row, status, code)
        seen = self.wait_until_applied(message)
        self.assertEqual((seen['state'], seen['error']), ('delivered', None))

    def test_report_that_overtakes_the_answer(self):
        self.twilio.behave(self.to, HELD)
        message = self.send(self.conversation)
        [taken] = eventually(lambda: self.twilio.messages_to(self.to), 'Twilio to take it')
        self.report({'provider_id': taken['sid']}, 'delivered')
        self.report({'provider_id': taken['sid']}, 'sent')
        self.wait_until_applied(message)
        self.twilio.release()
        self.wait_for(message, 'delivered')

    def test_reports_of_nothing(self):
        for status in ('delivered', 'failed'):
            self.report({'provider_id': sid('SM', 999999)}, status, 30008)
        message, row = self.handed_over()
        self.assertEqual(self.wait_until_applied(message)['state'], 'sending')
        form = {'MessageSid': row['provider_id'], 'MessageStatus': 'read'}
        self.assertEqual(self.office.webhook(STATUS, form, sign='AAAA').status, 403)
        self.assertEqual(self.office.webhook(STATUS, {'MessageSid': row['provider_id']}).status, 400)
        self.assertEqual(self.wait_until_applied(message)['state'], 'sending')


class Trouble(Sending):
    def test_it_is_tried_again_and_arrives_once(self):
        """One message each in every trouble that passes; all at once, because the next try comes seconds later."""
        sent = {}
        for mood in (LOST_REQUEST, LOST_ANSWER, GARBLED_ANSWER, refusal(429, 20429, Retry_After='1'),
                     refusal(500, 20500), refusal(503, 20503), refusal(502, 0)):
            conversation, to = self.talk()
            # The first of two on the same connection: a library that sends a POST again by itself would be seen.
            first = self.send(conversation, 'לפני כן')
            self.wait_until_handed_over(first)
            self.twilio.behave(to, mood, GOOD)
            sent[to] = mood, self.send(conversation, 'אחרי כן')
        for to, (mood, message) in sent.items():
            with self.subTest(mood=mood):
                row = self.wait_until_handed_over(message)
                self.assertEqual([one['body'] for one in self.twilio.messages_to(to)], ['לפני כן', 'אחרי כן'])
                self.assertEqual(row['provider_id'], self.twilio.messages_to(to)[1]['sid'])
                self.assertIsNone(row['error'])
                had_effect = mood in (LOST_ANSWER, GARBLED_ANSWER)
                self.assertEqual(len(self.twilio.posts_to(to)), 2 if had_effect else 3)

    def test_what_twilio_refuses_is_told_and_not_tried_again(self):
        for status, code, words in ((400, 21610, 'asked not to receive'), (400, 63016, '24 hours'),
                                    (400, 21211, 'not valid'), (401, 20003, 'credentials'), (400, 0, 'HTTP 400')):
            with self.subTest(code=code):
                conversation, to = self.talk()
                self.twilio.behave(to, refusal(status, code))
                row = self.wait_for(self.send(conversation), 'failed')
                self.assertIn(words, row['error'])
                self.assertEqual((len(self.twilio.posts_to(to)), self.twilio.messages_to(to)), (1, []))

    def test_refused_message_is_sent_again_by_a_person(self):
        conversation, to = self.talk()
        self.twilio.behave(to, refusal(400, 21610), GOOD)
        message = self.send(conversation)
        self.wait_for(message, 'failed')
        self.assertEqual(self.office.command('message.retry', message_id=message)['status'], 'applied')
        row = self.wait_until_handed_over(message)
        self.assertIsNone(row['error'])
        self.assertEqual(len(self.twilio.messages_to(to)), 1)
        self.assertEqual(self.office.command('message.retry', message_id=message)['status'], 'rejected')

    def test_without_a_conversation_twilio_is_not_asked(self):
        _, to = self.talk()
        outcome = self.office.command('message.send', message_id=ulid(), conversation_id=ulid(), body='שלום')
        self.assertEqual((outcome['status'], outcome['code']), ('rejected', 'rejected'))
        self.assertEqual(self.twilio.posts_to(to), [])


class Killed(Sending):
    def restart(self):
        self.office.kill()
        self.twilio.release()
        self.office.start()

    def kill_while(self, mood):
        """kill -9 while Twilio is asked. Returns the message and to whom it goes."""
        conversation, to = self.talk()
        self.twilio.behave(to, mood, GOOD)
        message = self.send(conversation)
        eventually(lambda: self.twilio.posts_to(to), 'Twilio to be asked')
        if mood == HELD:
            eventually(lambda: self.twilio.messages_to(to), 'Twilio to take it')
        self.restart()
        return self.wait_until_handed_over(message), to

    def test_after_twilio_took_it(self):
        row, to = self.kill_while(HELD)
        [taken] = self.twilio.messages_to(to)
        self.assertEqual((row['provider_id'], len(self.twilio.posts_to(to))), (taken['sid'], 1))

    def test_before_twilio_took_it(self):
        row, to = self.kill_while(HELD_WITHOUT_EFFECT)
        [taken] = self.twilio.messages_to(to)
        self.assertEqual((row['provider_id'], len(self.twilio.posts_to(to))), (taken['sid'], 2))

    def test_equal_words_sent_before_are_not_taken_for_it(self):
        conversation, to = self.talk()
        first = self.wait_until_handed_over(self.send(conversation, 'כן'))
        self.twilio.behave(to, HELD_WITHOUT_EFFECT, GOOD)
        message = self.send(conversation, 'כן')
        eventually(lambda: len(self.twilio.posts_to(to)) == 2, 'Twilio to be asked')
        self.restart()
        row = self.wait_until_handed_over(message)
        self.assertNotEqual(row['provider_id'], first['provider_id'])
        self.assertEqual(len(self.twilio.messages_to(to)), 2)

    def test_whenever(self):
        """Right after the outbox heard that it was accepted, wherever the job is by then."""
        conversation, to = self.talk()
        for number in range(5):
            message = self.send(conversation, f'הודעה {number}')
            self.restart()
            self.wait_until_handed_over(message)
        self.assertEqual([one['body'] for one in self.twilio.messages_to(to)], [f'הודעה {n}' for n in range(5)])


class Cancelled(Sending):
    def cancel(self, message):
        return self.office.command('message.cancel', message_id=message)

    def test_before_the_job_ran(self):
        """The one before it in the conversation is still with Twilio, so that it waits."""
        conversation, to = self.talk()
        self.twilio.behave(to, HELD, GOOD)
        first, second, third = (self.send(conversation, body) for body in ('ראשונה', 'שנייה', 'שלישית'))
        eventually(lambda: self.twilio.messages_to(to), 'Twilio to take the first')
        self.assertEqual(self.cancel(second)['status'], 'applied')
        self.assertEqual(self.cancel(second)['status'], 'applied')
        self.wait_for(second, 'cancelled')
        self.twilio.release()
        for message in (first, third):
            self.wait_until_handed_over(message)
        self.assertEqual([one['body'] for one in self.twilio.messages_to(to)], ['ראשונה', 'שלישית'])
        self.assertEqual((self.message(second)['state'], self.message(second)['provider_id']), ('cancelled', None))
        self.restart_and_see_that_nothing_is_sent(to, 2)

    def restart_and_see_that_nothing_is_sent(self, to, count):
        self.office.kill()
        self.office.start()
        conversation, other = self.talk()
        self.wait_until_handed_over(self.send(conversation))
        self.assertEqual((len(self.twilio.posts_to(to)), len(self.twilio.messages_to(other))), (count, 1))

    def test_too_late(self):
        conversation, to = self.talk()
        self.twilio.behave(to, HELD)
        message = self.send(conversation)
        eventually(lambda: self.twilio.messages_to(to), 'Twilio to take it')
        outcome = self.cancel(message)
        self.assertEqual((outcome['status'], outcome['code']), ('rejected', 'rejected'))
        self.assertIn('sent already', outcome['detail'])
        self.twilio.release()
        self.wait_until_handed_over(message)

    def test_what_is_no_message_of_ours(self):
        self.talk()
        [incoming] = self.office.rows('message')
        for message in (incoming['id'], ulid()):
            self.assertEqual(self.cancel(message)['status'], 'rejected')


if __name__ == '__main__':
    PROGRAM = sys.argv.pop(1)
    unittest.main(verbosity=2, durations=5)
