# SPDX-License-Identifier: GPL-3.0-or-later
"""What a person with a screen reader, or with only a keyboard, would stumble over.

audit(person) looks at what is on the screen now and returns findings, sentences; none is good.
"""

import re

from person import FIELD_ROLES
from waiting import until

SMALLEST_TARGET = 24
"""Logical pixels: the target size of WCAG 2.2, level AA."""

_NEEDS_NAME = {'button', 'toggle button', 'check box', 'radio button', 'switch', 'combo box', 'link', 'menu item',
               'slider', 'page tab', 'table', 'tree table', 'table row', 'image', *FIELD_ROLES}
_CONTAINERS = {'list', 'scroll pane', 'panel', 'filler', 'grouping'}
"""Can have the focus, but are known by what is in them."""
_TARGETS = {'button', 'toggle button', 'check box', 'radio button', 'switch', 'link'}
_WINDOWS = {'frame', 'dialog', 'alert'}
_LATIN_WORD = re.compile('[A-Za-z]{3,}')
_TOO_MANY_STOPS = 200


def _is_said_twice(name):
    words = name.split()
    half = len(words) // 2
    return len(words) % 2 == 0 and half > 0 and len(name) > 3 and words[:half] == words[half:]


def _is_toast(node):
    """Something short that is told once: screen readers say its words."""
    return node.role == 'alert' and bool(node.all('label'))


def _audit_name(node):
    if not node.name.strip() and not _is_toast(node):
        yield f'{node.role} without a name, at {node.box}'
    elif _LATIN_WORD.search(node.name):
        yield f'{node.role} “{node.name}”: the name is not Hebrew'
    elif node.role != 'list item' and _is_said_twice(node.name):
        yield f'{node.role} “{node.name}”: the name is said twice'


def _audit_size(node):
    _, _, width, height = node.box
    if min(width, height) < SMALLEST_TARGET:
        yield f'{node.role} “{node.name}” is {width}×{height}, smaller than {SMALLEST_TARGET}'


def _audit_same_names(nodes):
    seen = {}
    for node in nodes:
        if node.role in ('button', 'toggle button') and node.name.strip():
            seen.setdefault((node.name, node.parent.accessible), []).append(node)
    for (name, _), same in seen.items():
        if len(same) > 1:
            yield f'{len(same)} buttons side by side are called “{name}”'


def _audit_nodes(nodes, ignore):
    findings = list(_audit_same_names(nodes))
    for node in nodes:
        if node.name in ignore:
            continue
        if node.role in _NEEDS_NAME | _WINDOWS or (node.role not in _CONTAINERS and node.has('focusable')):
            findings += _audit_name(node)
        if node.role in _TARGETS and node.in_view:
            findings += _audit_size(node)
    return findings


def audit(person, root=None, ignore=()):
    """Findings about what is shown below `root`, or in all windows; not about what has a name of `ignore`.

    Where something goes away while it is looked at, such as a toast, everything is looked at again.
    """
    [findings] = until(lambda: [_audit_nodes((root or person.app).all(), ignore)], 'what is shown to stay for a look')
    return findings


def walk_by_tab(person):
    """Presses Tab until the focus comes back to where it has been; returns what it met, as (role, name)."""
    stops = []
    while len(stops) < _TOO_MANY_STOPS:
        before = person.focus
        person.key('Tab')
        until(lambda: person.focus and person.focus.accessible != (before and before.accessible),
              lambda: f'Tab to move the focus on from {before}')
        focus = person.focus
        if any(focus.accessible == stop.accessible for stop in stops):
            return [(stop.role, stop.name) for stop in stops]
        stops.append(focus)
    raise AssertionError(f'Tab still finds something new after {len(stops)} stops')


def audit_keyboard(person, roles=('button', 'toggle button', 'check box', *FIELD_ROLES), ignore=()):
    """Findings about what is in view and can be used, but is not reached by Tab.

    Things within one toolbar, list or table may be reached by arrow keys instead: leave their roles out, or ignore
    them by name; so too the window's own close button, for which there is Alt+F4.
    """
    reached = walk_by_tab(person)
    return [f'{node.role} “{node.name}” is not reached by Tab' for node in person.all(roles)
            if node.name not in ignore and node.in_view and {'sensitive', 'focusable'} <= node.states
            and (node.role, node.name) not in reached]
