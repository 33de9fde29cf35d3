"""A workload as it is raced: what is made ready before its contests, and is the same in all of them."""
from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Mapping

import llmc
import numpy as np

from . import compiler, feeds, formulas, forms, graphs
from .errors import NotRaced
from .options import Options
from .peers import PEERS
from .peers.peer import Entry
from .precisions import PRECISIONS
from .workloads import GRAPHS, Workload

CALIBRATION_SEEDS = range(1, 5)  # the inputs of the race are of seed 0


@dataclass(frozen=True)
class Prepared:
    """A graph as it is raced: compiled, and saved for PyTorch if that is raced, too."""

    model: Path
    artefact: Path
    weights: Path | None
    compilation: compiler.Compilation


@dataclass(frozen=True)
class Course:
    name: str
    title: str
    dims: Mapping[str, int]
    flops: int  # of a run, as llmc counts them
    bytes: int
    entry: Entry  # of one thread
    compilation: compiler.Compilation


def prepare(options: Options, workload: Workload, artefact: Path, logs: Path) -> Prepared:
    model, weights = workload.file, None
    if model is None:
        model = graphs.graph_file(options.models, workload.graph, logs)
        if any(name.startswith("torch") for name in options.peers):
            try:
                weights = graphs.weights_folder(options.models, workload.graph, logs)
            except NotRaced as reason:
                print(f"race: {reason}", flush=True)
    precision = PRECISIONS[options.precision]
    ours = () if precision.calibrated else precision.options  # calibrated when its inputs are known
    return Prepared(model, artefact, weights, compiler.compile_model(options.llmc, model, artefact, ours))


def calibrated(options: Options, prepared: Prepared, inputs: Path, artefact: Path) -> Prepared:
    ours = (*PRECISIONS[options.precision].options, "--calibration", str(inputs))
    return replace(prepared, artefact=artefact,
                   compilation=compiler.compile_model(options.llmc, prepared.model, artefact, ours))


def lay(options: Options, name: str, workload: Workload, prepared: Prepared, folder: Path, logs: Path) -> Course:
    """With files in the folder, and forms for peers beside the graph, unless that is the user's."""
    model, graph = llmc.load(prepared.artefact), GRAPHS.get(workload.graph)
    facts = compiler.inspect(options.llmc, prepared.artefact, workload.dims)
    dims = feeds.sizes(facts.sizes, workload.dims)

    def write(path: Path, seed: int) -> None:
        np.savez(path, allow_pickle=False, **feeds.make(model, dims, graph.vocabulary if graph else 2, seed))

    write(folder / "feeds.npz", 0)
    (folder / "calibration").mkdir()
    for seed in CALIBRATION_SEEDS:
        write(folder / "calibration" / f"{seed}.npz", seed)
    if PRECISIONS[options.precision].calibrated:
        prepared = calibrated(options, prepared, folder / "calibration" / f"{CALIBRATION_SEEDS[0]}.npz",
                              folder / "artefact")
    name = workload.title if workload.file else name
    made = forms.of([PEERS[each] for each in options.peers], prepared.model, name, folder / "calibration",
                    folder if workload.file else prepared.model.parent, logs)
    entry = Entry(prepared.model, prepared.artefact, prepared.weights, graph, tuple(model.outputs),
                  folder / "feeds.npz", 1, folder, made)
    return Course(name, workload.title, dims, formulas.evaluate(facts.flops, dims),
                  formulas.evaluate(facts.traffic_bytes, dims), entry, prepared.compilation)
