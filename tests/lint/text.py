# SPDX-License-Identifier: GPL-3.0-or-later
"""Text files: no tab or blank at a line's end, one newline at the file's; C lines and files of readable length."""

import re

from common import files, finish, read

LINE = 120  # columns, of C; a long text may stand whole
FILE = 800  # lines, of C
LONG_TEXT = re.compile(r'"[^"]{50,}"')
TEXT = ("*.c", "*.h", "*.blp", "*.css", "*.py", "*.sh", "*.md", "*.xml", "*.in", "*.sql", "*.build", "*.desktop", "dev")


def check(name, text):
    lines = text.split("\n")
    if not text.endswith("\n") or text.endswith("\n\n"):
        yield f"{name}: must end with exactly one newline"
    for number, line in enumerate(lines, 1):
        if line.rstrip() != line:
            yield f"{name}:{number}: blanks at the end of the line"
        if "\t" in line:
            yield f"{name}:{number}: a tab; indent with spaces"
        if name.endswith((".c", ".h")) and len(line) > LINE and not LONG_TEXT.search(line):
            yield f"{name}:{number}: {len(line)} columns; {LINE} at most"
    if name.endswith(".h") and "#pragma once" not in lines[:6]:
        yield f"{name}: no #pragma once at its top"
    if name.endswith((".c", ".h")) and len(lines) > FILE:
        yield f"{name}: {len(lines)} lines; split it ({FILE} at most)"


def main():
    names = files(*TEXT)
    finish([problem for name in names for problem in check(name, read(name))], f"{len(names)} text files")


if __name__ == "__main__":
    main()
