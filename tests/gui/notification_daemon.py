# SPDX-License-Identifier: GPL-3.0-or-later
"""Stands in for the desktop's notification area.

Each notification is appended to the file that is named on the command line, as a line of JSON; one that is
withdrawn as {"closed": ID}. A line "ID ACTION" on standard input presses that action's button.
"""

import json
import sys

from gi.repository import Gio, GLib

NAME = 'org.freedesktop.Notifications'
PATH = '/org/freedesktop/Notifications'
INTERFACE = '''
<node><interface name="org.freedesktop.Notifications">
  <method name="Notify">
    <arg type="s" name="app_name" direction="in"/>
    <arg type="u" name="replaces_id" direction="in"/>
    <arg type="s" name="app_icon" direction="in"/>
    <arg type="s" name="summary" direction="in"/>
    <arg type="s" name="body" direction="in"/>
    <arg type="as" name="actions" direction="in"/>
    <arg type="a{sv}" name="hints" direction="in"/>
    <arg type="i" name="expire_timeout" direction="in"/>
    <arg type="u" name="id" direction="out"/>
  </method>
  <method name="CloseNotification"><arg type="u" name="id" direction="in"/></method>
  <method name="GetCapabilities"><arg type="as" direction="out"/></method>
  <method name="GetServerInformation">
    <arg type="s" direction="out"/><arg type="s" direction="out"/>
    <arg type="s" direction="out"/><arg type="s" direction="out"/>
  </method>
  <signal name="ActionInvoked"><arg type="u"/><arg type="s"/></signal>
  <signal name="NotificationClosed"><arg type="u"/><arg type="u"/></signal>
</interface></node>'''

CLOSED_BY_PERSON = 2
CLOSED_BY_PROGRAM = 3


class Daemon:
    def __init__(self, record):
        self.record = record
        self.connection = None
        self.last_id = 0

    def write(self, entry):
        print(json.dumps(entry, ensure_ascii=False), file=self.record, flush=True)

    def emit(self, signal, *arguments):
        types = '(us)' if signal == 'ActionInvoked' else '(uu)'
        self.connection.emit_signal(None, PATH, NAME, signal, GLib.Variant(types, arguments))

    def notify(self, app, replaces, icon, summary, body, actions, hints, _timeout):
        if not replaces:
            self.last_id += 1
        number = replaces or self.last_id
        self.write({'id': number, 'replaces': bool(replaces), 'app': app, 'icon': icon,
                    'summary': summary, 'body': body, 'actions': dict(zip(actions[::2], actions[1::2])), 'urgency': hints.get('urgency', 1)})
        return GLib.Variant('(u)', (number,))

    def close(self, number):
        self.write({'closed': number})
        self.emit('NotificationClosed', number, CLOSED_BY_PROGRAM)

    def press(self, number, action):
        self.emit('ActionInvoked', number, action)
        self.emit('NotificationClosed', number, CLOSED_BY_PERSON)

    def on_call(self, _connection, _sender, _path, _interface, method, arguments, invocation):
        if method == 'Notify':
            answer = self.notify(*arguments.unpack())
        elif method == 'CloseNotification':
            self.close(*arguments.unpack())
            answer = None
        elif method == 'GetCapabilities':
            answer = GLib.Variant('(as)', (['actions', 'body', 'persistence'],))
        else:
            answer = GLib.Variant('(ssss)', ('notifications', 'moked-tests', '1', '1.2'))
        invocation.return_value(answer)

    def on_bus(self, connection, _name):
        self.connection = connection
        interface = Gio.DBusNodeInfo.new_for_xml(INTERFACE).interfaces[0]
        connection.register_object(PATH, interface, self.on_call, None, None)

    def on_stdin(self, _fd, condition, loop):
        line = sys.stdin.readline()
        if not line:
            loop.quit()
            return GLib.SOURCE_REMOVE
        number, action = line.rstrip('\n').split(' ', 1)
        self.press(int(number), action)
        return GLib.SOURCE_CONTINUE


def main():
    loop = GLib.MainLoop()
    with open(sys.argv[1], 'a', encoding='utf-8') as record:
        daemon = Daemon(record)
        Gio.bus_own_name(Gio.BusType.SESSION, NAME, Gio.BusNameOwnerFlags.NONE, daemon.on_bus,
                         lambda *_: print('ready', flush=True), lambda *_: loop.quit())
        GLib.unix_fd_add_full(GLib.PRIORITY_DEFAULT, sys.stdin.fileno(), GLib.IOCondition.IN | GLib.IOCondition.HUP,
                              daemon.on_stdin, loop)
        loop.run()


if __name__ == '__main__':
    main()
