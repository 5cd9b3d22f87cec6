#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Flatpak manifest: pinned upstream sources, least permissions, nothing that a store refuses.

    test_manifest.py MANIFEST PROJECT-DIR
"""
import pathlib
import re
import sys
import unittest

import yaml

ID = 'io.github.moked_crm.Moked'
PERMISSIONS = {'--socket=wayland', '--socket=fallback-x11', '--share=ipc', '--device=dri', '--share=network'}
AT_LEAST = {'sqlite': (3, 51, 3), 'libsoup': (3, 7, 1), 'yyjson': (0, 10)}
TOP_KEYS = {'id', 'runtime', 'runtime-version', 'sdk', 'command', 'finish-args', 'separate-locales', 'cleanup', 'modules'}
MODULE_KEYS = {'name', 'buildsystem', 'config-opts', 'build-options', 'build-commands', 'cleanup', 'sources'}


class StrictLoader(yaml.SafeLoader):
    """A key that stands twice is a mistake, not an override."""


def _mapping(loader, node):
    keys = [loader.construct_object(key) for key, _ in node.value]
    if len(keys) != len(set(keys)):
        raise yaml.YAMLError(f'a key stands twice in {sorted(keys)}')
    return loader.construct_mapping(node, deep=True)


StrictLoader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def version(url):
    """The version that an archive's name tells; SQLite writes 3.51.3 as 3510300."""
    if match := re.search(r'sqlite-autoconf-(\d)(\d\d)(\d\d)00\.', url):
        return tuple(map(int, match.groups()))
    return tuple(map(int, re.search(r'(\d+(?:\.\d+)+)\.tar', url)[1].split('.')))


class Manifest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.manifest = yaml.load(MANIFEST.read_text(encoding='utf-8'), StrictLoader)
        cls.modules = {module['name']: module for module in cls.manifest['modules']}

    def test_is_our_program_on_a_gnome_runtime(self):
        self.assertEqual(self.manifest['id'], ID)
        self.assertEqual(MANIFEST.name, ID + '.yml')
        self.assertEqual(self.manifest['command'], 'moked')
        self.assertEqual((self.manifest['runtime'], self.manifest['sdk']), ('org.gnome.Platform', 'org.gnome.Sdk'))
        self.assertIn('org.gnome.Platform//' + self.manifest['runtime-version'],
                      (PROJECT / 'docs/flatpak.md').read_text(encoding='utf-8'))

    def test_has_no_key_that_nobody_reads(self):
        self.assertEqual(self.manifest.keys() - TOP_KEYS, set())
        for module in self.modules.values():
            self.assertEqual(module.keys() - MODULE_KEYS, set(), module['name'])

    def test_permissions_are_the_least(self):
        self.assertEqual(set(self.manifest['finish-args']), PERMISSIONS)
        self.assertEqual(len(self.manifest['finish-args']), len(PERMISSIONS))
        explained = (PROJECT / 'docs/flatpak.md').read_text(encoding='utf-8')
        for permission in PERMISSIONS:
            self.assertIn(permission, explained)

    def test_every_source_is_upstream_and_pinned(self):
        for name, module in self.modules.items():
            self.assertTrue(module.get('sources'), name)
            for source in module['sources']:
                with self.subTest(module=name):
                    if name == 'moked':
                        self.assertEqual(source['type'], 'dir')
                        self.assertTrue((MANIFEST.parent / source['path'] / 'meson.build').samefile(PROJECT / 'meson.build'))
                    elif source['type'] == 'archive':
                        self.assertRegex(source['sha256'], '^[0-9a-f]{64}$')
                        self.assertRegex(source['url'], '^https://')
                    else:
                        self.assertEqual(source['type'], 'git')
                        self.assertRegex(source['commit'], '^[0-9a-f]{40}$')
                        self.assertIn('tag', source)
                        self.assertRegex(source['url'], '^https://')

    def test_bundled_libraries_are_new_enough(self):
        self.assertEqual(self.modules.keys() - {'moked'}, AT_LEAST.keys())
        for name, least in AT_LEAST.items():
            self.assertGreaterEqual(version(self.modules[name]['sources'][0]['url']), least, name)

    def test_libsoup_is_built_on_the_bundled_sqlite_and_the_program_comes_last(self):
        order = list(self.modules)
        self.assertLess(order.index('sqlite'), order.index('libsoup'))
        self.assertEqual(order[-1], 'moked')

    def test_cmake_modules_are_optimised_builds(self):
        for module in self.modules.values():
            if module['buildsystem'] == 'cmake-ninja':
                self.assertIn('-DCMAKE_BUILD_TYPE=RelWithDebInfo', module['config-opts'])

    def test_options_of_the_program_exist(self):
        options = (PROJECT / 'meson.options').read_text(encoding='utf-8')
        for option in self.modules['moked']['config-opts']:
            self.assertIn(f"option('{option[2:].partition('=')[0]}'", options)


if __name__ == '__main__':
    MANIFEST, PROJECT = map(pathlib.Path, sys.argv[1:3])
    unittest.main(argv=sys.argv[:1])
