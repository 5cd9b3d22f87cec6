# SPDX-License-Identifier: GPL-3.0-or-later
"""Keeps the layer table of src/README.md: which folder may include which.

Every #include "…" of src/ is resolved to a file of src/ and judged by the tables below. A folder's UI files
are those that its meson.build adds to moked_ui_sources, and the headers of the same name.
--self-test plants each kind of violation and demands that it is found.
"""

import pathlib
import re
import sys
import tempfile

from common import ROOT, finish

KERNEL = ("base", "model", "store", "files", "backup", "transfer", "sync", "server", "jobs", "providers")

# What a folder may include beside itself: folders, or single headers.
TABLE = {
    "base": set(),
    "model": {"base"},
    "store": {"base", "model"},
    "files": {"base"},
    "backup": {"base", "model", "store"},
    "transfer": {"base", "model", "store", "backup"},
    "sync": {"base", "model", "store"},
    "server": {"base", "model", "store"},
    "jobs": {"base", "model", "store"},
    "providers": {"base"},
    "features": set(KERNEL),
    "ui": {"base", "files", "model", "store/moked-query-model.h", "store/moked-query.h", "store/moked-row.h",
           "sync/moked-cache.h", "sync/moked-edit.h", "sync/moked-http-transport.h", "sync/moked-mutation.h", "sync/moked-sync-client.h"},
    "app": {*KERNEL, "features", "ui"},
    "service": {*KERNEL, "features"},
}
TABLE["features UI"] = {*TABLE["ui"], "ui"}

UI_LIBRARIES = re.compile(r"(gtk|gdk|gsk|adwaita|pango|graphene)([-/.]|$)")
INCLUDE = re.compile(r'^\s*#\s*include\s+(["<])([^">]+)[">]', re.MULTILINE)
QUOTED = re.compile(r"'([^']+)'")


class Tree:
    """The sources under a folder, and which of them are UI."""

    def __init__(self, src):
        self.src = src
        self.files = {path.relative_to(src).as_posix(): path.read_text(encoding="utf-8")
                      for path in sorted(src.rglob("*.[ch]"))}
        self.ui_files = set(self.declared_ui_files())

    def declared_ui_files(self):
        for build in self.src.rglob("meson.build"):
            folder = build.parent.relative_to(self.src).as_posix()
            for block in re.findall(r"moked_ui_sources\s*\+?=\s*files\s*\(([^)]*)\)", build.read_text(encoding="utf-8")):
                for name in QUOTED.findall(block):
                    path = name if folder == "." else f"{folder}/{name}"
                    yield path
                    yield re.sub(r"\.c$", ".h", path)

    def resolve(self, name, included):
        """A file of src/, or None for what the build makes (moked-config.h) and for the system's."""
        beside = (pathlib.PurePosixPath(name).parent / included).as_posix()
        return next((path for path in (beside, included) if path in self.files), None)

    def is_ui(self, name):
        return name in self.ui_files or name.split("/")[0] in ("ui", "app")


def layer_of(tree, name):
    top = name.split("/")[0]
    return "features UI" if top == "features" and tree.is_ui(name) else top


def folder_of(name):
    return "/".join(name.split("/")[:2])


def judge(tree, name, target):
    """Why the file must not include the target; None when it may."""
    layer, top = layer_of(tree, name), target.split("/")[0]
    if layer not in TABLE:
        return f"src/{layer} is not in the layer table"
    if top == "providers" and target.count("/") > 1 and folder_of(name) != folder_of(target) and \
       name.split("/")[0] not in ("app", "service"):
        return "a vendor's header stays inside the vendor's folder"
    if layer.startswith("features") and top == "features":
        return judge_features(tree, name, target)
    if top == name.split("/")[0] or top in TABLE[layer] or target in TABLE[layer]:
        return None
    return f"{layer} must not include {top}"


def judge_features(tree, name, target):
    if not tree.is_ui(name) and tree.is_ui(target):
        return "a headless file must not include a UI header"
    if folder_of(name) == folder_of(target):
        return None
    if tree.is_ui(target) or target.endswith("-private.h"):
        return "of another feature only public headless headers may be included"
    return None


