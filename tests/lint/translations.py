# SPDX-License-Identifier: GPL-3.0-or-later
"""Every translation is sound, and Hebrew is whole: each text of today's sources is there, none fuzzy or empty."""

import pathlib
import subprocess
import tempfile

from common import ROOT, files, finish

COMPLETE = ("po/he.po",)
# What glib's preset of Meson's i18n module gives to xgettext.
KEYWORDS = ("_", "N_", "C_:1c,2", "NC_:1c,2", "Q_:1g", "g_dcgettext:2", "g_dngettext:2,3", "g_dpgettext2:2c,3")


def run(*command):
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    return result.returncode, (result.stdout + result.stderr).strip()


def make_template(folder):
    """The template of today's sources, or None when there is nothing to translate; and xgettext's complaint."""
    template = pathlib.Path(folder, "moked.pot")
    if not (ROOT / "po/POTFILES").exists():
        return None, ""
    status, output = run("xgettext", "--files-from=po/POTFILES", "--directory=.", "--from-code=UTF-8",
                         *(f"--keyword={keyword}" for keyword in KEYWORDS), f"--output={template}")
    return (template if template.exists() else None), output if status else ""


def check_complete(name, template, folder):
    merged = str(pathlib.Path(folder, "merged.po"))
    status, output = run("msgmerge", "--quiet", "--no-fuzzy-matching", f"--output-file={merged}", name, str(template))
    if status:
        return [f"{name}: {output}"]
    problems = []
    for what, option in (("untranslated", "--untranslated"), ("fuzzy", "--only-fuzzy")):
        status, output = run("msgattrib", option, "--no-obsolete", "--no-wrap", merged)
        if status:
            problems.append(f"{name}: {output}")
        problems += [f"{name}: {what}: {line[6:]}" for line in output.splitlines()
                     if line.startswith("msgid ") and line != 'msgid ""']
    return problems


def main():
    names = files("po/*.po")
    problems = []
    for name in names:
        status, output = run("msgfmt", "--check", "--output-file=/dev/null", name)
        if status:
            problems.append(f"{name}: {output}")
    with tempfile.TemporaryDirectory() as folder:
        template, complaint = make_template(folder)
        if complaint:
            problems.append(f"xgettext: {complaint}")
        for name in COMPLETE if template else ():
            problems += check_complete(name, template, folder) if name in names else [f"{name} is missing"]
    finish(problems, f"{len(names)} translations")


if __name__ == "__main__":
    main()
