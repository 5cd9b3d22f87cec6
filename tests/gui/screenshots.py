# SPDX-License-Identifier: GPL-3.0-or-later
"""Walks through the pages of Moked on its demo office and draws each of them.

screenshots.py FOLDER [PAGE…] writes FOLDER/PAGE.png, and PAGE-dark.png, PAGE-narrow.png and PAGE-contrast.png.
"""

import os
import sys
from dataclasses import dataclass

import images
from pages import MOKED
from person import Person
from session import Session


@dataclass
class Look:
    suffix: str
    size: tuple = (1280, 800)
    dark: bool = False
    contrast: bool = False


LOOKS = (Look(''), Look('-dark', dark=True), Look('-narrow', size=(360, 720)), Look('-contrast', contrast=True))


def walk(session, argv, pages, look, folder):
    """Draws `pages` of the program `argv` in one look; returns the pictures' paths."""
    session.set_appearance(look.dark, look.contrast)
    session.screen.resize(*look.size)
    person = Person(session, argv)
    pictures = []
    try:
        for page in pages:
            for step in page.steps:
                step(person)
            # Out of the way: what is under the pointer looks different.
            session.screen.move(look.size[0] // 2, 0)
            picture = person.screenshot(os.path.join(folder, f'{page.name}{look.suffix}.png'))
            if images.is_blank(picture):
                raise AssertionError(f'{picture} is blank')
            print(os.path.relpath(picture), flush=True)
            pictures.append(picture)
    except AssertionError:
        session.screen.screenshot(os.path.join(folder, f'failed{look.suffix}.png'))
        print(person.read_log(), file=sys.stderr)
        raise
    finally:
        person.quit()
    return pictures


def draw(argv, pages, folder, looks=LOOKS):
    with Session() as session:
        return [picture for look in looks for picture in walk(session, argv, pages, look, folder)]


def main():
    folder, *names = sys.argv[1:]
    pages = [page for page in MOKED if not names or page.name in names]
    if len(pages) < len(names):
        sys.exit(f'The pages are {", ".join(page.name for page in MOKED)}.')
    try:
        draw(['moked', '--demo'], pages, os.path.abspath(folder))
    except AssertionError as error:
        sys.exit(f'{error}')


if __name__ == '__main__':
    main()
