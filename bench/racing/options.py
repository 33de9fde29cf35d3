"""The command line of bench/race. Needs Python's own library only: it is read before the environment is entered."""
from __future__ import annotations

import argparse
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Sequence

from . import peers
from .peers import JUDGE, OURS, PEERS
from .precisions import PRECISIONS
from .workloads import WORKLOADS

ROOT = Path(__file__).resolve().parents[2]
HOME = ROOT / "bench" / ".race"  # git ignores it
RIVALS = [name for name in PEERS if name != OURS]


@dataclass(frozen=True)
class Options:
    workloads: list[str]
    threads: list[int]
    peers: list[str]
    seconds: float
    rounds: int
    dims: dict[str, int]
    precision: str
    llmc: Path
    venv: Path
    models: Path
    out: Path
    keep: str | None
    render: Path | None


def parse(arguments: Sequence[str]) -> Options:
    """Ends the process with exit code 2 where they are wrong."""
    parser = argparse.ArgumentParser(prog="bench/race", description="Races compiled models against their peers.",
                                     epilog=f"workloads: {' '.join(WORKLOADS)}")
    parser.add_argument("workloads", nargs="*", metavar="WORKLOAD|MODEL.onnx", help="all workloads unless told")
    parser.add_argument("--threads", type=_numbers, default=[1, 2], metavar="N,...", help="default: 1,2")
    parser.add_argument("--peers", type=_peers, default=[], metavar="PEER,...",
                        help=f"of {', '.join(RIVALS)} (default: those that stand for the "
                             f"precision); {JUDGE} always races, since it judges the results")
    parser.add_argument("--seconds", type=float, default=0.3, help="of a contender in a round (default: 0.3)")
    parser.add_argument("--rounds", type=int, default=11, help="default: 11")
    parser.add_argument("--dim", type=_dim, action="append", default=[], metavar="NAME=VALUE",
                        help="a size of a MODEL.onnx (default: batch 1, past 0, others as llmc inspect has them)")
    parser.add_argument("--precision", choices=list(PRECISIONS), default="f32",
                        help="what products of llmc are of (default: f32); bench/README.md tells which peers stand for it")
    parser.add_argument("--quick", action="store_true", help="1 thread, 2 rounds of 0.02 s: does it work at all")
    parser.add_argument("--llmc", type=_absolute, default=ROOT / "build/bin/llmc", help="default: build/bin/llmc")
    parser.add_argument("--venv", type=_absolute, default=HOME / "venv",
                        help="environment with the peers, made where there is none (default: bench/.race/venv)")
    parser.add_argument("--models", type=_absolute, default=HOME / "models",
                        help="graphs, made where there are none (default: bench/.race/models)")
    parser.add_argument("--out", type=_absolute, default=HOME / "out",
                        help="folder of race.json, race.md, race.html (default: bench/.race/out)")
    parser.add_argument("--keep", metavar="KIND",
                        help="keep the JSON as bench/results/KIND-<n>core/DATE-race.json, too (KIND: zen5, icelake)")
    parser.add_argument("--render", type=_absolute, metavar="RACE.json",
                        help="race nothing: write the pages of an earlier race anew")
    given = parser.parse_args(arguments)
    if given.quick:
        given.threads, given.rounds, given.seconds = [1], 2, 0.02
    given.workloads = given.workloads or list(WORKLOADS)
    _check(parser, given)
    return Options(given.workloads, given.threads, peers.chosen(given.peers, given.precision), given.seconds, given.rounds, dict(given.dim),
                   given.precision, given.llmc, given.venv, given.models, given.out, given.keep, given.render)


def _check(parser: argparse.ArgumentParser, given: argparse.Namespace) -> None:
    for name in given.workloads:
        if name not in WORKLOADS and not Path(name).is_file():
            parser.error(f'"{name}" is neither a workload nor a file; the workloads are: {" ".join(WORKLOADS)}')
    if given.dim and any(name in WORKLOADS for name in given.workloads):
        parser.error("--dim is for a MODEL.onnx; workloads have their sizes")
    if given.rounds < 1 or given.seconds < 0:
        parser.error("a race has 1 round at least, of 0 seconds at least; try: --rounds 11 --seconds 0.3")
    usable = len(os.sched_getaffinity(0))
    if too_many := [count for count in given.threads if not 1 <= count <= usable]:
        parser.error(f"--threads {too_many[0]}, but the process may use 1 to {usable} CPUs; try: --threads {usable}")


def _absolute(text: str) -> Path:
    return Path(os.path.abspath(text))


def _numbers(text: str) -> list[int]:
    return [int(part) for part in text.split(",")]


def _peers(text: str) -> list[str]:
    named = text.split(",")
    if unknown := set(named) - set(RIVALS):
        raise argparse.ArgumentTypeError(f'"{min(unknown)}" is none of {", ".join(RIVALS)}')
    return named


def _dim(text: str) -> tuple[str, int]:
    name, _, value = text.partition("=")
    return name, int(value)
