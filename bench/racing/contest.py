"""One workload on so many threads: all contenders in short slices, one after the other, round by round.

The order rotates, so that nobody always follows the same one. Who is not running sleeps, which is measured as well.
"""
from __future__ import annotations

import os
import time
from dataclasses import replace
from pathlib import Path
from typing import Callable, Sequence

import numpy as np

from . import machine
from .contender import Contender
from .errors import NotRaced
from .judge import judge
from .peers import JUDGE, PEERS
from .peers.peer import Entry, Peer, require
from .results import Contest, Limit, Result

MEMORY_FACTOR = 3  # while a library opens a model, it may have the file, a parsed form and its own form


def hold(contest: Contest, peers: Sequence[type[Peer]], entry: Entry, rounds: int, seconds: float,
         measure_limits: Callable[[list[int]], Limit], logs: Path, tolerance: float) -> None:
    """Fills the contest in. Contenders that fail stay in it, with their reason."""
    contest.results = [Result(peer.name, peer.title) for peer in peers]
    racing: dict[str, Contender] = {}
    try:
        for peer, result in zip(peers, contest.results):
            _attempt(result, lambda: _open(contest, peer, result, entry, racing, logs))
        before = _clocks(contest.cpus, racing)
        for turn in range(rounds):
            _hold_round(contest, racing, turn, seconds)
            contest.limits.append(measure_limits(contest.cpus))
        contest.others_share = _others_share(before, _clocks(contest.cpus, racing), len(contest.cpus))
        for result in contest.results:
            if result.peer in racing:
                _attempt(result, lambda: _finish(result, racing[result.peer], entry.scratch))
    finally:
        for contender in racing.values():
            contender.end()
    _judge(contest, peers, entry.scratch, tolerance)


def _attempt(result: Result, step: Callable[[], None]) -> None:
    try:
        step()
    except NotRaced as reason:
        result.refusal = str(reason)


def _open(contest: Contest, peer: type[Peer], result: Result, entry: Entry, racing: dict[str, Contender],
          logs: Path) -> None:
    require(peer.modules)
    result.files_bytes = _read_all(peer.files(entry))
    needed, available = MEMORY_FACTOR * result.files_bytes, machine.available_bytes()
    if needed > available:
        raise NotRaced(f"opening it may take {needed >> 20} MB, and {available >> 20} MB are available")
    scratch = entry.scratch / result.peer
    scratch.mkdir(parents=True)
    log = logs / f"{contest.workload}-{contest.threads}-{result.peer}.txt"
    contender = Contender(peer, replace(entry, scratch=scratch), contest.cpus, log)
    try:
        result.opening = contender.opening()
    except BaseException:
        contender.end()
        raise
    racing[result.peer] = contender


def _read_all(files: Sequence[Path]) -> int:
    """Bytes. Nobody's cold start then waits for a disk."""
    total = 0
    for path in files:
        with open(path, "rb", buffering=0) as file:
            while part := file.read(1 << 24):
                total += len(part)
    return total


def _hold_round(contest: Contest, racing: dict[str, Contender], turn: int, seconds: float) -> None:
    results = [result for result in contest.results if result.peer in racing]
    first = turn % max(1, len(results))
    for result in results[first:] + results[:first]:
        sleepers = [contender for name, contender in racing.items() if name != result.peer]
        begin, used = time.monotonic(), sum(each.cpu_seconds() for each in sleepers)
        try:
            result.slices.append(racing[result.peer].slice(seconds))
        except NotRaced as reason:
            result.refusal = f"in round {turn + 1}: {reason}"
            racing.pop(result.peer).end()
            continue
        share = (sum(each.cpu_seconds() for each in sleepers) - used) / (time.monotonic() - begin)
        contest.asleep_share = max(contest.asleep_share, share)
        racing[result.peer].settle()


def _clocks(cpus: list[int], racing: dict[str, Contender]) -> tuple[float, float, float]:
    """Time, time in which the CPUs did something, and how much of that was ours."""
    own = os.times()
    ours = sum(each.cpu_seconds() for each in racing.values()) + sum(own[:4])
    return time.monotonic(), machine.busy_seconds(cpus), ours


def _others_share(before: tuple[float, ...], after: tuple[float, ...], cpus: int) -> float:
    elapsed, busy, ours = (late - early for early, late in zip(before, after))
    return max(0.0, busy - ours) / (elapsed * cpus)


def _finish(result: Result, contender: Contender, scratch: Path) -> None:
    result.peak_bytes = contender.finish(scratch / f"{result.peer}.npz")


def _judge(contest: Contest, peers: Sequence[type[Peer]], scratch: Path, tolerance: float) -> None:
    """By ONNX Runtime's outputs."""
    wanted = scratch / f"{JUDGE}.npz"
    for peer, result in zip(peers, contest.results):
        given = scratch / f"{result.peer}.npz"
        if result.refusal or not given.exists():
            continue
        if peer.speed_only:
            result.judgement = peer.speed_only
        elif not wanted.exists():
            result.judgement = f"nothing to judge it by: {PEERS[JUDGE].title} gave no outputs"
        elif result.peer != JUDGE:
            with np.load(given) as got, np.load(wanted) as want:
                result.errors, result.cosines, result.judgement = judge(got, want, tolerance)
