# SPDX-License-Identifier: GPL-3.0-or-later
"""po/POTFILES names every file with a text to translate, and no other."""

import re

from common import ROOT, files, finish, read

MARKED = {
    ".c": re.compile(r"\b(?:_|N_|C_|NC_|Q_|ngettext|dngettext|g_dngettext|g_dpgettext2?)\s*\(\s*(?:\w+\s*,\s*)?\""),
    ".blp": re.compile(r"\bC?_\s*\(\s*[\"']"),
    ".in": re.compile(r"^(?:Name|GenericName|Comment|Keywords)=|<(?:summary|p|li|caption)>", re.MULTILINE),
    ".xml": re.compile(r"<(?:summary|description|default)[^>]*>.*", re.MULTILINE),
}


def translatable(name):
    if name.startswith("tests/"):
        return False
    if name.endswith(".h"):
        return bool(MARKED[".c"].search(read(name)))
    if name.endswith(".xml") and not name.endswith(".gschema.xml") or name.endswith(".service.in"):
        return False
    suffix = name[name.rfind("."):]
    return suffix in MARKED and bool(MARKED[suffix].search(read(name)))


def main():
    wanted = {name for name in files("src/*", "data/*") if translatable(name)}
    if not (ROOT / "po/POTFILES").exists():
        finish([], "translations: there are none")
    listed = [line.strip() for line in read("po/POTFILES").splitlines() if line.strip() and not line.startswith("#")]
    problems = [f"po/POTFILES: {name} is missing" for name in sorted(wanted - set(listed))]
    problems += [f"po/POTFILES: there is no {name}" for name in listed if not (ROOT / name).exists()]
    problems += [f"po/POTFILES: {name} stands there twice" for name in sorted(set(listed)) if listed.count(name) > 1]
    finish(problems, f"{len(listed)} entries of po/POTFILES")


if __name__ == "__main__":
    main()
