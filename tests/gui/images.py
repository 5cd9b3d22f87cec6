# SPDX-License-Identifier: GPL-3.0-or-later
"""Comparing pictures, exactly: with the cairo renderer and the tests' fonts one program draws the same bytes each time.

Also a command: images.py REFERENCE PICTURE [DIFFERENCE]
"""

import sys

from PIL import Image, ImageChops


def _open(path):
    with Image.open(path) as image:
        return image.convert('RGB')


def _changed(difference):
    """A black and white picture of which pixels are not alike."""
    red, green, blue = difference.split()
    return ImageChops.lighter(ImageChops.lighter(red, green), blue).point(lambda value: 255 if value else 0)


def compare(reference, picture, difference=None):
    """None when the two PNGs are alike, else a sentence about it.

    With `difference`, a path, writes a picture that shows the pixels which are not alike in red.
    """
    old, new = _open(reference), _open(picture)
    if old.size != new.size:
        return f'{picture} is {new.size[0]}×{new.size[1]}, {reference} {old.size[0]}×{old.size[1]}'

    changed = _changed(ImageChops.difference(old, new))
    box = changed.getbbox()
    if box is None:
        return None
    if difference:
        Image.composite(Image.new('RGB', new.size, 'red'), new, changed).save(difference)
    count = changed.histogram()[255]
    return f'{picture} differs from {reference} in {count} pixels, within {box}'


def is_blank(picture, box=None):
    """Whether all of the picture, or of its box (x, y, width, height), has one colour, as when nothing was drawn."""
    image = _open(picture)
    if box:
        x, y, width, height = map(round, box)
        image = image.crop((x, y, x + width, y + height))
    return image.getcolors(1) is not None


def mean_brightness(picture):
    """From 0, black, to 255, white."""
    histogram = _open(picture).convert('L').histogram()
    return sum(value * count for value, count in enumerate(histogram)) / sum(histogram)


def main():
    result = compare(*sys.argv[1:])
    print(result or 'alike')
    return 1 if result else 0


if __name__ == '__main__':
    sys.exit(main())
