# SPDX-License-Identifier: GPL-3.0-or-later
"""An isolated desktop session for one test program: its own screen, bus, home and settings.

    with Session() as session:
        person = Person(session, ['moked'])

Also a command, for what only needs to run inside: session.py [--x11] [--size=WxH] [--no-accessibility] CMD…

The locale is C.UTF-8: Moked must come up in Hebrew and from right to left whatever the locale is.
One process has one session, because libatspi keeps the bus that it met first.
"""

import argparse
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile

from gi.repository import GLib

from child import PATIENCE, Child
from notifications import Notifications
from screen import WaylandScreen, X11Screen

HERE = os.path.dirname(os.path.abspath(__file__))
BUILD_DIR = os.environ.get('MOKED_BUILD_DIR') or os.path.join(HERE, '..', '..', '_build')
COMPOSITOR = os.path.join(BUILD_DIR, 'tests', 'gui', 'compositor', 'moked-test-compositor')

_NOT_INHERITED = {'DISPLAY', 'WAYLAND_DISPLAY', 'DBUS_SESSION_BUS_ADDRESS', 'AT_SPI_BUS_ADDRESS', 'LANG', 'LANGUAGE',
                  'XDG_SESSION_TYPE', 'XDG_CURRENT_DESKTOP', 'DESKTOP_SESSION', 'GTK_THEME'}

_BUS_CONFIG = '''<busconfig>
  <type>session</type>
  <listen>unix:path={dir}/bus</listen>
  <auth>EXTERNAL</auth>
  <servicedir>{services}</servicedir>
  <policy context="default"><allow send_destination="*"/><allow own="*"/><allow receive_sender="*"/></policy>
</busconfig>
'''

# Nothing moves by itself and text is drawn alike everywhere. Wayland reads the first, X11 the second.
_DESKTOP_SETTINGS = {
    'org/gnome/desktop/interface': {
        'enable-animations': 'false', 'cursor-blink': 'false', 'font-antialiasing': "'grayscale'",
        'font-hinting': "'none'", 'font-rendering': "'manual'", 'color-scheme': "'default'",
    },
    'org/gnome/desktop/a11y/interface': {'high-contrast': 'false'},
}
_GTK_SETTINGS = {'Settings': {
    'gtk-enable-animations': 'false', 'gtk-cursor-blink': 'false', 'gtk-font-rendering': 'manual',
    'gtk-xft-antialias': '1', 'gtk-xft-hinting': '0', 'gtk-xft-hintstyle': 'hintnone', 'gtk-xft-rgba': 'none',
    'gtk-xft-dpi': '98304',
}}


def _update_key_file(path, groups):
    """Sets keys and keeps the others; replaces the file in one step, for programs watch it."""
    key_file = GLib.KeyFile()
    if os.path.exists(path):
        key_file.load_from_file(path, GLib.KeyFileFlags.KEEP_COMMENTS)
    for group, keys in groups.items():
        for key, value in keys.items():
            key_file.set_value(group, key, value)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    key_file.save_to_file(path + '.new')
    os.replace(path + '.new', path)


