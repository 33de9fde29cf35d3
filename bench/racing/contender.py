"""A peer in a process of its own: pinned, asleep unless told to run, and told of when it fails or ends."""
from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import statistics
import time
import traceback
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np

from . import machine
from .errors import NotRaced
from .peers.peer import Entry, Peer
from .results import Opening, Slice

OPEN_SECONDS, RUN_SECONDS = 900, 300  # what takes longer is given up
SETTLE_SECONDS = 0.5  # how long threads may go on after a slice before others are timed beside them


class Contender:
    """The other end of the process. Methods raise NotRaced when it fails, and it is gone then."""

    def __init__(self, peer: type[Peer], entry: Entry, cpus: list[int], log: Path) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(peer, entry, cpus, log, theirs), daemon=True)
        self._process.start()
        theirs.close()
        self._log = log

    def opening(self) -> Opening:
        opening: Opening = self._receive(OPEN_SECONDS)
        return opening

    def slice(self, seconds: float) -> Slice:
        """Runs for so long, once at least."""
        self._pipe.send(("slice", seconds))
        times: Slice = self._receive(RUN_SECONDS)
        return times

    def settle(self) -> None:
        """Waits until no thread of it spins any more."""
        until, before = time.monotonic() + SETTLE_SECONDS, self.cpu_seconds()
        while time.monotonic() < until:
            time.sleep(0.005)
            now = self.cpu_seconds()
            if now - before < 0.0005:
                return
            before = now

    def finish(self, outputs: Path) -> int:
        """Writes what the last run gave as an .npz, ends, and tells the most memory that it had before."""
        self._pipe.send(("finish", outputs))
        peak: int = self._receive(RUN_SECONDS)
        self._process.join()
        return peak

    def end(self) -> None:
        if self._process.is_alive():
            self._process.kill()
        self._process.join()

    def cpu_seconds(self) -> float:
        return machine.cpu_seconds(self._process.pid or 0)

    def _receive(self, seconds: float) -> Any:
        try:
            if not self._pipe.poll(seconds):
                self.end()
                raise NotRaced(f"gave no answer in {seconds} s")
            answer = self._pipe.recv()
        except (EOFError, ConnectionError):
            self._process.join()
            code = self._process.exitcode or 0
            how = f"by {signal.Signals(-code).name}" if code < 0 else f"with exit code {code}"
            raise NotRaced(f"the process ended {how} ({self._log.name})") from None
        if isinstance(answer, NotRaced):
            self.end()
            raise answer
        return answer


def _serve(peer: type[Peer], entry: Entry, cpus: list[int], log: Path, pipe: Connection) -> None:
    """What the process does. Libraries write to the log, not to the terminal."""
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    os.dup2(output, 1)
    os.dup2(output, 2)
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")  # where memory ends, this goes before other people's work
    os.sched_setaffinity(0, cpus)
    try:
        _race(peer(entry), pipe)
    except NotRaced as reason:
        pipe.send(reason)
    except Exception as error:  # whatever a library raises is a result
        traceback.print_exc()
        pipe.send(NotRaced(f"{type(error).__name__}: {_one_line(error, entry)} ({log.name})"))


def _one_line(error: Exception, entry: Entry) -> str:
    """The message, without folders of this machine: results are kept."""
    line = (str(error).strip() or "no reason given").splitlines()[0]
    for folder in (entry.model.parent, entry.artefact.parent, entry.scratch):
        line = line.replace(f"{folder}/", "")
    return line[:300]


def _race(peer: Peer, pipe: Connection) -> None:
    peer.load()
    imported = machine.status_bytes("VmRSS")
    begin = time.perf_counter()
    peer.open()
    results = peer.run()
    pipe.send(Opening(time.perf_counter() - begin, imported, peer.note()))
    while True:
        order, argument = pipe.recv()
        if order == "finish":
            pipe.send(_finish(peer, results, argument))
            return
        results, times = _slice(peer, argument)
        pipe.send(times)


def _slice(peer: Peer, seconds: float) -> tuple[Any, Slice]:
    """The first run finds its caches cold and does not count, unless it fills the slice alone."""
    results, first = _timed(peer)
    times, until = [], time.perf_counter() + seconds
    if first >= seconds:
        times, until = [first], 0.0
    while not times or time.perf_counter() < until:
        results, run = _timed(peer)
        times.append(run)
    return results, Slice(len(times), min(times), statistics.median(times))


def _timed(peer: Peer) -> tuple[Any, float]:
    begin = time.perf_counter()
    results = peer.run()
    return results, time.perf_counter() - begin


def _finish(peer: Peer, results: Any, path: Path) -> int:
    peak = machine.status_bytes("VmHWM")
    np.savez(path, allow_pickle=False, **peer.arrays(results))
    return peak
