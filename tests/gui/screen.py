# SPDX-License-Identifier: GPL-3.0-or-later
"""The two kinds of screen that a session can have, and the hands in front of it.

Positions are logical pixels from the left and the top of the screen.
"""

import subprocess

from PIL import ImageGrab

from child import Child


class WaylandScreen:
    """The project's own compositor: pointer, keyboard, pen, clipboard, any size and scale."""

    def __init__(self, compositor, env, log, width, height):
        self._child = Child([compositor, f'--width={width}', f'--height={height}'], env, log)
        ready, socket = self._child.read_line().split()
        assert ready == 'ready'
        self.env = {'WAYLAND_DISPLAY': socket, 'GDK_BACKEND': 'wayland'}
        self.size = (width, height)

    def _tell(self, line):
        """Sends one command of moked-test-commands.c and returns the answer."""
        self._child.write_line(line)
        outcome, _, answer = self._child.read_line().partition(' ')
        if outcome != 'ok':
            raise RuntimeError(f'{line}: {answer}')
        return answer

    def move(self, x, y):
        self._tell(f'move {x:.1f} {y:.1f}')

    def click(self, x, y, button=1, times=1):
        self._tell(f'click {x:.1f} {y:.1f} {button} {times}')

    def press(self, button=1):
        self._tell(f'press {button}')

    def release(self, button=1):
        self._tell(f'release {button}')

    def scroll(self, x, y, notches):
        self._tell(f'scroll {x:.1f} {y:.1f} {notches}')

    def key(self, combination):
        self._tell(f'key {combination}')

    def type(self, line):
        self._tell(f'type {line}')

    def keyboard_layout(self, name):
        self._tell(f'layout {name}')

    def pen_tool(self, name):
        self._tell(f'pen-tool {name}')

    def pen_move(self, x, y, pressure=0.0):
        self._tell(f'pen-move {x:.1f} {y:.1f} {pressure:.4f}')

    def pen_down(self):
        self._tell('pen-down')

    def pen_up(self):
        self._tell('pen-up')

    def pen_leave(self):
        self._tell('pen-leave')

    def copy(self, text):
        escaped = text.replace('\\', '\\\\').replace('\n', '\\n')
        self._tell(f'copy {escaped}')

    def paste(self):
        return self._tell('paste').replace('\\\\', '\0').replace('\\n', '\n').replace('\0', '\\')

    def resize(self, width, height, scale=1):
        self._tell(f'output {width * scale:.0f} {height * scale:.0f} {scale}')
        self.size = (width, height)

    def idle(self, milliseconds):
        """Waits until no window changed what it shows for so long."""
        self._tell(f'idle {milliseconds}')

    def screenshot(self, path):
        self._tell(f'shot {path}')

    def windows(self):
        """(x, y, title) of each window, the one in front first; x and y are where the client's coordinates begin."""
        answer = self._tell('windows')
        places = (line.split(' ', 3) for line in answer.split(' | ')) if answer else ()
        return [(int(x), int(y), title) for x, y, _, title in places]

    def close_window(self):
        self._tell('close')

    def end(self):
        self._child.end()


class X11Screen:
    """Xvfb, for what only X11 can show or measure. It has no window manager, no pen and one size."""

    def __init__(self, env, log, width, height):
        self._child = Child(['Xvfb', '-displayfd', '1', '-screen', '0', f'{width}x{height}x24',
                             '-nolisten', 'tcp', '-noreset'], env, log)
        self.display = f':{self._child.read_line()}'
        self.env = {'DISPLAY': self.display, 'GDK_BACKEND': 'x11'}
        self.size = (width, height)
        self._program_env = {**env, **self.env}
        # xdotool remaps keys for letters that no layout has, and loses letters doing so.
        self._run('setxkbmap', '-layout', 'us,il')

    def _run(self, *argv):
        subprocess.run(argv, env=self._program_env, check=True)

    def _xdotool(self, *arguments):
        self._run('xdotool', *map(str, arguments))

    def move(self, x, y):
        self._xdotool('mousemove', round(x), round(y))

    def click(self, x, y, button=1, times=1):
        self._xdotool('mousemove', round(x), round(y), 'click', '--repeat', times, '--delay', 20, button)

    def press(self, button=1):
        self._xdotool('mousedown', button)

    def release(self, button=1):
        self._xdotool('mouseup', button)

    def scroll(self, x, y, notches):
        self._xdotool('mousemove', round(x), round(y), 'click', '--repeat', abs(round(notches)), 5 if notches > 0 else 4)

    def key(self, combination):
        self._xdotool('key', combination)

    def type(self, line):
        self._xdotool('type', '--delay', 15, line)

    def idle(self, milliseconds):
        """X11 does not tell when a window is at rest; callers look twice."""

    def screenshot(self, path):
        ImageGrab.grab(xdisplay=self.display).convert('RGB').save(path)

    def windows(self):
        return []

    def end(self):
        self._child.end()