class Session:
    def __init__(self, x11=False, width=1280, height=800, accessibility=True, locale='C.UTF-8'):
        self._x11 = x11
        self._size = (width, height)
        self._accessibility = accessibility
        self._locale = locale
        self._parts = []

    def __enter__(self):
        # So that a test that is ended, for its time is up, takes its session with it.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
        self.dir = tempfile.mkdtemp(prefix='moked-gui-')
        self.env = self._make_environment()
        try:
            self._start()
        except BaseException:
            self.__exit__()
            raise
        os.environ.update(self.env)     # this process sees the session's accessibility bus
        return self

    def __exit__(self, *_):
        for part in reversed(self._parts):
            part.end()
        self._parts.clear()
        shutil.rmtree(self.dir, ignore_errors=True)

    def path(self, *names):
        return os.path.join(self.dir, *names)

    def _make_environment(self):
        env = {name: value for name, value in os.environ.items() if name not in _NOT_INHERITED}
        env |= {
            'HOME': self.path('home'),
            'XDG_RUNTIME_DIR': self.path('run'),
            'XDG_CONFIG_HOME': self.path('home', 'config'),
            'XDG_DATA_HOME': self.path('home', 'data'),
            'XDG_STATE_HOME': self.path('home', 'state'),
            'XDG_CACHE_HOME': self.path('home', 'cache'),
            'LC_ALL': self._locale,
            'TZ': 'Asia/Jerusalem',
            'DBUS_SESSION_BUS_ADDRESS': f'unix:path={self.path("bus")}',
            'GSETTINGS_BACKEND': 'keyfile',
            'GIO_USE_VFS': 'local',
            'FONTCONFIG_FILE': os.path.join(HERE, 'fonts.conf'),
            # Mesa gives other pixels on other processors, and doubles a small program's memory.
            'GSK_RENDERER': 'cairo',
            'GDK_DISABLE': 'gl,vulkan',
            'GDK_DEBUG': 'no-portals',
            'ADW_DISABLE_PORTAL': '1',
            'GTK_A11Y': 'atspi' if self._accessibility else 'none',
        }
        for name in ('HOME', 'XDG_RUNTIME_DIR', 'XDG_CONFIG_HOME', 'XDG_DATA_HOME', 'XDG_STATE_HOME', 'XDG_CACHE_HOME'):
            os.makedirs(env[name], mode=0o700)
        return env

    def _start(self):
        self._settings = os.path.join(self.env['XDG_CONFIG_HOME'], 'glib-2.0', 'settings', 'keyfile')
        _update_key_file(self._settings, _DESKTOP_SETTINGS)
        _update_key_file(os.path.join(self.env['XDG_CONFIG_HOME'], 'gtk-4.0', 'settings.ini'), _GTK_SETTINGS)
        self._start_screen()
        self._start_bus()
        self.notifications = self._add(Notifications(self.path('notifications.jsonl'), self.env,
                                                     self.path('session.log')))

    def _add(self, part):
        self._parts.append(part)
        return part

    def _start_screen(self):
        log = self.path('session.log')
        if self._x11:
            self.screen = self._add(X11Screen(self.env, log, *self._size))
        else:
            self.screen = self._add(WaylandScreen(COMPOSITOR, self.env, log, *self._size))
        self.env.update(self.screen.env)

    def _start_bus(self):
        os.makedirs(self.path('services'))
        with open(self.path('bus.conf'), 'w', encoding='utf-8') as config:
            config.write(_BUS_CONFIG.format(dir=self.dir, services=self.path('services')))
        if self._accessibility:
            shutil.copy('/usr/share/dbus-1/services/org.a11y.Bus.service', self.path('services'))
        bus = Child(['dbus-daemon', f'--config-file={self.path("bus.conf")}', '--nofork', '--print-address'],
                    self.env, self.path('session.log'))
        self._add(bus).read_line()

    def add_service(self, name, *argv):
        """Makes the bus start `argv` when somebody calls `name`. Call it before a program needs it."""
        with open(self.path('services', name + '.service'), 'w', encoding='utf-8') as service:
            service.write(f'[D-BUS Service]\nName={name}\nExec={" ".join(argv)}\n')
        self._call_bus('ReloadConfig')

    def get_pid(self, name):
        """The process that has the name `name` on the bus, which starts it if it can."""
        self._call_bus('StartServiceByName', name, '0')
        return int(re.search(r'uint32 (\d+)', self._call_bus('GetConnectionUnixProcessID', name))[1])

    def _call_bus(self, method, *arguments):
        return self.run('gdbus', 'call', '--session', '--dest=org.freedesktop.DBus',
                        '--object-path=/org/freedesktop/DBus', f'--method=org.freedesktop.DBus.{method}', *arguments)

    def run(self, *argv, **options):
        """Runs a program of the session to its end; returns what it wrote."""
        result = subprocess.run(argv, env=self.env, check=True, stdout=subprocess.PIPE, text=True, timeout=PATIENCE,
                                **options)
        return result.stdout

    def start_keyring(self):
        """A private keyring with an unlocked login collection, for programs that use libsecret."""
        keyring = self._add(Child(['gnome-keyring-daemon', '--unlock', '--foreground', '--components=secrets'],
                                  self.env, self.path('session.log')))
        # An empty password is a line end: no input at all would make no collection.
        keyring.write_line('')
        keyring.process.stdin.close()
        self.run('gdbus', 'wait', '--session', f'--timeout={PATIENCE:.0f}', 'org.freedesktop.secrets')

    def set_appearance(self, dark=False, contrast=False):
        """What the person chose for the whole desktop; running programs follow at once."""
        _update_key_file(self._settings, {
            'org/gnome/desktop/interface': {'color-scheme': "'prefer-dark'" if dark else "'default'"},
            'org/gnome/desktop/a11y/interface': {'high-contrast': 'true' if contrast else 'false'},
        })


def main():
    parser = argparse.ArgumentParser(description='Runs a command in an isolated desktop session.')
    parser.add_argument('--x11', action='store_true', help='on Xvfb instead of the Wayland compositor')
    parser.add_argument('--size', default='1280x800', metavar='WxH')
    parser.add_argument('--no-accessibility', action='store_true', help='without AT-SPI, for measurements')
    parser.add_argument('command', nargs=argparse.REMAINDER)
    arguments = parser.parse_args()
    width, height = map(int, arguments.size.split('x'))
    with Session(arguments.x11, width, height, not arguments.no_accessibility) as session:
        return subprocess.run(arguments.command, env=session.env, check=False).returncode


if __name__ == '__main__':
    sys.exit(main())
