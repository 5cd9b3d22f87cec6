# SPDX-License-Identifier: GPL-3.0-or-later
"""A person at a program: finds things by what they are and what they are called, touches them with the mouse, the
keyboard and the pen, and reads what is there.

Finding and reading go through the accessibility bus, as a screen reader does it; touching goes through the screen,
so that a thing which is covered, out of sight or dead does not pass. README.md tells the traps that are handled here.
"""

import os
import subprocess
import time

import gi

gi.require_version('Atspi', '2.0')
from gi.repository import Atspi, GLib           # noqa: E402  (the version must be chosen first)

from child import PATIENCE                      # noqa: E402
from waiting import handle_events, until        # noqa: E402

# libatspi warns of each program that GTK offers no cache of its widgets, which is true and harmless.
GLib.log_set_handler('dbind', GLib.LogLevelFlags.LEVEL_WARNING, lambda *_: None)

FIELD_ROLES = ('entry', 'text', 'password text', 'spin button')
BUTTON_ROLES = ('button', 'toggle button')

_WINDOW_ROLES = ('frame', 'dialog', 'window')
_SOON = 5.0
_PEN_SAMPLE_SECONDS = 0.005
_BIDI_CONTROLS = dict.fromkeys([0x200e, 0x200f, 0x061c, *range(0x202a, 0x202f), *range(0x2066, 0x206a)])


def plain(text):
    """Without the invisible characters that keep numbers and Latin words in place within Hebrew."""
    return text.translate(_BIDI_CONTROLS)


def _matches(wanted, actual):
    if wanted is None:
        return True
    if callable(wanted):
        return wanted(actual)
    if hasattr(wanted, 'search'):
        return bool(wanted.search(actual))
    return actual in wanted if isinstance(wanted, tuple) else actual == wanted


