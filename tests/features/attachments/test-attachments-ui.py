#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files as people of an office meet them: attached to a person, on their way, and opened by somebody else."""

import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile

TESTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..')
sys.path += [os.path.join(TESTS, 'app'), os.path.join(TESTS, 'support')]

import a11y_audit
import gui_test
from file_office import FileOffice, sha256
from office import ready_line
from waiting import until

DANA = 'דנה כהן'
CONTRACT = 'חוזה שכירות.txt'
TEXT = 'הצדדים מסכימים כדלקמן\n' * 1000
SETTINGS = 'io.github.moked_crm.Moked'


class SteadyOffice(FileOffice):
    """A service that comes back at the same address."""

    port = 0

    def start(self):
        with open(f'{self.folder}/log', 'ab') as log:
            self.process = subprocess.Popen(
                [self.program, '--data-dir', self.folder, '--listen', f'127.0.0.1:{self.port}'],
                stdout=subprocess.PIPE, stderr=log)
        self.port = int(ready_line(self.process)['listen'].rpartition(':')[2])


class AttachmentsTestCase(gui_test.GuiTestCase):
    def setUp(self):
        self.folder = self.enterContext(tempfile.TemporaryDirectory(prefix='moked-files-'))
        os.mkdir(f'{self.folder}/service')
        self.office = self.enterContext(SteadyOffice(shutil.which('moked-service'), f'{self.folder}/service'))
        self.dana = self.office.ask('POST', '/api/customers', {'name': DANA, 'phone': '052-345-6789'}).body['id']
        self.session.set_appearance()
        self.session.screen.resize(1600, 900)
        self.session.run('gsettings', 'set', SETTINGS, 'service-address', f'http://127.0.0.1:{self.office.port}')
        self.addCleanup(self.session.run, 'gsettings', 'reset-recursively', SETTINGS)
        self.add_reader()

    def add_reader(self):
        """A program for texts, which keeps what it was given to open."""
        self.opened = f'{self.folder}/opened'
        applications = os.path.join(self.session.env['XDG_DATA_HOME'], 'applications')
        os.makedirs(applications, exist_ok=True)
        script = f'{self.folder}/reader'
        with open(os.open(script, os.O_WRONLY | os.O_CREAT, 0o755), 'w', encoding='utf-8') as file:
            file.write(f'#!/bin/sh\ncp "$1" "{self.opened}.part" && basename "$1" >"{self.opened}.name" &&\n'
                       f'mv -f "{self.opened}.part" "{self.opened}"\n')
        with open(f'{applications}/reader.desktop', 'w', encoding='utf-8') as file:
            file.write(f'[Desktop Entry]\nType=Application\nName=Reader\nExec={script} %f\nMimeType=text/plain;\n')
        with open(f'{applications}/mimeapps.list', 'w', encoding='utf-8') as file:
            file.write('[Default Applications]\ntext/plain=reader.desktop\n')

    def wait_opened(self):
        """(name, content) of what the reader got."""
        until(lambda: os.path.exists(self.opened), 'the reader to be started')
        with open(self.opened, 'rb') as file, open(f'{self.opened}.name', encoding='utf-8') as name:
            found = name.read().strip(), file.read()
        os.remove(self.opened)
        return found

    def open_desk(self, name='desk'):
        folder = f'{self.folder}/{name}'
        os.mkdir(folder, 0o700)
        with open(f'{folder}/device.json', 'w', encoding='utf-8') as file:
            json.dump({'token': self.office.token}, file)
        person = self.start('moked', '--data-dir', folder)
        person.find('button', 'מסונכרן')
        person.find('list item', re.compile('^לקוחות')).click()
        person.find('list item', DANA).click()
        person.find('label', '052-345-6789')
        return person

    def make_file(self, name=CONTRACT, content=TEXT):
        path = f'{self.folder}/{name}'
        with open(path, 'w', encoding='utf-8') as file:
            file.write(content)
        return path

    def attach(self, person, path):
        person.key('ctrl+shift+a')
        chooser = person.find(('dialog', 'frame', 'file chooser'), 'צירוף קבצים')
        person.type('/')
        field = chooser.find(('entry', 'text'))
        field.fill(path)
        person.key('Return')
        person.wait_gone(('dialog', 'frame', 'file chooser'), 'צירוף קבצים')

    def rows(self, person, name=CONTRACT):
        """The buttons that open this file: on the timeline and among the details."""
        return [row for row in person.all('button', name) if row.description]

    def wait_state(self, person, text, name=CONTRACT):
        person.until(lambda: (rows := self.rows(person, name)) and all(text in row.description for row in rows),
                     lambda: f'“{text}” at {[row.description for row in self.rows(person, name)]}')

    def wait_settled(self, person, name=CONTRACT):
        """Nothing is said of its bytes any more: here, and in the service."""
        person.until(lambda: (rows := self.rows(person, name)) and all('\n' not in row.description for row in rows),
                     lambda: f'no state at {[row.description for row in self.rows(person, name)]}')


