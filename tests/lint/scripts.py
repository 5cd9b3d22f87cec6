# SPDX-License-Identifier: GPL-3.0-or-later
"""Shell and Python scripts parse."""

import subprocess

from common import ROOT, files, finish, read


def shell_of(name):
    first = read(name).split("\n", 1)[0]
    if first.startswith("#!"):
        return "bash" if "bash" in first else "sh" if first.rstrip().endswith("sh") else None
    return "sh" if name.endswith(".sh") else None


def main():
    problems = []
    names = files("*.py", "*.sh", "dev", ".ci/run")
    for name in names:
        if name.endswith(".py"):
            try:
                compile(read(name), name, "exec")
            except SyntaxError as error:
                problems.append(f"{name}:{error.lineno}: {error.msg}")
        elif shell_of(name):
            result = subprocess.run([shell_of(name), "-n", str(ROOT / name)], capture_output=True, text=True)
            if result.returncode:
                problems.append(f"{name}: {result.stderr.strip()}")
    finish(problems, f"{len(names)} scripts")


if __name__ == "__main__":
    main()
