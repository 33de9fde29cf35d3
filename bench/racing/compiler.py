"""`llmc compile` and `llmc inspect`: what is done ahead of time, and how much work a run is."""
from __future__ import annotations

import json
import os
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Mapping, Sequence

from .errors import NotRaced


@dataclass(frozen=True)
class Compilation:
    seconds: float
    peak_bytes: int


def compile_model(llmc: Path, model: Path, folder: Path, options: Sequence[str] = ()) -> Compilation:
    """With its defaults beside the options: all CPU levels, sizes stay open."""
    with tempfile.TemporaryFile("w+") as messages:
        begin = time.perf_counter()
        process = subprocess.Popen([str(llmc), "compile", str(model), "-o", str(folder), *options],
                                   stdin=subprocess.DEVNULL, stdout=messages, stderr=messages)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begin
        process.returncode = os.waitstatus_to_exitcode(status)
        messages.seek(0)
        said = messages.read().strip().replace(f"{model.parent}/", "")
    if process.returncode:
        raise NotRaced(f"llmc can't compile {model.name}: {said}")
    return Compilation(seconds, usage.ru_maxrss * 1024)


def version(llmc: Path) -> str:
    result = subprocess.run([str(llmc), "--version"], capture_output=True, text=True)
    return result.stdout.strip().removeprefix("llmc ")


@dataclass(frozen=True)
class Facts:
    """What `llmc inspect` tells of an artefact: formulas of a run's work, and sizes that all of its inputs can have."""

    flops: str
    traffic_bytes: str  # each tensor that a kernel reads or writes once
    sizes: Mapping[str, int]


def inspect(llmc: Path, folder: Path, dims: Mapping[str, int]) -> Facts:
    """The sizes are chosen around those given; of nothing, as a past may be, there is nothing to tell."""
    sizes = [f"--dim={name}={size}" for name, size in dims.items() if size]
    result = subprocess.run([str(llmc), "inspect", str(folder), "--json", *sizes], capture_output=True, text=True)
    if result.returncode:
        raise NotRaced(result.stderr.strip())
    facts = json.loads(result.stdout)
    return Facts(facts["flops"]["formula"], facts["traffic_bytes"]["formula"],
                 {symbol["name"]: symbol["chosen"] for symbol in facts["symbols"]})
