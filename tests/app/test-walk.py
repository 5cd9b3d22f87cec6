#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A walk through every page and dialog, after which the program has nothing to complain of."""

import re

import app_test
import gui_test
from person import BUTTON_ROLES

# What the address sanitizer says of every program that has fibers is none.
COMPLAINT = re.compile(r'WARNING(?!: ASan doesn.t fully support makecontext)|CRITICAL|ERROR|"level":"(warning|error|critical)"')


class Walk(app_test.AppTestCase):
    def visit_pages(self, person):
        person.key('ctrl+1')
        person.until(lambda: person.find('list', 'שיחות').all('list item'), 'conversations')
        person.key('alt+Down')
        person.wait_shown('list', 'הודעות')
        person.key('ctrl+2')
        person.field('שם או טלפון')
        person.key('ctrl+3')
        person.field('שם, טלפון, דוא״ל או תגית')
        person.key('alt+Down')
        person.wait_shown(BUTTON_ROLES, 'עריכת הלקוח')

    def visit_dialog(self, person, name, open_it, role='dialog'):
        open_it()
        person.find(role, name)
        person.key('Escape')
        person.wait_gone(role, name)

    def visit_dialogs(self, person):
        self.visit_dialog(person, 'עריכת לקוח', lambda: person.button('עריכת הלקוח').click())
        self.visit_dialog(person, 'לקוח חדש', lambda: person.key('ctrl+n'))
        self.visit_dialog(person, 'העדפות', lambda: person.key('ctrl+comma'))
        self.visit_dialog(person, 'חיפוש מהיר', lambda: person.key('ctrl+k'))

    def end(self, person):
        person.key('ctrl+q')
        self.assertEqual(person.wait_ended(), 0)
        with open(person.log, encoding='utf-8', errors='replace') as log:
            self.assertEqual([line for line in log if COMPLAINT.search(line)], [])

    def test_wide(self):
        person = self.open_demo()
        self.visit_pages(person)
        self.visit_dialogs(person)
        self.visit_dialog(person, 'ממתינים לשליחה', lambda: person.button('מסונכרן').click())
        person.key('F9')
        person.wait_gone('button', 'מסונכרן')
        person.key('F9')
        person.button('מסונכרן')
        person.key('F1')
        person.wait_shown('label', 'הצגה או הסתרה של סרגל הצד')
        person.key('Escape')
        person.wait_gone('label', 'הצגה או הסתרה של סרגל הצד')
        self.end(person)

    def test_narrow(self):
        person = self.open_demo()
        self.session.screen.resize(360, 720)
        self.visit_pages(person)
        self.visit_dialogs(person)
        self.end(person)


if __name__ == '__main__':
    gui_test.main()