class Node:
    """Something on the screen. Its properties are asked for anew each time."""

    def __init__(self, accessible, person):
        self.accessible = accessible
        self.person = person

    def __repr__(self):
        try:
            return f'<{self.role} “{self.name}”>'
        except Exception:   # pylint: disable=broad-except  (it may be gone by the time it is shown)
            return '<gone>'

    # What it is

    @property
    def role(self):
        return self.accessible.get_role_name()

    @property
    def name(self):
        return plain(self.accessible.get_name() or '')

    @property
    def description(self):
        return plain(self.accessible.get_description() or '')

    @property
    def exact_text(self):
        text = self.accessible.get_text_iface()
        # An end of -1, “all of it”, gives an empty text for GtkSearchEntry.
        return Atspi.Text.get_text(text, 0, text.get_character_count()) if text else ''

    @property
    def text(self):
        """What is written in it."""
        return plain(self.exact_text)

    @property
    def states(self):
        return {state.value_nick for state in self.accessible.get_state_set().get_states()}

    def has(self, state):
        return state in self.states

    # Where it stands

    @property
    def children(self):
        for index in range(self.accessible.get_child_count()):
            child = self.accessible.get_child_at_index(index)
            if child:
                yield Node(child, self.person)

    @property
    def parent(self):
        parent = self.accessible.get_parent()
        return Node(parent, self.person) if parent else None

    @property
    def ancestors(self):
        """From the parent up to the window."""
        node = self.parent
        while node and node.role != 'application':
            yield node
            node = node.parent

    @property
    def window(self):
        return [self, *self.ancestors][-1]

    @property
    def box(self):
        """x, y, width and height on the screen."""
        extents = self.accessible.get_component_iface().get_extents(Atspi.CoordType.WINDOW)
        x, y = self.person.get_window_place(self.window)
        return extents.x + x, extents.y + y, extents.width, extents.height

    @property
    def center(self):
        x, y, width, height = self.box
        return x + width / 2, y + height / 2

    @property
    def scrolling_parent(self):
        return next((node for node in self.ancestors if node.role == 'scroll pane'), None)

    @property
    def in_view(self):
        """Whether a person sees its middle. The state “showing” is also true of what is scrolled away."""
        x, y = self.center
        width, height = self.person.screen.size
        if min(self.box[2:]) <= 0 or not (0 <= x < width and 0 <= y < height):
            return False
        for node in self.ancestors:
            # A column view's rows live in a list below its header.
            clips = node.role == 'scroll pane' or (node.role == 'list' and node.parent.role == 'tree table')
            if clips:
                left, top, clip_width, clip_height = node.box
                if not (left <= x < left + clip_width and top <= y < top + clip_height):
                    return False
        return True

    # Finding

    def walk(self):
        """Everything that is shown within, depth first."""
        for child in self.children:
            if child.has('showing'):
                yield child
                yield from child.walk()

    def all(self, role=None, name=None):
        """What is shown within and has this role and name; each a string, a tuple, a compiled pattern or a function."""
        return [node for node in self.walk() if _matches(role, node.role) and _matches(name, node.name)]

    def find(self, role=None, name=None, timeout=PATIENCE):
        """The one thing within that has this role and name, waited for."""
        found = self.person.until(lambda: self.all(role, name),
                                  lambda: f'{role} {name!r} in\n{self.describe()}', timeout)
        if len(found) > 1:      # perhaps one of them is about to go
            found = self.person.until(lambda: len(again := self.all(role, name)) == 1 and again,
                                      lambda: f'only one {role} {name!r} of {found} to be there', _SOON)
        return found[0]

    def button(self, name):
        return self.find(BUTTON_ROLES, name)

    def field(self, name):
        """Where text called `name` is written. (An AdwEntryRow says its name twice: the row, and the field in it.)"""
        return self.find(FIELD_ROLES, name)

    def wait_shown(self, role=None, name=None):
        """Until this is there at least once, as a title may be, which also stands in the sidebar."""
        return self.person.until(lambda: self.all(role, name), lambda: f'{role} {name!r} in\n{self.describe()}')

    def wait_gone(self, role=None, name=None):
        self.person.until(lambda: not self.all(role, name), f'{role} {name!r} to go away')

    def wait(self, state, on=True):
        self.person.until(lambda: self.has(state) == on,
                          lambda: f'{self} to be {"" if on else "not "}{state}; it is {self.states}')
        return self

    def wait_text(self, text):
        self.person.until(lambda: self.text == text, lambda: f'{self} to read {text!r}; it reads {self.text!r}')
        return self

    def describe(self, depth=0):
        """The tree below, for failure messages."""
        lines = [f'{"  " * depth}{self.role} “{self.name}”{"" if self.has("showing") else " (hidden)"}']
        for child in self.children:
            lines.append(child.describe(depth + 1))
        return '\n'.join(lines)

    # Touching

    def wait_still(self):
        """Until it is in view and no longer moves, as a dialog does while it opens."""
        def is_still():
            before = self.box
            self.person.screen.idle(30)
            return self.in_view and self.box == before

        self.person.until(is_still, lambda: f'{self} to be in view and still; it is at {self.box}')
        return self

    def click(self, button=1, times=1):
        self.wait('sensitive').wait_still()
        self.person.screen.click(*self.center, button, times)
        return self

    def double_click(self):
        return self.click(times=2)

    def hover(self):
        self.wait_still()
        self.person.screen.move(*self.center)
        return self

    def scroll_into_view(self):
        """Turns the mouse wheel over what scrolls it, until it is in view."""
        pane = self.scrolling_parent
        for _ in range(200):
            if self.in_view:
                return self
            place = self.center[1]
            self.person.screen.scroll(*pane.center, 1 if place > pane.center[1] else -1)
            self.person.until(lambda before=place: self.center[1] != before, f'{self} to move with {pane}', _SOON)
        raise AssertionError(f'{self} cannot be scrolled into view')

    def focus(self):
        """Puts the keyboard here by a click."""
        self.click()
        return self.wait('focused')

    def fill(self, text):
        """Writes `text` in place of what was there."""
        self.focus()
        self.person.key('ctrl+a')
        self.person.key('BackSpace')
        self.person.type(text)
        return self.wait_text(text)

    def do(self, action):
        """What a screen reader's user does in place of a click."""
        interface = self.accessible.get_action_iface()
        names = [Atspi.Action.get_action_name(interface, i) for i in range(interface.get_n_actions())] if interface else []
        if action not in names:
            raise AssertionError(f'{self} has no action {action!r}, only {names}')
        interface.do_action(names.index(action))
        return self


