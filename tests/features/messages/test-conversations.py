#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Conversations as somebody in the office works with them."""

import contextlib
import os
import re
import sqlite3
import sys
import time

TESTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..')
sys.path += [os.path.join(TESTS, 'app'), os.path.join(TESTS, 'support')]

import a11y_audit
import app_test
import gui_test
import office
from waiting import until


class Conversations(app_test.AppTestCase):
    def open_first(self, person):
        person.key('ctrl+1')
        conversations = person.find('list', 'שיחות')
        person.until(lambda: conversations.all('list item'), 'conversations')
        conversations.all('list item')[0].click()
        person.until(lambda: person.find('list', 'הודעות').all('list item'), 'messages')

    def test_reply_is_delivered(self):
        person = self.open_demo()
        self.open_first(person)
        person.type('נקבע ליום שלישי')
        person.key('Return')
        bubble = person.find('list item', re.compile('המשרד.*נקבע ליום שלישי'))
        bubble.find('image', 'נמסרה')
        self.assertEqual(a11y_audit.audit(person), [])

    def test_draft_survives_a_restart(self):
        person = self.open_demo()
        self.open_first(person)
        person.type('עוד לא נשלח')
        person.field('הודעה').wait_text('עוד לא נשלח')
        person.quit()
        again = self.start('moked', '--demo', '--data-dir', self.folder)
        self.open_first(again)
        again.field('הודעה').wait_text('עוד לא נשלח')

    def test_each_conversation_has_its_draft(self):
        person = self.open_demo()
        conversations = person.find('list', 'שיחות')
        self.open_first(person)
        first, second = (row.name for row in conversations.all('list item')[:2])
        person.type('לראשונה')
        conversations.find('list item', second).click()
        person.field('הודעה').wait_text('')
        person.field('הודעה').fill('לשנייה')
        conversations.find('list item', first).click()
        person.field('הודעה').wait_text('לראשונה')
        conversations.find('list item', second).click()
        person.field('הודעה').wait_text('לשנייה')

    @contextlib.contextmanager
    def opened_offline(self):
        """The program while nothing answers: somebody else has the data of its service."""
        self.open_demo().quit()
        data = os.path.join(self.folder, 'service')
        with self.service_of(data):
            os.remove(os.path.join(data, 'service.json'))
            person = self.start('moked', '--demo', '--data-dir', self.folder)
            person.find('button', re.compile('לא מקוון'))
            yield person

    def write(self, person, text):
        person.field('הודעה').fill(text)
        person.key('Return')
        return person.find('list item', re.compile(text))

    def test_waiting_message_is_taken_back(self):
        with self.opened_offline() as person:
            self.open_first(person)
            bubble = self.write(person, 'לא לשלוח')
            bubble.find('label', 'ממתינה לשליחה')
            bubble.button('ביטול השליחה').click()
            person.wait_gone('list item', re.compile('לא לשלוח'))
            self.write(person, 'אבל זו כן')
        person.find('list item', re.compile('אבל זו כן')).find('image', 'נמסרה')
        person.find('button', 'מסונכרן')
        self.assertEqual(person.all('list item', re.compile('לא לשלוח')), [])

    def let_last_message_come(self, at, *, known=False):
        """While nobody has the data, what is known of the time in which free text may be sent is changed."""
        for path in ['service/moked.db'] + ['cache.db'] * known:
            with contextlib.closing(sqlite3.connect(os.path.join(self.folder, path))) as database:
                with database:
                    database.execute('UPDATE conversation SET last_incoming_at = ?', (at,))

    @contextlib.contextmanager
    def opened_with_held_message(self):
        """While the computer was off, the time in which WhatsApp takes free text ended."""
        with self.opened_offline() as person:
            self.open_first(person)
            self.write(person, 'באיחור').find('label', 'ממתינה לשליחה')
            person.quit()
        self.let_last_message_come(1)
        again = self.start('moked', '--demo', '--data-dir', self.folder)
        self.open_first(again)
        bubble = again.find('list item', re.compile('באיחור'))
        bubble.find('label', re.compile('חלפו יותר מ־24 שעות.*תבנית מאושרת'))
        bubble.find('image', 'לא נשלחה')
        # What had been read here was told to the service, which told when the last message came in its eyes.
        again.find('label', re.compile('עברו יותר מ־24 שעות.*תבניות מאושרות.*להתקשר אפשר תמיד'))
        self.assertEqual(again.all('button', 'שליחה'), [])
        self.assertEqual(again.all('button', 'שליחה בכל זאת'), [])
        yield again

    def test_held_message_is_dropped(self):
        with self.opened_with_held_message() as person:
            person.button('הסרה').do('click')
            person.wait_gone('list item', re.compile('באיחור'))
            person.find('button', 'מסונכרן')

    def test_held_message_is_sent_once_it_may_be(self):
        with self.opened_with_held_message() as person:
            person.quit()
        self.let_last_message_come(time.time_ns() // 1000, known=True)
        again = self.start('moked', '--demo', '--data-dir', self.folder)
        self.open_first(again)
        again.button('שליחה בכל זאת').click()
        again.find('list item', re.compile('באיחור')).find('image', 'נמסרה')

    @contextlib.contextmanager
    def opened_with_late_message(self):
        """It was written in the evening, without a connection; now it is morning."""
        with self.opened_offline() as person:
            self.open_first(person)
            self.write(person, 'מאמש').find('label', 'ממתינה לשליחה')
            person.quit()
        with contextlib.closing(sqlite3.connect(os.path.join(self.folder, 'cache.db'))) as cache:
            with cache:
                cache.execute('UPDATE outbox SET made_at = made_at - 13 * 3600 * 1000000')
        again = self.start('moked', '--demo', '--data-dir', self.folder)
        self.open_first(again)
        again.find('list item', re.compile('מאמש')).find('label', re.compile('לפני יותר מ־12 שעות'))
        yield again

    def test_late_message_is_asked_about_in_the_list(self):
        with self.opened_with_late_message() as person:
            person.find('label', re.compile('פעולה אחת לא בוצעה ודורשת החלטה'))
            person.find('button', re.compile('^הצגה')).click()
            dialog = person.find('dialog', 'ממתינים לשליחה')
            dialog.find('label', re.compile('לפני יותר מ־12 שעות'))
            self.assertEqual(a11y_audit.audit(person), [])
            dialog.button('שליחה בכל זאת').click()
            dialog.find('label', 'הכול נשלח')
            person.key('Escape')
            person.find('list item', re.compile('מאמש')).find('image', 'נמסרה')

    def test_late_message_is_written_again(self):
        with self.opened_with_late_message() as person:
            person.button('עריכה').click()
            person.wait_gone('list item', re.compile('מאמש'))
            person.field('הודעה').wait_text('מאמש')
            person.key('Return')
            person.find('list item', re.compile('מאמש')).find('image', 'נמסרה')

    def count_resolved(self):
        """In the copy that the pages show."""
        with contextlib.closing(sqlite3.connect(os.path.join(self.folder, 'cache.db'))) as cache:
            return cache.execute("SELECT count(*) FROM conversation WHERE state = 'resolved'").fetchone()[0]

    def test_state_is_one_step(self):
        person = self.open_demo()
        self.open_first(person)
        before = self.count_resolved()
        person.find('toggle button', 'מצב השיחה').click()
        person.find('menu item', 'טופלה').click()
        person.wait_heard('מצב השיחה: טופלה')
        person.until(lambda: self.count_resolved() == before + 1, 'the state in the copy')
        person.key('ctrl+z')
        person.until(lambda: self.count_resolved() == before, 'the state as it was')

    def test_narrow(self):
        person = self.open_demo()
        self.session.screen.resize(360, 720)
        person.key('ctrl+1')
        conversations = person.find('list', 'שיחות')
        person.until(lambda: conversations.all('list item'), 'conversations')
        conversations.all('list item')[0].click()
        self.assertTrue(person.find('button', 'שליחה').in_view)


class Webhook(app_test.TwilioTestCase):
    number = 0

    def noa_writes(self, body, **changes):
        self.number += 1
        self.tell(office.WHATSAPP_PATH, office.whatsapp_message(f'SM{self.number:032x}', body, **changes))

    def open_noa(self, person):
        person.key('ctrl+1')
        person.find('list item', 'נועה לדוגמה').click()
        return person.find('list', 'הודעות')

    def test_new_person_appears_with_a_notification(self):
        person = self.open_demo()
        person.key('ctrl+1')
        self.noa_writes('שלום, הדירה עוד פנויה?')
        person.find('list item', 'נועה לדוגמה')
        notification = self.session.notifications.wait_for('נועה לדוגמה')
        self.assertIn('הדירה עוד פנויה', notification['body'])
        self.open_noa(person).find('list item', re.compile('הדירה עוד פנויה'))
        until(lambda: self.session.notifications.is_closed(notification), 'the notification to go')

    def test_what_came_is_named_and_nothing_is_offered_that_is_not_here(self):
        person = self.open_demo()
        url = 'https://api.twilio.com/2010-04-01/Accounts/AC/Messages/MM/Media/ME1'
        self.noa_writes('', NumMedia='1', MediaUrl0=url, MediaContentType0='application/pdf', MessageType='document')
        self.noa_writes('', Latitude='32.0853', Longitude='34.7818', Label='רוטשילד 1', MessageType='location')
        self.noa_writes('פרטים ב-https://a.example/1?x=1&y=2.')
        messages = self.open_noa(person)
        document = messages.find('list item', re.compile('מסמך · PDF'))
        document.find('label', 'הקובץ עצמו לא נשמר במוקד')
        self.assertEqual(document.all(('button', 'link')), [])
        place = messages.find('list item', re.compile('מיקום · רוטשילד 1'))
        place.find('label', 'הצגה במפה')
        messages.find('label', 'פרטים ב-https://a.example/1?x=1&y=2.')

    def test_who_reads_above_stays_there(self):
        person = self.open_demo()
        for number in range(60):
            self.noa_writes(f'הודעה מספר {number}')
        messages = self.open_noa(person)
        messages.find('list item', re.compile('הודעה מספר 59'))
        person.screen.scroll(*messages.center, -15)
        button = person.find('button', 'להודעה האחרונה')
        seen = next(row for row in messages.all('list item') if row.in_view)
        name, box = seen.name, seen.wait_still().box
        self.noa_writes('חדשה בינתיים')
        person.until(lambda: 'חדשה בינתיים' in person.find('list', 'שיחות').all('list item')[0].description, 'the news')
        self.assertEqual(messages.find('list item', name).wait_still().box, box)
        button.click()
        person.until(lambda: messages.find('list item', re.compile('חדשה בינתיים')).in_view, 'the newest in view')


if __name__ == '__main__':
    gui_test.main()