def cycles(edges):
    """Features that reach themselves through the headers of others."""
    for start in sorted(edges):
        seen, queue = set(), list(edges[start])
        while queue:
            feature = queue.pop()
            if feature not in seen:
                seen.add(feature)
                queue += edges.get(feature, ())
        if start in seen:
            yield f"src/{start}: includes another feature that includes it back, through {', '.join(sorted(seen))}"


def check(tree):
    problems, edges = [], {}
    for name, text in tree.files.items():
        for quote, included in INCLUDE.findall(text):
            target = tree.resolve(name, included) if quote == '"' else None
            if target is None:
                if not tree.is_ui(name) and UI_LIBRARIES.match(included):
                    problems.append(f"src/{name}: includes {included}: headless code must not see the UI toolkit")
                continue
            reason = judge(tree, name, target)
            if reason:
                problems.append(f"src/{name}: includes {included}: {reason}")
            if name.startswith("features/") and target.startswith("features/") and folder_of(name) != folder_of(target):
                edges.setdefault(folder_of(name), set()).add(folder_of(target))
    return problems + list(cycles(edges))


SOUND = {
    "base/b.h": "", "model/m.h": '#include "base/b.h"', "store/s.h": '#include "model/m.h"', "ui/u.h": "#include <gtk/gtk.h>",
    "providers/p.h": "", "providers/acme/a.h": '#include "providers/p.h"', "providers/acme/a.c": '#include "a.h"',
    "features/meson.build": "", "features/x/meson.build": "moked_ui_sources += files('x-page.c')",
    "features/y/meson.build": "moked_ui_sources += files('y-page.c')",
    "features/x/x.h": '#include "store/s.h"', "features/x/x-page.h": "#include <gtk/gtk.h>",
    "features/x/x-page.c": '#include "x-page.h"\n#include "ui/u.h"\n#include "x.h"',
    "features/y/y.c": '#include "features/x/x.h"', "features/y/y.h": "", "features/y/y-private.h": "",
    "service/main.c": '#include "features/x/x.h"\n#include "providers/acme/a.h"',
}
PLANTED = {
    "base/b.c": ('#include "model/m.h"', "base must not include model"),
    "features/x/x.c": ("#include <gtk/gtk.h>", "must not see the UI toolkit"),
    "store/s.c": ("#include <adwaita.h>", "must not see the UI toolkit"),
    "features/y/z.c": ('#include "ui/u.h"', "features must not include ui"),
    "features/x/w.c": ('#include "x-page.h"', "a headless file must not include a UI header"),
    "features/y/y-page.c": ('#include "features/x/x-page.h"', "only public headless headers"),
    "features/x/x-page.c": ('#include "store/s.h"', "features UI must not include store"),
    "features/y/v.c": ('#include "providers/acme/a.h"', "stays inside the vendor's folder"),
    "features/x/v.c": ('#include "features/y/y-private.h"', "only public headless headers"),
    "features/x/y.c": ('#include "features/y/y.h"', "includes another feature that includes it back"),
    "service/main.c": ('#include "ui/u.h"', "service must not include ui"),
    "elsewhere/e.c": ('#include "base/b.h"', "not in the layer table"),
}


def problems_of(contents):
    with tempfile.TemporaryDirectory() as folder:
        for name, text in contents.items():
            path = pathlib.Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return check(Tree(pathlib.Path(folder)))


def self_test():
    problems = [f"found in a sound tree: {problem}" for problem in problems_of(SOUND)]
    for name, (text, reason) in PLANTED.items():
        found = problems_of({**SOUND, name: text})
        if not any(reason in problem for problem in found):
            problems.append(f"planted in {name}: {text}: not found; only {found}")
    finish(problems, f"{len(PLANTED)} planted violations")


def main():
    if "--self-test" in sys.argv:
        self_test()
    tree = Tree(ROOT / "src")
    finish(check(tree), f"{len(tree.files)} files of src")


if __name__ == "__main__":
    main()
