"""bench/race itself: prepares each graph once, holds its contests, and writes what came out after each of them."""
from __future__ import annotations

import datetime
import importlib.metadata
import os
import platform
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Iterator

import llmc

from . import compiler, contest, courses, machine, pages, summary
from .courses import Course, Prepared
from .errors import NotRaced, RaceError
from .limits import Limits
from .options import ROOT, Options
from .peers import OURS, PEERS
from .precisions import PRECISIONS
from .results import Contest, Race, read
from .workloads import WORKLOADS, of_file


def run(options: Options) -> int:
    if options.render:
        pages.write(read(options.render), options.out)
        return 0
    if not os.access(options.llmc, os.X_OK):
        raise RaceError(f"{options.llmc} is no program; try: scripts/setup.sh llmc, or --llmc PATH")
    race = Race(datetime.date.today().isoformat(), machine.describe(), versions(options), options.seconds,
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
                prepared[key] = courses.prepare(options, workload, scratch / "artefact", logs)
            with tempfile.TemporaryDirectory(dir=scratch) as folder:
                course = courses.lay(options, name, workload, prepared[key], Path(folder), logs)
                for threads in options.threads:
                    held = hold(options, course, threads, limits, logs)
                    held.results[0].compile_seconds = course.compilation.seconds
                    held.results[0].compile_peak_bytes = course.compilation.peak_bytes
                    yield held
        except (NotRaced, llmc.Error) as reason:
            race.refusals[name] = str(reason)
            print(f"{name}: not raced: {reason}", flush=True)


def hold(options: Options, course: Course, threads: int, limits: Limits, logs: Path) -> Contest:
    held = Contest(course.name, course.title, threads, machine.separate_cpus()[:threads], dict(course.dims),
                   course.flops, course.bytes)
    with tempfile.TemporaryDirectory(dir=course.entry.scratch) as folder:
        entry = replace(course.entry, threads=threads, scratch=Path(folder))
        contest.hold(held, [PEERS[each] for each in (OURS, *options.peers)], entry, options.rounds, options.seconds,
                     limits.measure, logs, PRECISIONS[options.precision].tolerance)
    return held


def versions(options: Options) -> dict[str, str]:
    """Of what takes part, by the names of modules."""
    found = {"llmc": compiler.version(options.llmc), "python": platform.python_version()}
    distributions = importlib.metadata.packages_distributions()
    peers = [PEERS[name] for name in options.peers]
    for module in ("numpy", *sorted({module for peer in peers for module in (*peer.modules, *peer.makers)})):
        names = distributions.get(module)
        found[module] = importlib.metadata.version(names[0]) if names else "not installed"
    return found


def keep(result: Path, race: Race, kind: str) -> None:
    folder = ROOT / "bench" / "results" / f"{kind}-{race.machine.cores}core"
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{race.date}-race.json" if race.precision == "f32" else f"{race.date}-race-{race.precision}.json"
    shutil.copyfile(result, folder / name)
    print(f"race: kept as {folder.relative_to(ROOT)}/{name}")
