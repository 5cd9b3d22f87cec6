# SPDX-License-Identifier: GPL-3.0-or-later
"""What the lints share: the project's files, and one way of telling what is wrong."""

import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]


def files(*patterns):
    """The project's files that match the patterns: tracked ones, and new ones that are not ignored."""
    listed = subprocess.run(
        ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *patterns],
        check=True, capture_output=True, text=True).stdout
    names = sorted(set(listed.split("\0")) - {""})
    return [name for name in names if (ROOT / name).is_file()]


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


def finish(problems, checked):
    """Prints the problems and ends the program; a lint that looked at nothing says so."""
    for problem in problems:
        print(problem)
    print(f"{len(problems)} problems in {checked}" if problems else f"no problems in {checked}")
    sys.exit(1 if problems else 0)
