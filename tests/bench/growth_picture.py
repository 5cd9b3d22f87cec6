# SPDX-License-Identifier: GPL-3.0-or-later
"""A picture of figures by an office's size: a small plot for each metric, all from the JSON of a benchmark."""
import re
from html import escape

WIDTH, HEIGHT, COLUMNS = 270, 150, 3
STYLE = '''text { font: 12px system-ui, sans-serif; fill: #3d3846; }
.title { font-weight: 600; } .size { fill: #77767b; text-anchor: middle; }
.value { text-anchor: middle; font-weight: 600; } .axis { stroke: #c0bfbc; }
.line { fill: none; stroke: #1c71d8; stroke-width: 2; } circle { fill: #1c71d8; }
@media (prefers-color-scheme: dark) { text { fill: #deddda; } .size { fill: #9a9996; } .axis { stroke: #5e5c64; }
.line { stroke: #78aeed; } circle { fill: #78aeed; } }'''


def size_of(case):
    return int(re.match(r'[\d,]+', case).group().replace(',', ''))


def short(number):
    """As people say sizes: 10k, 1.4M."""
    for limit, letter in (1_000_000, 'M'), (1_000, 'k'):
        if number >= limit:
            return f'{float(f"{number / limit:.2g}"):g}{letter}'
    return str(number)


def plot(metric, unit, points, x, y):
    """One metric; the height is from zero to half as much again as the largest, so that growth is not flattered."""
    top = 1.5 * max(value for _, value in points) or 1
    step = (WIDTH - 80) / max(1, len(points) - 1)
    places = [(x + 30 + i * step, y + 115 - 75 * value / top) for i, (_, value) in enumerate(points)]
    parts = [f'<text class="title" x="{x + 8}" y="{y + 18}">{escape(metric)}</text>',
             f'<line class="axis" x1="{x + 8}" x2="{x + WIDTH - 28}" y1="{y + 115}" y2="{y + 115}"/>',
             f'<polyline class="line" points="{" ".join(f"{px:.1f},{py:.1f}" for px, py in places)}"/>']
    for (size, value), (px, py) in zip(points, places):
        parts += [f'<circle cx="{px:.1f}" cy="{py:.1f}" r="4"/>',
                  f'<text class="value" x="{px:.1f}" y="{py - 9:.1f}">{value:.3g} {escape(unit)}</text>',
                  f'<text class="size" x="{px:.1f}" y="{y + 132}">{short(size)}</text>']
    return '\n'.join(parts)


def draw(figures):
    """The picture as SVG."""
    metrics = {}
    for figure in figures:
        metrics.setdefault((figure['metric'], figure['unit']), []).append((size_of(figure['case']), figure['ours']))
    rows = -(-len(metrics) // COLUMNS)
    plots = [plot(metric, unit, sorted(points), i % COLUMNS * WIDTH, i // COLUMNS * HEIGHT)
             for i, ((metric, unit), points) in enumerate(metrics.items())]
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {COLUMNS * WIDTH} {rows * HEIGHT}" '
            f'width="{COLUMNS * WIDTH}" role="img">\n<title>Costs by the size of an office, in records</title>\n'
            f'<style>{STYLE}</style>\n'
            + '\n'.join(plots) + '\n</svg>\n')
