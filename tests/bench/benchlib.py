# SPDX-License-Identifier: GPL-3.0-or-later
"""What the benchmarks share: figures beside their peers and goals, and reading processes' costs."""
import json
import os
import platform
import statistics
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
BUILD = HERE.parents[1] / '_build'
PROGRAMS = BUILD / 'tests' / 'bench'
RUN = BUILD / 'bench' / 'run'        # on a disk: what is durable has to reach one
sys.path[:0] = [str(HERE.parent / 'support'), str(HERE.parent / 'server')]


# Figures ---------------------------------------------------------------------------------------

@dataclass
class Figure:
    metric: str
    case: str
    ours: float
    unit: str
    peer: str | None
    theirs: float | None
    ratio: float | None      # ours / theirs
    goal: str | None
    met: bool | None


def at_most(limit, unit=''):
    """A goal for our value alone: (text, test)."""
    return f'≤ {limit:g} {unit}'.rstrip(), lambda ours, ratio: ours <= limit


def at_least(limit, unit=''):
    return f'≥ {limit:g} {unit}'.rstrip(), lambda ours, ratio: ours >= limit


def below(limit, unit=''):
    return f'< {limit:g} {unit}'.rstrip(), lambda ours, ratio: ours < limit


def exactly(value, unit=''):
    return f'= {value:g} {unit}'.rstrip(), lambda ours, ratio: ours == value


def ratio_at_least(limit):
    return f'≥ {limit:g} × theirs', lambda ours, ratio: ratio is not None and ratio >= limit


def ratio_at_most(limit):
    return f'≤ {limit:g} × theirs', lambda ours, ratio: ratio is not None and ratio <= limit


def significant(value):
    """Four significant digits: more would claim what the machine cannot give."""
    return None if value is None else float(f'{value:.4g}')


class Report:
    """The figures of one benchmark; printed and written by `finish()`."""

    def __init__(self, name):
        self.name, self.figures, self.notes = name, [], []

    def add(self, metric, case, ours, unit, peer=None, theirs=None, goal=None):
        ratio = ours / theirs if theirs else None
        text, test = goal or (None, None)
        self.figures.append(Figure(metric, case, significant(ours), unit, peer, significant(theirs),
                                   significant(ratio), text, test(ours, ratio) if test else None))

    def note(self, text):
        self.notes.append(text)
        print(text, flush=True)

    def finish(self):
        """Print the table, write _build/bench/NAME.json. Returns 1 when a goal was missed."""
        folder = BUILD / 'bench'
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f'{self.name}.json').write_text(json.dumps(
            {'name': self.name, 'machine': machine(), 'figures': [asdict(f) for f in self.figures],
             'notes': self.notes}, ensure_ascii=False, indent=1) + '\n', encoding='utf-8')
        print_table(self.figures)
        missed = [f for f in self.figures if f.met is False]
        print(f'{len(self.figures)} figures, {sum(f.met is True for f in self.figures)} goals met, {len(missed)} missed')
        return 1 if missed else 0


def print_table(figures):
    rows = [('metric', 'case', 'ours', 'unit', 'theirs', 'peer', 'ratio', 'goal', '')]
    for f in figures:
        rows.append((f.metric, f.case, _number(f.ours), f.unit, _number(f.theirs), f.peer or '',
                     _number(f.ratio), f.goal or '', {True: 'met', False: 'MISSED', None: ''}[f.met]))
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    right = (2, 4, 6)
    for row in rows:
        print('  '.join(cell.rjust(width) if i in right else cell.ljust(width)
                        for i, (cell, width) in enumerate(zip(row, widths))).rstrip())


def _number(value):
    return '' if value is None else f'{value:,.0f}' if abs(value) >= 1000 else f'{value:g}'


def machine():
    """What the figures depend on."""
    cpu = next((line.partition(':')[2].strip() for line in _lines('/proc/cpuinfo') if line.startswith('model name')),
               platform.machine())
    memory = next(int(line.split()[1]) for line in _lines('/proc/meminfo') if line.startswith('MemTotal'))
    system = next((line.partition('=')[2].strip('"\n') for line in _lines('/etc/os-release')
                   if line.startswith('PRETTY_NAME')), '')
    return {'cpu': cpu, 'cores': os.cpu_count(), 'memory_gib': round(memory / 1048576, 1),
            'kernel': platform.release(), 'system': system, 'load_average': os.getloadavg()[0]}


def _lines(path):
    try:
        return Path(path).read_text(encoding='utf-8').splitlines()
    except OSError:
        return []


# Statistics ------------------------------------------------------------------------------------

def interleaved(rounds, contenders, measure):
    """Measure each of @contenders once a round, so that a busy moment of the machine hits all.

    Returns {contender: [measure (contender, round), …]}.
    """
    results = {name: [] for name in contenders}
    for turn in range(rounds):
        for name in contenders:
            results[name].append(measure(name, turn))
    return results


def median(values, key=None):
    return statistics.median(value[key] for value in values) if key else statistics.median(values)


def percentile(values, part):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))]


# Processes -------------------------------------------------------------------------------------

def family(pid):
    """@pid and all that descend from it."""
    children = {}
    for entry in Path('/proc').iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / 'stat').read_text(encoding='utf-8', errors='replace')
            except OSError:
                continue
            children.setdefault(int(stat.rpartition(')')[2].split()[1]), []).append(int(entry.name))
    found, waiting = [], [pid]
    while waiting:
        one = waiting.pop()
        found.append(one)
        waiting += children.get(one, [])
    return found


def memory_mb(pid, what='Pss'):
    """Megabytes (2^20) of @what (Pss or Rss) of @pid and its descendants."""
    total = 0
    for one in family(pid):
        for line in _lines(f'/proc/{one}/smaps_rollup'):
            if line.startswith(what + ':'):
                total += int(line.split()[1])
    return total / 1024


def cpu_seconds(pid):
    """User and system time of @pid and its descendants so far."""
    total = 0
    for one in family(pid):
        try:
            stat = Path(f'/proc/{one}/stat').read_text(encoding='utf-8', errors='replace')
        except OSError:
            continue
        fields = stat.rpartition(')')[2].split()
        total += int(fields[11]) + int(fields[12])
    return total / os.sysconf('SC_CLK_TCK')


def await_quiet(pid, seconds=3.0):
    """Wait until @pid and its descendants have nothing to do for @seconds. Returns their processor time."""
    last, since = cpu_seconds(pid), time.monotonic()
    while time.monotonic() - since < seconds:
        time.sleep(0.1)
        now = cpu_seconds(pid)
        if now - last > 0.05:
            last, since = now, time.monotonic()
    return last
