#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lets SPIN go through every state of the models here, and of each with each mistake that its head names.

    check.py [NAME=VALUE…]      for example FAULTS=2: more can go wrong, and it takes minutes

A model must be free of errors, and every mistake must be found: else the model says nothing.
"""
import pathlib
import re
import subprocess
import sys
import tempfile

FOLDER = pathlib.Path(__file__).resolve().parent
MISTAKE = re.compile(r'^ \*   ([A-Z][A-Z_]+)  ', re.MULTILINE)


def explore(model, defines, folder):
    """Returns the number of errors and of states."""
    subprocess.run(['spin', *(f'-D{define}' for define in defines), '-a', model], cwd=folder, check=True,
                   stdout=subprocess.DEVNULL)
    subprocess.run(['cc', '-O2', '-w', '-DSAFETY', '-DCOLLAPSE', '-o', 'pan', 'pan.c'], cwd=folder, check=True)
    text = subprocess.run(['./pan', '-m200000'], cwd=folder, check=True, capture_output=True, text=True).stdout
    if 'Search not completed' in text and 'errors: 0' in text or 'max search depth too small' in text:
        raise SystemExit(f'{model.name}: not all of it was seen\n{text}')
    return (int(re.search(r'errors: (\d+)', text)[1]), int(float(re.search(r'([\d.e+]+) states, stored', text)[1])))


def main():
    given = sys.argv[1:]
    checks = [(model, mistake) for model in sorted(FOLDER.glob('*.pml'))
              for mistake in [None, *MISTAKE.findall(model.read_text())]]
    failures = 0
    print('TAP version 14')
    print(f'1..{len(checks)}')
    for number, (model, mistake) in enumerate(checks, 1):
        with tempfile.TemporaryDirectory() as folder:
            errors, states = explore(model, given + ([mistake] if mistake else []), folder)
        good = (errors > 0) == (mistake is not None)
        failures += not good
        print(f'{"ok" if good else "not ok"} {number} {model.stem}'
              f'{" with " + mistake if mistake else ""}: {errors} errors in {states} states', flush=True)
    return failures > 0


if __name__ == '__main__':
    sys.exit(main())
