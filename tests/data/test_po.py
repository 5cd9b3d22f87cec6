#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Hebrew is complete: every text of the sources has one, and every source with texts is listed.

    test_po.py PROJECT-DIR
"""
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

MARKED = re.compile(r'''(?<![\w])(?:_|N_|C_|NC_|gettext|ngettext|dgettext|dngettext|g_dngettext|g_dpgettext2)\s*\(\s*(?:"|')''')
PLACEHOLDER = re.compile(r'%(?!%)(?:\d+\$)?[-+ #0\']*[\d*]*(?:\.[\d*]+)?(?:hh|h|ll|l|z|j|t)?[a-zA-Z]')


def listed():
    lines = (PROJECT / 'po/POTFILES').read_text(encoding='utf-8').splitlines()
    return [line for line in lines if line and not line.startswith('#')]


def entries(text):
    """(context, id, plural id, [texts], flags) of each entry of a catalogue that msgattrib wrote."""
    for block in text.split('\n\n'):
        if block.startswith('#~') or not re.search(r'^msgid ', block, re.M):
            continue
        parts, flags, key = {}, '', None
        for line in block.splitlines():
            if line.startswith('#,'):
                flags += line
            elif match := re.match(r'(msgctxt|msgid_plural|msgid|msgstr(?:\[\d\])?) (".*")$', line):
                key = match[1]
                parts[key] = match[2][1:-1]
            elif line.startswith('"') and key:
                parts[key] += line[1:-1]
        texts = [value for name, value in parts.items() if name.startswith('msgstr')]
        yield parts.get('msgctxt'), parts['msgid'], parts.get('msgid_plural'), texts, flags


class Hebrew(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        """Bring a copy of the project's texts up to date, the way a developer does."""
        with tempfile.TemporaryDirectory() as folder:
            copy = pathlib.Path(folder)
            for path in [*listed(), 'po/POTFILES', 'po/he.po', 'tools/update-po.sh']:
                (copy / path).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(PROJECT / path, copy / path)
            result = subprocess.run([copy / 'tools/update-po.sh'], capture_output=True, text=True)
            if result.returncode != 0:
                raise RuntimeError(result.stderr)
            fresh = subprocess.run(['msgattrib', '--no-wrap', '--no-obsolete', '--no-location', copy / 'po/he.po'],
                                   check=True, capture_output=True, text=True).stdout
        cls.entries = [entry for entry in entries(fresh) if entry[1]]

    def test_every_text_has_its_hebrew(self):
        missing = [entry[1] for entry in self.entries if not all(entry[3]) or 'fuzzy' in entry[4]]
        self.assertEqual(missing, [], 'run ./dev exec tools/update-po.sh and fill in po/he.po')
        self.assertGreater(len(self.entries), 30)

    def test_counted_things_have_all_three_forms(self):
        for _, text, plural, hebrew, _ in self.entries:
            if plural is not None:
                self.assertEqual(len(hebrew), 3, text)

    def test_placeholders_agree(self):
        """%d may be left out of the forms for one and two, which are words; otherwise nothing is lost or made up."""
        for _, text, plural, hebrew, _ in self.entries:
            wanted = sorted(PLACEHOLDER.sub(lambda m: m[0][-1], p) for p in PLACEHOLDER.findall(plural or text))
            for index, one in enumerate(hebrew):
                found = sorted(p[-1] for p in PLACEHOLDER.findall(one))
                if plural is not None and index < 2:
                    self.assertLessEqual(set(found), {p[-1] for p in wanted}, text)
                elif '%' in text:
                    self.assertEqual(found, [p[-1] for p in wanted], text)

    def test_tone(self):
        """Gender-neutral and calm: no exclamation mark, no slash forms for a reader's gender."""
        for _, text, _, hebrew, _ in self.entries:
            for one in hebrew:
                self.assertNotIn('!', one, text)

    def test_every_source_with_texts_is_listed(self):
        names = set(listed())
        marked = set()
        for folder in ('src', 'data'):
            for path in (PROJECT / folder).rglob('*'):
                if path.suffix in ('.c', '.h', '.blp', '.ui') and MARKED.search(path.read_text(encoding='utf-8')):
                    marked.add(str(path.relative_to(PROJECT)))
        self.assertEqual(sorted(marked - names), [], 'add these to po/POTFILES')
        self.assertEqual(sorted(name for name in names if not (PROJECT / name).exists()), [])
        self.assertEqual(listed(), sorted(listed()))


if __name__ == '__main__':
    PROJECT = pathlib.Path(sys.argv[1])
    unittest.main(argv=sys.argv[:1])
