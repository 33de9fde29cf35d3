"""What a race gives, as it is written to race.json: everything that was measured, and nothing derived."""
from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from .errors import RaceError
from .machine import Machine

FORMAT = 1


@dataclass(frozen=True)
class Slice:
    """What a contender did in one round: so many runs, and seconds of a run."""

    runs: int
    least: float
    median: float


@dataclass(frozen=True)
class Opening:
    """From files to the first result, in a fresh process that has imported its libraries."""

    seconds: float
    imported_bytes: int  # memory when the clock began to run
    note: str


@dataclass(frozen=True)
class Limit:
    """What the machine could do in one round."""

    flops_per_second: float
    read_bytes_per_second: float


@dataclass
class Result:
    """Of one contender. `refusal` says why it did not race; what was not measured is None."""

    peer: str
    title: str
    refusal: str = ""
    opening: Opening | None = None
    slices: list[Slice] = field(default_factory=list)  # one a round
    peak_bytes: int | None = None  # of the process
    files_bytes: int | None = None
    errors: dict[str, float] = field(default_factory=dict)  # by output, as judge.error has it
    cosines: dict[str, float] = field(default_factory=dict)  # of each whole output and the judge's
    judgement: str = ""  # what is wrong with the outputs
    compile_seconds: float | None = None  # ahead of time, and the most memory of that process
    compile_peak_bytes: int | None = None


@dataclass
class Contest:
    """One workload on so many threads."""

    workload: str
    title: str
    threads: int
    cpus: list[int]
    dims: dict[str, int]
    flops: float  # of a run, as llmc counts them
    bytes: float  # each tensor of a kernel once
    results: list[Result] = field(default_factory=list)
    limits: list[Limit] = field(default_factory=list)  # one a round
    asleep_share: float = 0.0  # CPU time of contenders that should have slept, in shares of a slice: the most
    others_share: float = 0.0  # what others had of the CPUs, in shares of their time


@dataclass
class Race:
    date: str
    machine: Machine
    versions: dict[str, str]
    seconds: float  # of a slice
    rounds: int
    refusals: dict[str, str] = field(default_factory=dict)  # workloads that nobody ran
    contests: list[Contest] = field(default_factory=list)
    precision: str = "f32"  # of llmc; peers have it in their names

    def write(self, path: Path) -> None:
        write_whole(path, json.dumps({"format": FORMAT, **asdict(self)}, indent=1) + "\n")


def read(path: Path) -> Race:
    try:
        facts = json.loads(path.read_text())
        if facts.pop("format") != FORMAT:
            raise RaceError(f"{path} was written by another version of bench/race; try: race again")
        return Race(**facts | {"machine": Machine(**facts["machine"]),
                               "contests": [_contest(each) for each in facts["contests"]]})
    except OSError as error:
        raise RaceError(f"{path} can't be read: {error.strerror}") from None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise RaceError(f"{path} holds no race: {error}") from None


def _contest(facts: dict[str, Any]) -> Contest:
    return Contest(**facts | {"results": [_result(each) for each in facts["results"]],
                              "limits": [Limit(**each) for each in facts["limits"]]})


def _result(facts: dict[str, Any]) -> Result:
    opening = facts["opening"]
    return Result(**facts | {"opening": opening and Opening(**opening),
                             "slices": [Slice(**each) for each in facts["slices"]]})


def write_whole(path: Path, text: str) -> None:
    """The file is the old one or the new one, whatever happens."""
    scratch = path.with_name(path.name + ".part")
    scratch.write_text(text)
    os.replace(scratch, path)
