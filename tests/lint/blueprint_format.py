# SPDX-License-Identifier: GPL-3.0-or-later
"""Blueprints are formatted as blueprint-compiler writes them; --fix formats them."""

import subprocess
import sys

from common import ROOT, files, finish


def main():
    fix = ["--fix"] if "--fix" in sys.argv else []
    names = files("*.blp")
    problems = []
    if names:
        paths = [str(ROOT / name) for name in names]
        result = subprocess.run(["blueprint-compiler", "format", *fix, *paths], capture_output=True, text=True)
        if result.returncode != 0:
            problems.append(result.stdout + result.stderr + "./dev format rewrites them")
    finish(problems, f"{len(names)} blueprints")


if __name__ == "__main__":
    main()
