# SPDX-License-Identifier: GPL-3.0-or-later
"""Waiting for what a person waits for: until something is so, never for a length of time."""

import time

from gi.repository import GLib

from child import PATIENCE

_RECHECK_MS = 40
"""For what comes without an event on the accessibility bus, such as a file."""


class TimedOut(AssertionError):
    """What was waited for did not become true."""


def handle_events():
    """Handles what the accessibility bus has brought so far."""
    while GLib.MainContext.default().iteration(False):
        pass


def _wait_for_event():
    """Handles what comes in, or returns soon when nothing does."""
    context = GLib.MainContext.default()
    recheck = GLib.timeout_source_new(_RECHECK_MS)
    recheck.set_callback(lambda *_: GLib.SOURCE_REMOVE)
    recheck.attach(context)
    context.iteration(True)
    handle_events()
    recheck.destroy()


def _say(what):
    try:
        return what() if callable(what) else what
    except GLib.Error as error:
        return f'something that is gone: {error.message}'


def until(condition, what, timeout=PATIENCE):
    """Calls `condition` until it returns something true, and returns that.

    `what` completes the sentence "waited for …"; it may be a function, called only on failure.
    """
    deadline = time.monotonic() + timeout
    while True:
        try:
            result = condition()
        except GLib.Error:      # a widget can vanish between two questions about it
            result = None
        if result:
            return result
        if time.monotonic() > deadline:
            raise TimedOut(f'waited {timeout:.0f} s for {_say(what)}')
        _wait_for_event()
