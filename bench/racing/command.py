"""bench/race itself: prepares each graph once, holds its contests, and writes what came out after each of them."""
from __future__ import annotations

import datetime
import importlib.metadata
import os
import platform
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Iterator

import llmc
import numpy as np

from . import compiler, contest, feeds, formulas, graphs, machine, pages, summary
from .errors import NotRaced, RaceError
from .limits import Limits
from .options import ROOT, TOLERANCES, Options
from .peers import OURS, PEERS, Entry
from .results import Contest, Race, read
from .workloads import GRAPHS, WORKLOADS, Workload, of_file


@dataclass(frozen=True)
class Prepared:
    """A graph as it is raced: compiled, and saved for PyTorch if that is raced, too."""

    model: Path
    artefact: Path
    weights: Path | None
    compilation: compiler.Compilation


def run(options: Options) -> int:
    if options.render:
        pages.write(read(options.render), options.out)
        return 0
    if not os.access(options.llmc, os.X_OK):
        raise RaceError(f"{options.llmc} is no program; try: scripts/setup.sh llmc, or --llmc PATH")
    race = Race(datetime.date.today().isoformat(), machine.describe(), versions(options.llmc), options.seconds,
                options.rounds, precision=options.precision)
    options.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=options.out, prefix="scratch-") as scratch:
        try:
            for held in contests(options, race, Path(scratch)):
                race.contests.append(held)
                race.write(options.out / "race.json")
                print(summary.of_contest(held), flush=True)
        except KeyboardInterrupt:
            raise RaceError(f"interrupted; {options.out} tells of {len(race.contests)} contests", 130) from None
        finally:
            race.write(options.out / "race.json")
            pages.write(race, options.out)
    print(f"race: {options.out}/race.html, race.md, race.json")
    if options.keep:
        keep(options.out / "race.json", race, options.keep)
    return verdict(race)


def verdict(race: Race) -> int:
    """3 where the compiler's model did not race, 4 where it gave other numbers; what peers do is told only."""
    ours = [result for each in race.contests for result in each.results if result.peer == OURS]
    if race.refusals or any(result.refusal for result in ours):
        return 3
    return 4 if any(result.errors and result.judgement for result in ours) else 0


def contests(options: Options, race: Race, scratch: Path) -> Iterator[Contest]:
    """Holds them, one after the other; workloads of one graph share what is prepared for it."""
    limits, logs = Limits(options.llmc, scratch), options.out / "logs"
    logs.mkdir(exist_ok=True)
    prepared: dict[str, Prepared] = {}
    for name in options.workloads:
        workload = WORKLOADS.get(name) or of_file(Path(name).absolute(), options.dims)
        key = workload.graph or str(workload.file)
        try:
            if key not in prepared:
                prepared.clear()  # artefacts are as large as models
                shutil.rmtree(scratch / "artefact", ignore_errors=True)
                prepared[key] = prepare(options, workload, scratch / "artefact", logs)
            for threads in options.threads:
                yield hold(options, name, workload, prepared[key], threads, limits, scratch, logs)
        except (NotRaced, llmc.Error) as reason:
            race.refusals[name] = str(reason)
            print(f"{name}: not raced: {reason}", flush=True)


def prepare(options: Options, workload: Workload, artefact: Path, logs: Path) -> Prepared:
    model, weights = workload.file, None
    if model is None:
        model = graphs.graph_file(options.models, workload.graph, logs)
        if any(name.startswith("torch") for name in options.peers):
            try:
                weights = graphs.weights_folder(options.models, workload.graph, logs)
            except NotRaced as reason:
                print(f"race: {reason}", flush=True)
    return Prepared(model, artefact, weights, compiler.compile_model(options.llmc, model, artefact, options.precision))


def hold(options: Options, name: str, workload: Workload, prepared: Prepared, threads: int, limits: Limits,
         scratch: Path, logs: Path) -> Contest:
    model = llmc.load(prepared.artefact)
    facts, graph = compiler.inspect(options.llmc, prepared.artefact, workload.dims), GRAPHS.get(workload.graph)
    dims = feeds.sizes(facts.sizes, workload.dims)
    held = Contest(workload.title if workload.file else name, workload.title, threads,
                   machine.separate_cpus()[:threads], dims, formulas.evaluate(facts.flops, dims),
                   formulas.evaluate(facts.traffic_bytes, dims))
    with tempfile.TemporaryDirectory(dir=scratch) as folder:
        np.savez(Path(folder) / "feeds.npz", allow_pickle=False,
                 **feeds.make(model, dims, graph.vocabulary if graph else 2))
        entry = Entry(prepared.model, prepared.artefact, prepared.weights, graph, tuple(model.outputs),
                      Path(folder) / "feeds.npz", threads, Path(folder))
        contest.hold(held, [PEERS[each] for each in (OURS, *options.peers)], entry, options.rounds, options.seconds,
                     limits.measure, logs, TOLERANCES[options.precision])
    held.results[0].compile_seconds = prepared.compilation.seconds
    held.results[0].compile_peak_bytes = prepared.compilation.peak_bytes
    return held


def versions(llmc_tool: Path) -> dict[str, str]:
    found = {"llmc": compiler.version(llmc_tool), "python": platform.python_version()}
    for module in ("numpy", *sorted({module for peer in PEERS.values() for module in peer.modules} - {"llmc"})):
        try:
            found[module] = importlib.metadata.version(module)
        except importlib.metadata.PackageNotFoundError:
            found[module] = "not installed"
    return found


def keep(result: Path, race: Race, kind: str) -> None:
    folder = ROOT / "bench" / "results" / f"{kind}-{race.machine.cores}core"
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(result, folder / f"{race.date}-race.json")
    print(f"race: kept as {folder.relative_to(ROOT)}/{race.date}-race.json")
