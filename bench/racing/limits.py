"""What the machine can do at most on some CPUs, measured by `llmc bench` between the slices of a race.

The clock of a machine wanders, so that a limit of another minute says little. The least model there is keeps it short.
"""
from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import onnx
from onnx import TensorProto, helper

from . import compiler
from .errors import RaceError
from .results import Limit


class Limits:
    def __init__(self, llmc: Path, scratch: Path) -> None:
        self._llmc, self._artefact = llmc, scratch / "least"
        value = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [1]) for name in "xy"]
        graph = helper.make_graph([helper.make_node("Neg", ["x"], ["y"])], "least", value[:1], value[1:])
        onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)]), scratch / "least.onnx")
        compiler.compile_model(llmc, scratch / "least.onnx", self._artefact)

    def measure(self, cpus: list[int]) -> Limit:
        command = [str(self._llmc), "bench", str(self._artefact), "--json", "--rounds=1", f"--threads={len(cpus)}"]
        result = subprocess.run(command, capture_output=True, text=True,
                                preexec_fn=lambda: os.sched_setaffinity(0, cpus))
        if result.returncode:
            raise RaceError(f"llmc bench can't measure the machine: {result.stderr.strip()}")
        limits = json.loads(result.stdout)["limits"]
        return Limit(limits["flops_per_second"], limits["reads"][-1]["bytes_per_second"])  # the last one is memory