class Attaching(AttachmentsTestCase):
    def test_without_a_connection_and_seen_by_another(self):
        person = self.open_desk()
        self.office.stop()
        person.find('button', 'לא מקוון')
        self.attach(person, self.make_file())
        person.wait_heard('הקובץ צורף')
        self.wait_state(person, 'ממתין לשליחה')
        self.assertEqual(len(self.rows(person)), 2)
        self.rows(person)[0].click()
        self.assertEqual(self.wait_opened(), (CONTRACT, TEXT.encode()))
        self.office.start()
        self.wait_settled(person)
        self.assertEqual(self.office.attachment(self.office.rows('attachment')[0]['id'])['stored'],
                         sha256(TEXT.encode()))
        person.quit()
        other = self.open_desk('other')
        self.wait_settled(other)
        self.rows(other)[0].click()
        self.assertEqual(self.wait_opened(), (CONTRACT, TEXT.encode()))

    def test_renaming_deleting_and_taking_back(self):
        person = self.open_desk()
        self.attach(person, self.make_file())
        self.wait_settled(person)
        self.choose(person, 'שינוי השם…')
        dialog = person.find(('dialog', 'alert'), 'שינוי שם הקובץ')
        dialog.field('שם הקובץ').fill('הסכם.txt')
        person.key('Return')
        self.wait_settled(person, 'הסכם.txt')
        person.key('ctrl+z')
        self.wait_settled(person)
        self.choose(person, 'מחיקה')
        person.wait_heard('הקובץ נמחק')
        person.until(lambda: not self.rows(person), 'the file to go')
        person.find('label', re.compile('אפשר לגרור לכאן'))
        person.key('ctrl+z')
        self.wait_settled(person)

    def test_history_tells_of_it(self):
        person = self.open_desk()
        self.attach(person, self.make_file())
        self.wait_settled(person)
        person.key('ctrl+h')
        dialog = person.find('dialog', 'היסטוריית שינויים')
        dialog.find('list item', 'הוספה: קובץ').find('label', CONTRACT)

    def choose(self, person, item):
        person.all('button', f'פעולות בקובץ {CONTRACT}')[-1].click()
        person.find('menu item', item).click()

    def test_goes_and_comes_with_the_person(self):
        person = self.open_desk()
        self.attach(person, self.make_file())
        self.wait_settled(person)
        person.find('toggle button', 'פעולות נוספות').click()
        person.find('menu item', 'מחיקת הלקוח').click()
        person.wait_heard(f'{DANA}: נמחק')
        until(lambda: not self.office.rows('attachment'), 'the file to go with the person')
        person.key('ctrl+z')
        until(lambda: self.office.rows('attachment'), 'the file to come back')


class Receiving(AttachmentsTestCase):
    def attach_elsewhere(self, data, name):
        """Somebody else attaches it, and sends what it is."""
        self.office.attach(data, name=name, media_type='text/plain', customer_id=self.dana, entity_id=self.dana)

    def test_one_that_its_computer_has_not_sent(self):
        person = self.open_desk()
        data = TEXT.encode()
        self.attach_elsewhere(data, CONTRACT)
        self.wait_state(person, 'עוד לא הגיע')
        self.office.upload(data)
        self.wait_settled(person)
        self.rows(person)[0].click()
        self.assertEqual(self.wait_opened(), (CONTRACT, data))

    def test_large_one_comes_when_it_is_opened(self):
        person = self.open_desk()
        data = random.Random(1).randbytes(12_000_000)
        self.attach_elsewhere(data, CONTRACT)
        self.office.upload(data)
        self.wait_state(person, 'לא במחשב הזה')
        self.rows(person)[0].click()
        self.assertEqual(self.wait_opened(), (CONTRACT, data))
        self.wait_settled(person)

    def test_program_is_not_opened(self):
        person = self.open_desk()
        self.attach_elsewhere(b'#!/bin/sh\n', 'חשבונית.sh')
        self.office.upload(b'#!/bin/sh\n')
        self.wait_settled(person, 'חשבונית.sh')
        self.rows(person, 'חשבונית.sh')[0].click()
        person.wait_heard('תוכנות אינן נפתחות מכאן')
        self.assertFalse(os.path.exists(self.opened))

    def test_can_be_read_aloud_and_fits(self):
        person = self.open_desk()
        for number in range(6):
            data = f'מסמך {number}'.encode()
            self.attach_elsewhere(data, f'מסמך {number}')
            self.office.upload(data)
        self.wait_settled(person, 'מסמך 5')
        self.assertEqual(a11y_audit.audit(person), [])
        self.session.screen.resize(360, 700)
        person.find('button', 'מסמך 5')
        self.assertEqual(a11y_audit.audit(person), [])


if __name__ == '__main__':
    gui_test.main()
