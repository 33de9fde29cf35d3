"""`llmc compile` and `llmc inspect`: the work that is done ahead of time, and how much work a run is."""
from __future__ import annotations

import json
import os
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Mapping

from .errors import NotRaced


@dataclass(frozen=True)
class Compilation:
    seconds: float
    peak_bytes: int


def compile_model(llmc: Path, model: Path, folder: Path) -> Compilation:
    """With the defaults: all CPU levels, sizes stay open."""
    with tempfile.TemporaryFile("w+") as messages:
        begin = time.perf_counter()
        process = subprocess.Popen([str(llmc), "compile", str(model), "-o", str(folder)], stdin=subprocess.DEVNULL,
                                   stdout=messages, stderr=messages)
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


def work(llmc: Path, folder: Path, dims: Mapping[str, int]) -> tuple[float, float]:
    """FLOPs and bytes of a run, counted by formulas; each tensor that a kernel reads or writes once."""
    sizes = [f"--dim={name}={size}" for name, size in dims.items()]
    result = subprocess.run([str(llmc), "inspect", str(folder), "--json", *sizes], capture_output=True, text=True)
    if result.returncode:
        raise NotRaced(f"llmc can't count the work of a run: {result.stderr.strip()}")
    facts = json.loads(result.stdout)
    return float(facts["flops"]["value"]), float(facts["traffic_bytes"]["value"])
