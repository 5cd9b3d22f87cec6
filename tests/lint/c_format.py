# SPDX-License-Identifier: GPL-3.0-or-later
"""C source files are formatted as .clang-format says; --fix formats them.

Columns that a writer aligned inside a line (struct members, parameters, tables) stay: clang-format has no
rule for them that leaves local variables alone, so a line counts as formatted when it differs from
clang-format's only in inner spaces. So do the lines of a table of values, which clang-format would break
after each value, and the breaks of what it would join to one long line.
"""

import difflib
import hashlib
import re
import subprocess
import sys

from common import ROOT, files, finish, read

KNOWN = ROOT / "_build" / "formatted.txt"  # digests of what was found to be formatted before


def digest(name):
    parts = [(ROOT / ".clang-format").read_bytes(), open(__file__, "rb").read(), (ROOT / name).read_bytes()]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def read_known():
    return set(KNOWN.read_text().split()) if KNOWN.exists() else set()


def write_known(names):
    """Formatting a thousand files takes a minute of a loaded machine; most are as they were."""
    if KNOWN.parent.is_dir():
        KNOWN.write_text("\n".join(map(digest, names)))


def formatted(name):
    result = subprocess.run(["clang-format", str(ROOT / name)], check=True, capture_output=True, text=True)
    # GNOME writes the gettext macros without the space that every other call has.
    return re.sub(r"\b(_|N_|C_|NC_) \(\"", r'\1("', result.stdout)


def squeezed(line):
    indent = re.match(r" *", line).group()
    body = re.sub(r" +", " ", line.strip())
    return indent + re.sub(r" ?(\*+) ?", r" \1", body)


def breaks_better(ours, theirs):
    """Whether both say the same, and ours are whole lines of values, or what would be too long a line."""
    if "".join("".join(ours).split()) != "".join("".join(theirs).split()):
        return False
    is_table = len(ours) < len(theirs) and all(line.endswith(",") and not re.search(r"[;{}]", line) for line in ours[:-1])
    return is_table or max(map(len, theirs), default=0) > 110


def merged(ours, theirs):
    """Clang-format's lines, except where ours are as good."""
    matcher = difflib.SequenceMatcher(None, [squeezed(l) for l in ours], [squeezed(l) for l in theirs], autojunk=False)
    lines = []
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        keep = tag == "equal" or breaks_better(ours[i1:i2], theirs[j1:j2])
        lines += ours[i1:i2] if keep else theirs[j1:j2]
    return lines


def main():
    fix = "--fix" in sys.argv
    names = files("src/*.c", "tests/*.c")
    known = read_known()
    good = [name for name in names if digest(name) in known]
    problems = []
    for name in sorted(set(names) - set(good)):
        ours = read(name).splitlines()
        wanted = merged(ours, formatted(name).splitlines())
        if ours == wanted:
            good.append(name)
            continue
        if fix:
            (ROOT / name).write_text("\n".join(wanted) + "\n", encoding="utf-8")
            print(f"formatted {name}")
            continue
        diff = list(difflib.unified_diff(ours, wanted, name, name + " (formatted)", lineterm="", n=0))
        problems.append("\n".join(diff[:20]) + "\n  ./dev format rewrites it")
    write_known(good)
    finish(problems, f"{len(names)} C files")


if __name__ == "__main__":
    main()
