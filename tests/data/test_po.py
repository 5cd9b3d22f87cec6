#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Hebrew is fit for use: forms for counted things, placeholders, punctuation.

    test_po.py HE.PO
"""
import re
import subprocess
import sys
import unittest

PLACEHOLDER = re.compile(r'%(?!%)(?:\d+\$)?[-+ #0\']*[\d*]*(?:\.[\d*]+)?(?:hh|h|ll|l|z|j|t)?[a-zA-Z]')


def kinds(text):
    """The letters of the placeholders in @text, sorted."""
    return sorted(one[-1] for one in PLACEHOLDER.findall(text))


def entries(text):
    """(id, plural id, [texts]) of each entry of a catalogue that msgattrib wrote."""
    for block in text.split('\n\n'):
        if block.startswith('#~') or not re.search(r'^msgid ', block, re.M):
            continue
        parts, key = {}, None
        for line in block.splitlines():
            if match := re.match(r'(msgctxt|msgid_plural|msgid|msgstr(?:\[\d\])?) (".*")$', line):
                key = match[1]
                parts[key] = match[2][1:-1]
            elif line.startswith('"') and key:
                parts[key] += line[1:-1]
        texts = [value for name, value in parts.items() if name.startswith('msgstr')]
        yield parts['msgid'], parts.get('msgid_plural'), texts


class Hebrew(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        catalogue = subprocess.run(['msgattrib', '--no-wrap', '--no-obsolete', '--no-location', CATALOGUE],
                                   check=True, capture_output=True, text=True).stdout
        cls.entries = [entry for entry in entries(catalogue) if entry[0]]

    def test_catalogue_was_read(self):
        self.assertIn('Close the window', [entry[0] for entry in self.entries])

    def test_counted_things_have_all_three_forms(self):
        counted = [entry for entry in self.entries if entry[1] is not None]
        self.assertTrue(counted)
        for text, _, hebrew in counted:
            self.assertEqual(len(hebrew), 3, text)

    def test_placeholders_agree(self):
        """%d may be left out of the forms for one and two, which are words; otherwise nothing is lost or made up."""
        for text, plural, hebrew in self.entries:
            wanted = kinds(plural or text)
            for index, one in enumerate(hebrew):
                if plural is not None and index < 2:
                    self.assertLessEqual(set(kinds(one)), set(wanted), text)
                else:
                    self.assertEqual(kinds(one), wanted, text)

    def test_tone(self):
        for text, _, hebrew in self.entries:
            for one in hebrew:
                self.assertNotIn('!', one, text)

    def test_quotation_marks_are_hebrew(self):
        """Gershayim and geresh, not the typewriter's marks: מע״מ, not מע"מ."""
        for text, _, hebrew in self.entries:
            for one in hebrew:
                self.assertNotRegex(one, '[א-ת]\\\\"[א-ת]|[א-ת]\'(?:[א-ת]|$)|[“”„]', text)


if __name__ == '__main__':
    CATALOGUE = sys.argv[1]
    unittest.main(argv=sys.argv[:1])
