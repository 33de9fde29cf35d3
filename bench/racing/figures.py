"""What follows from what was measured."""
from __future__ import annotations

import statistics
from dataclasses import dataclass
from typing import Sequence

from .results import Contest, Result


@dataclass(frozen=True)
class Spread:
    least: float
    median: float
    most: float


def spread(values: Sequence[float]) -> Spread | None:
    return Spread(min(values), statistics.median(values), max(values)) if values else None


def speed(ours: Result, theirs: Result) -> Spread | None:
    """How many times as fast as they we are: a ratio of each round, since neighbours in time had the same machine."""
    return spread([their.median / our.median for our, their in zip(ours.slices, theirs.slices)])


@dataclass(frozen=True)
class Shares:
    """Of what the machine can do."""

    flops: float
    reads: float


def shares(contest: Contest, result: Result) -> Shares | None:
    """The best round beside the best that the machine did in any round: both at its highest clock."""
    if not result.slices or not contest.limits:
        return None
    seconds = min(each.median for each in result.slices)
    return Shares(contest.flops / seconds / max(each.flops_per_second for each in contest.limits),
                  contest.bytes / seconds / max(each.read_bytes_per_second for each in contest.limits))


def nearer_limit(contest: Contest) -> str:
    """By which a run can't be faster: "multiply-adds" or "reads"; nothing where limits are unknown."""
    if not contest.limits:
        return ""
    flops = contest.flops / max(each.flops_per_second for each in contest.limits)
    reads = contest.bytes / max(each.read_bytes_per_second for each in contest.limits)
    return "multiply-adds" if flops >= reads else "reads"


def later(ours: Result, theirs: Result) -> float | None:
    """How many times as long as we they take from files to the first result."""
    if ours.opening is None or theirs.opening is None:
        return None
    return theirs.opening.seconds / ours.opening.seconds


def find(contest: Contest, peer: str) -> Result | None:
    return next((result for result in contest.results if result.peer == peer), None)
