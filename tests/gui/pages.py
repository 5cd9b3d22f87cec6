# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages of Moked that `./dev screenshots` draws, and how a person gets to each from the one before.

A feature adds its pages here. A step is one of
    key(COMBINATION), click(ROLE, NAME), type_text(TEXT), see(ROLE, NAME): what must be there before going on,
    gone(ROLE, NAME): what must be there no more.
"""

import re
from dataclasses import dataclass

from person import BUTTON_ROLES


def key(combination):
    return lambda person: person.key(combination)


def click(role, name):
    return lambda person: person.find(role, name).click()


def type_text(text):
    return lambda person: person.type(text)


def see(role, name):
    return lambda person: person.wait_shown(role, name)


def gone(role, name):
    return lambda person: person.wait_gone(role, name)


def press(name):
    return click(BUTTON_ROLES, name)


@dataclass
class Page:
    name: str
    """What the picture is called."""
    steps: tuple


MOKED = (
    Page('conversations', (key('ctrl+1'), see('list', 'שיחות'))),
    Page('conversation', (key('alt+Down'), see('list', 'הודעות'))),
    Page('calls', (key('ctrl+2'), see(None, 'טלפון'))),
    Page('customers', (key('ctrl+3'), see(None, 'שם, טלפון, דוא״ל או תגית'))),
    Page('customer', (key('alt+Down'), see(BUTTON_ROLES, 'עריכת הלקוח'))),
    Page('customer-editor', (key('ctrl+n'), see('dialog', 'לקוח חדש'))),
    Page('preferences', (key('Escape'), gone('dialog', 'לקוח חדש'), key('ctrl+comma'), see('dialog', 'העדפות'))),
    Page('quick-search', (key('Escape'), gone('dialog', 'העדפות'), key('ctrl+k'), see('dialog', 'חיפוש מהיר'),
                          type_text('אב'), see('list item', re.compile('^אבי')))),
)