class Person:
    def __init__(self, session, argv, env=None):
        """Starts the program `argv` in the session and waits until it is there; quit() ends it."""
        self._begin(session)
        self.log = session.path(f'program-{len(os.listdir(session.dir))}.log')
        environment = session.env | {'G_DEBUG': 'fatal-criticals'} | (env or {})
        with open(self.log, 'wb') as log:
            self.process = subprocess.Popen(argv, env=environment, stdout=log, stderr=subprocess.STDOUT)
        self.pid = self.process.pid
        try:
            self._wait_for_program()
        except BaseException:
            self.quit()
            raise

    @classmethod
    def meet(cls, session, pid):
        """For a program that somebody else started, such as the bus; see Session.get_pid()."""
        person = cls.__new__(cls)
        person._begin(session)
        person.process = None
        person.log = None
        person.pid = pid
        person._wait_for_program()
        return person

    def _begin(self, session):
        self.session = session
        self.screen = session.screen
        self.announcements = []
        """What a screen reader was told to say, such as toasts."""
        self._focused = None
        self._listener = Atspi.EventListener.new(self._on_event)
        for event in ('object:announcement', 'object:state-changed', 'object:children-changed', 'object:text-changed',
                      'object:property-change', 'window'):
            self._listener.register(event)

    def _on_event(self, event):
        if event.type == 'object:state-changed:focused' and event.detail1:
            self._focused = event.source
        if event.type.startswith('object:announcement'):
            self.announcements.append(plain(event.any_data))

    def _wait_for_program(self):
        self.app = Node(self.until(self._find_program, lambda: f'the program to show a window:\n{self.read_log()}'), self)

    def _find_program(self):
        desktop = Atspi.get_desktop(0)
        for index in range(desktop.get_child_count()):
            app = desktop.get_child_at_index(index)
            if app and app.get_process_id() == self.pid and app.get_child_count() > 0:
                return app
        return None

    def is_running(self):
        return not self.process or self.process.poll() is None

    def read_log(self):
        if not self.log:
            return ''
        with open(self.log, errors='replace', encoding='utf-8') as log:
            return ''.join(log.readlines()[-40:])

    def until(self, condition, what, timeout=PATIENCE):
        """As waiting.until(), but fails at once when the program has ended."""
        def condition_of_living():
            if not self.is_running():
                raise AssertionError(f'the program ended with {self.process.returncode}:\n{self.read_log()}')
            return condition()

        return until(condition_of_living, what, timeout)

    def get_window_place(self, window):
        """Where the positions within a window count from.

        GTK tells positions shifted twice by the window's own frame, and never where on the screen the window is;
        the compositor knows that, and only has windows with a parent elsewhere than in the corner.
        """
        extents = window.accessible.get_component_iface().get_extents(Atspi.CoordType.WINDOW)
        x, y = -2 * extents.x, -2 * extents.y
        windows = self.screen.windows()
        if len(windows) > 1:
            place = next((place for place in windows if plain(place[2]) == window.name), (0, 0))
            x, y = x + place[0], y + place[1]
        return x, y

    # Finding, in all windows

    def find(self, role=None, name=None, timeout=PATIENCE):
        return self.app.find(role, name, timeout)

    def all(self, role=None, name=None):
        return self.app.all(role, name)

    def button(self, name):
        return self.app.button(name)

    def field(self, name):
        return self.app.field(name)

    def wait_shown(self, role=None, name=None):
        return self.app.wait_shown(role, name)

    def wait_gone(self, role=None, name=None):
        self.app.wait_gone(role, name)

    @property
    def focus(self):
        """What has the keyboard, or None."""
        handle_events()
        if self._focused and Node(self._focused, self).has('focused'):
            return Node(self._focused, self)
        return next((node for node in reversed(self.app.all()) if node.has('focused')), None)

    def wait_heard(self, text):
        """Until a screen reader was told to say something that has `text` in it."""
        self.until(lambda: any(text in said for said in self.announcements),
                   lambda: f'{text!r} to be announced; there was {self.announcements}')

    # Keyboard, pen, screen

    def type(self, text):
        """Letters, digits and signs of the English and the Hebrew keyboard; a line end is the Return key."""
        first, *others = text.split('\n')
        if first:
            self.screen.type(first)
        for line in others:
            self.key('Return')
            if line:
                self.screen.type(line)

    def key(self, *combinations):
        """Presses keys one after the other: "Return", "ctrl+k", "shift+Tab"."""
        for combination in combinations:
            self.screen.key(combination)

    def draw(self, stroke, tool='pen'):
        """Draws with the pen; `stroke` is a list of (x, y, pressure from 0 to 1)."""
        self.screen.pen_tool(tool)
        self.screen.pen_move(*stroke[0][:2])
        self.screen.pen_move(*stroke[0])
        self.screen.pen_down()
        for sample in stroke[1:]:
            time.sleep(_PEN_SAMPLE_SECONDS)     # a hand takes its time: this is the speed of the stroke, not a wait
            self.screen.pen_move(*sample)
        self.screen.pen_up()
        self.screen.pen_leave()

    def resize(self, width, height, scale=1):
        """Makes the screen, and so the window on it, as large."""
        self.screen.resize(width, height, scale)
        window = next(self.app.children)
        self.until(lambda: window.box[2:] == (width, height),
                   lambda: f'the window to be {width}×{height}; it is {window.box[2:]}')

    def screenshot(self, path):
        """Writes a PNG of the whole screen once nothing moves on it: two pictures in a row must be the same."""
        os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
        last = None

        def is_still():
            nonlocal last
            self.screen.idle(100)
            self.screen.screenshot(path)
            with open(path, 'rb') as picture:
                before, last = last, picture.read()
            return last == before

        self.until(is_still, 'the picture to come to rest')
        return path

    def close_window(self):
        self.screen.close_window()

    def wait_ended(self):
        """Until the program has ended by itself; returns its exit status."""
        until(lambda: self.process.poll() is not None, 'the program to end')
        return self.process.returncode

    def quit(self):
        """Ends the program, whatever it is doing."""
        if self.process and self.is_running():
            self.process.terminate()
            try:
                self.process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
