#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files of data/ agree with each other, and say what the desktop will look for.

    test_desktop_files.py SOURCE-DIR BUILD-DIR BINDIR
"""
import configparser
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree as ET

ID = 'io.github.moked_crm.Moked'
SVG = '{http://www.w3.org/2000/svg}'


def key_file(path):
    parser = configparser.ConfigParser(interpolation=None, strict=True)
    parser.optionxform = str
    parser.read(path, encoding='utf-8')
    return parser


class DesktopFile(unittest.TestCase):
    def setUp(self):
        self.entry = key_file(BUILD / f'{ID}.desktop')['Desktop Entry']

    def test_names_program_icon_and_activation(self):
        self.assertEqual(self.entry['Icon'], ID)
        self.assertEqual(self.entry['Exec'], 'moked')
        self.assertEqual(self.entry['DBusActivatable'], 'true')
        self.assertTrue((SOURCE / f'icons/hicolor/scalable/apps/{ID}.svg').exists())

    def test_speaks_hebrew(self):
        self.assertEqual(self.entry['Name[he]'], 'מוקד')
        for key in ('GenericName', 'Comment', 'Keywords'):
            self.assertRegex(self.entry[key + '[he]'], '[א-ת]')


class Activation(unittest.TestCase):
    def test_each_bus_name_starts_its_program(self):
        for name, command in ((ID, 'moked --gapplication-service'), (ID + '.Service', 'moked-service --embedded')):
            service = key_file(BUILD / f'{name}.service')['D-BUS Service']
            self.assertEqual(service['Name'], name)
            self.assertEqual(service['Exec'], f'{BINDIR}/{command}')


class OfficeServer(unittest.TestCase):
    def setUp(self):
        # A unit repeats some of its keys, which a key file of the desktop may not.
        self.unit = (BUILD / 'moked-service.service').read_text(encoding='utf-8')

    def test_nginx_finds_the_service(self):
        command = re.search(r'^ExecStart=(.*)$', self.unit, re.M)[1].split()
        self.assertEqual(command[0], f'{BINDIR}/moked-service')
        address = command[command.index('--listen') + 1]
        self.assertIn(f'\n    server {address} ', (SOURCE / 'nginx/moked.conf').read_text(encoding='utf-8'))

    def test_owns_one_folder_and_no_right(self):
        self.assertIn('--data-dir /var/lib/' + re.search(r'^StateDirectory=(.*)$', self.unit, re.M)[1], self.unit)
        for line in ('DynamicUser=yes', 'StateDirectoryMode=0700', 'CapabilityBoundingSet=', 'NoNewPrivileges=yes',
                     'ProtectSystem=strict', 'ProtectHome=yes', 'SystemCallFilter=@system-service'):
            self.assertIn(f'\n{line}\n', self.unit)


class Metainfo(unittest.TestCase):
    def test_is_about_the_same_program(self):
        root = ET.parse(BUILD / f'{ID}.metainfo.xml').getroot()
        self.assertEqual(root.findtext('id'), ID)
        self.assertEqual(root.findtext('launchable'), f'{ID}.desktop')
        self.assertEqual(root.findtext('project_license'), 'GPL-3.0-or-later')
        summaries = {one.get('{http://www.w3.org/XML/1998/namespace}lang'): one.text for one in root.findall('summary')}
        self.assertRegex(summaries['he'], '[א-ת]')
        self.assertTrue(root.findall('screenshots/screenshot/image'))


class Settings(unittest.TestCase):
    DEFAULTS = {
        'language': "'he'", 'appearance': "'system'", 'service-address': "''", 'window-width': '1180',
        'window-height': '760', 'window-maximized': 'false', 'sidebar-visible': 'true',
        'fetch-files-up-to': '10',
    }

    def test_defaults(self):
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run(['glib-compile-schemas', '--strict', f'--targetdir={folder}', SOURCE], check=True)
            def ask(*words):
                return subprocess.run(['gsettings', '--schemadir', folder, *words], check=True, capture_output=True, text=True,
                                      env={'GSETTINGS_BACKEND': 'memory', 'PATH': '/usr/bin'}).stdout
            keys = dict(line.split(' ', 2)[1:] for line in ask('list-recursively', ID).splitlines())
            self.assertEqual(keys, self.DEFAULTS)
            for key in ('language', 'appearance'):
                self.assertIn('system', ask('range', ID, key))


class Icons(unittest.TestCase):
    def symbolic(self):
        return [*(SOURCE / 'icons/scalable/actions').iterdir(), SOURCE / f'icons/hicolor/symbolic/apps/{ID}-symbolic.svg']

    def test_symbolic_icons_can_be_recoloured(self):
        for path in self.symbolic():
            with self.subTest(icon=path.name):
                root = ET.parse(path).getroot()
                self.assertTrue(path.name.endswith(('-symbolic.svg', '-symbolic-rtl.svg')))
                self.assertEqual(root.get('viewBox'), '0 0 16 16')
                for element in root.iter():
                    self.assertIn(element.tag, (SVG + 'svg', SVG + 'path'))
                    self.assertNotIn('stroke', element.attrib)
                    self.assertNotIn('style', element.attrib)

    def test_every_icon_is_in_the_resource(self):
        listed = {pathlib.Path(one.text).name for one in ET.parse(SOURCE / 'icons/icons.gresource.xml').iter('file')}
        self.assertEqual(listed, {path.name for path in (SOURCE / 'icons/scalable/actions').iterdir()})

    def test_icons_draw_something(self):
        import gi
        gi.require_version('GdkPixbuf', '2.0')
        from gi.repository import GdkPixbuf
        for path in [*self.symbolic(), SOURCE / f'icons/hicolor/scalable/apps/{ID}.svg']:
            for size in (16, 32, 128):
                with self.subTest(icon=path.name, size=size):
                    picture = GdkPixbuf.Pixbuf.new_from_file_at_size(str(path), size, size)
                    self.assertEqual((picture.get_width(), picture.get_height()), (size, size))
                    alpha = picture.get_pixels()[3::4]
                    inked = sum(value > 127 for value in alpha) / (size * size)
                    self.assertGreater(inked, 0.08)
                    self.assertLess(inked, 0.9)


if __name__ == '__main__':
    SOURCE, BUILD, BINDIR = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), sys.argv[3]
    unittest.main(argv=sys.argv[:1])
