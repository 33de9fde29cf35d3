"""Plots as SVG that stands in the page: one row a workload, one mark a contender."""
from __future__ import annotations

import math
from dataclasses import dataclass
from html import escape
from itertools import chain, cycle
from typing import Callable, Iterator

from . import figures, tables
from .figures import Spread
from .peers import OURS, PEERS
from .results import Contest, Race, Result

#: Told apart by people who see few colours, on light and on dark; the marks differ in height as well.
#: Peers of another precision have the same, as they seldom race together.
COLOURS = dict(zip(PEERS, chain(("#0072b2", "#e69f00"), cycle(("#009e73", "#56b4e9", "#d55e00", "#cc79a7")))))
LEFT, RIGHT, TOP, ROW_STEP, ROW_GAP, WIDTH = 190, 20, 40, 11, 10, 900


@dataclass(frozen=True)
class Plot:
    title: str
    svg: str


@dataclass(frozen=True)
class Axis:
    """Values to places, linear or by doublings."""

    least: float
    most: float
    ticks: list[float]
    label: Callable[[float], str]
    doublings: bool = False

    def place(self, value: float) -> float:
        scale: Callable[[float], float] = math.log2 if self.doublings else float
        clamped = min(max(value, self.least), self.most)
        share = (scale(clamped) - scale(self.least)) / (scale(self.most) - scale(self.least))
        return LEFT + share * (WIDTH - LEFT - RIGHT)


def of_race(race: Race) -> Iterator[Plot]:
    for threads in sorted({contest.threads for contest in race.contests}):
        held = [contest for contest in race.contests if contest.threads == threads]
        on = f"{threads} thread" if threads == 1 else f"{threads} threads"
        peers = [name for name in tables.names(held) if name != OURS]  # beside ourselves we are always 1
        yield Plot(f"How many times as fast as its peers llmc is, on {on}: median, least to most of the rounds; "
                   "hollow where the peer's numbers differ or can't be compared",
                   draw(held, peers, faster, speed_axis(held)))
        yield Plot(f"Share of the nearer limit of the machine that is reached, on {on}",
                   draw(held, tables.names(held), reached, Axis(0, 1, [0, .25, .5, .75, 1], tables.percent),
                        figures.nearer_limit))


def faster(contest: Contest, result: Result) -> Spread | None:
    return figures.speed(tables.ours_in(contest), result)


def reached(contest: Contest, result: Result) -> Spread | None:
    """Of the limit that is nearer; one value, so that its spread is a point."""
    shares = figures.shares(contest, result)
    if shares is None:
        return None
    share = shares.flops if figures.nearer_limit(contest) == "multiply-adds" else shares.reads
    return Spread(share, share, share)


def speed_axis(contests: list[Contest]) -> Axis:
    """Whole doublings around all medians; 1 is always inside. A longer spread ends at the edge."""
    medians = [ratio.median for contest in contests for result in contest.results
               if (ratio := faster(contest, result))]
    low = min(-1, math.floor(math.log2(min(medians, default=1))))
    high = max(1, math.ceil(math.log2(max(medians, default=1))))
    ticks = [part * 2.0**step for step in range(low, high) for part in (1, 1.5)] + [2.0**high]
    return Axis(2.0**low, 2.0**high, ticks, lambda ratio: f"{ratio:g}", doublings=True)


def draw(contests: list[Contest], peers: list[str], value: Callable[[Contest, Result], Spread | None],
         axis: Axis, under: Callable[[Contest], str] = lambda _: "") -> str:
    """`under` is a second line below a workload's name. Peers without any value are left to the tables."""
    marks = {(row, result.peer): (spread, result) for row, contest in enumerate(contests) for result in contest.results
             if (spread := value(contest, result))}
    peers = [peer for peer in peers if any(peer == marked for _, marked in marks)]
    height = ROW_GAP + ROW_STEP * max(2, len(peers))
    bottom = TOP + height * len(contests)
    parts = _legend(peers)
    for row, contest in enumerate(contests):
        parts += _row(TOP + row * height, height, contest.workload, under(contest), shaded=row % 2 == 0)
    parts += _grid(axis, bottom)
    for (row, peer), (spread, result) in marks.items():
        if peer in peers:
            y = TOP + row * height + ROW_GAP / 2 + ROW_STEP * (peers.index(peer) + .5)
            parts += _mark(axis, spread, y, result)
    return (f'<svg viewBox="0 0 {WIDTH} {bottom + 24}" width="{WIDTH}" role="img" xmlns="http://www.w3.org/2000/svg">'
            + "\n".join(parts) + "</svg>")


def _row(top: float, height: float, name: str, under: str, shaded: bool) -> list[str]:
    middle = top + height / 2
    parts = []
    if shaded:
        parts.append(f'<rect y="{top}" width="{WIDTH}" height="{height}" fill="currentColor" fill-opacity=".05"/>')
    for text, y in ((name, middle - 3 if under else middle + 4), (under, middle + 11)):
        parts.append(f'<text x="{LEFT - 14}" y="{y:.1f}" text-anchor="end" '
                     f'fill-opacity="{1 if text == name else .6}">{escape(text)}</text>')
    return parts


def _legend(peers: list[str]) -> list[str]:
    parts, x = [], LEFT
    for peer in peers:
        parts.append(f'<circle cx="{x}" cy="14" r="4.5" fill="{COLOURS[peer]}"/>'
                     f'<text x="{x + 9}" y="18">{escape(PEERS[peer].title)}</text>')
        x += 28 + 7 * len(PEERS[peer].title)
    return parts


def _grid(axis: Axis, bottom: float) -> list[str]:
    parts = []
    for tick in axis.ticks:
        x, width = axis.place(tick), 1.5 if axis.doublings and tick == 1 else .5
        parts.append(f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{TOP - 8}" y2="{bottom}" stroke="currentColor" '
                     f'stroke-opacity=".5" stroke-width="{width}"/>'
                     f'<text x="{x:.1f}" y="{bottom + 16}" text-anchor="middle">{axis.label(tick)}</text>')
    return parts


def _mark(axis: Axis, spread: Spread, y: float, result: Result) -> list[str]:
    """Hollow where the numbers differ."""
    least, median, most = (axis.place(value) for value in (spread.least, spread.median, spread.most))
    colour = COLOURS[result.peer]
    hint = escape(f"{result.title}: {spread.median:.2f} {result.judgement}".strip())
    return [f'<line x1="{least:.1f}" x2="{most:.1f}" y1="{y:.1f}" y2="{y:.1f}" stroke="{colour}" stroke-width="2" '
            'stroke-opacity=".6"/>',
            f'<circle cx="{median:.1f}" cy="{y:.1f}" r="4" fill="{"none" if result.judgement else colour}" '
            f'stroke="{colour}" stroke-width="1.5"><title>{hint}</title></circle>']
