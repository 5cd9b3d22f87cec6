# SPDX-License-Identifier: GPL-3.0-or-later
"""The two kinds of screen that a session can have, and the hands in front of the first.

Positions are logical pixels from the left and the top of the screen.
"""

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
    """Xvfb, for what only X11 can measure: nothing looks at it or touches it."""

    def __init__(self, env, log, width, height):
        self._child = Child(['Xvfb', '-displayfd', '1', '-screen', '0', f'{width}x{height}x24',
                             '-nolisten', 'tcp', '-noreset'], env, log)
        self.env = {'DISPLAY': f':{self._child.read_line()}', 'GDK_BACKEND': 'x11'}
        self.size = (width, height)

    def end(self):
        self._child.end()
