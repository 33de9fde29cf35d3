"""Tries one random graph after the other: it is compiled, or refused by `llmc check` and `llmc compile` alike, and runs at each
CPU level, on 1 and 2 threads. Inputs, outputs and scratch border on pages that nobody may touch: on one thread behind, on two
before."""

import argparse
import collections
import contextlib
import itertools
import os
import random
import subprocess
import sys
import tempfile
import time

import onnx

import cases
import guards
import together
from oracle import NoAnswer, Open, Oracle

FINE, REFUSED = 0, 3
PATIENCE_S = 300
TOGETHER, DRAWS = 8, 32


def tool(llmc, command, model, *options):
    """(exit code, what it said); a word instead of the code where there is none."""
    try:
        done = subprocess.run([llmc, command, model, *options], capture_output=True, text=True, timeout=PATIENCE_S)
    except subprocess.TimeoutExpired:
        return "none", f"not done after {PATIENCE_S} s"
    return done.returncode, done.stderr.strip()


def try_graph(llmc, model, runs):
    """[(where, what is wrong)], or None where the graph is refused. The runs are those of guards.run_each."""
    with tempfile.TemporaryDirectory() as scratch:
        path, folder = os.path.join(scratch, "model.onnx"), os.path.join(scratch, "out")
        onnx.save(model, path)
        checked, compiled = tool(llmc, "check", path), tool(llmc, "compile", path, "-o", folder)
        problems = [(command, f"exit code {code}: {said}") for command, (code, said) in (("check", checked), ("compile", compiled))
                    if code not in (FINE, REFUSED) or "report it" in said]
        if problems or checked[0] != compiled[0]:
            return problems or [("check", f"exit code {checked[0]}, but {compiled[0]} of compile: {compiled[1] or checked[1]}")]
        return None if compiled[0] == REFUSED else run_everywhere(folder, runs)


def run_everywhere(folder, runs):
    problems = []
    for level in cases.cpu_levels():
        os.environ["LLMC_CPU"] = level
        for threads, side in ((1, "behind"), (2, "before")):
            found = guards.problems_in_child(lambda: guards.run_each(folder, runs, threads, side), PATIENCE_S)
            problems += [(f"{level}, {where}", what) for where, what in found]
    return problems


def attempt(trial, seed):
    """The model and the runs of a seed, or a word for why there are none. ONNX Runtime may end the process."""
    def in_words():
        try:
            return trial(seed)
        except (NoAnswer, Open) as error:
            return "open" if isinstance(error, Open) else "without an answer"
    try:
        return guards.in_child(in_words, PATIENCE_S)
    except guards.Ended as error:
        print(f"{seed}: no trial, {error}", flush=True)
        return "without an answer"


def where_stable(model, runs):
    """The same, with masks that leave out what hangs on the last bit, and without the runs in which tensors have other sizes than
    ONNX Runtime infers. As it is where ONNX Runtime ends the process. Seeds can't be asked again: NNSmith's solver has a clock."""
    def judged():
        oracle, kept = Oracle(model), []
        for where, feeds, _, _ in runs:
            with contextlib.suppress(NoAnswer):
                kept.append((where, feeds, *oracle.judgement(feeds, DRAWS)))
        return kept
    try:
        return model, guards.in_child(judged, PATIENCE_S)
    except guards.Ended as error:
        print(f"no judgement, {error}", flush=True)
        return model, runs


def try_seeds(llmc, seeds, trial, keep):
    """Counts how they went. They are compiled as one model, since most time goes into what every model has; and alone where
    that one does not go well. Whether a result hangs on the last bit is asked where one is off."""
    counts, found = collections.Counter(), {}
    for seed in seeds:
        each = attempt(trial, seed)
        if isinstance(each, str):
            counts[each] += 1
        else:
            found[seed] = each
    if len(found) > 1:
        model, runs = together.merged(found)
        if (problems := try_graph(llmc, model, runs)) == []:
            return counts + collections.Counter(right=len(found))
    alone = collections.Counter()
    for seed, each in found.items():
        wrong = try_graph(llmc, *each)
        if wrong:
            wrong = try_graph(llmc, *where_stable(*each))
        alone[word_of(wrong, f"{seed}", each[0], keep)] += 1
    if len(found) > 1 and problems and not alone["wrong"]:
        model, runs = where_stable(model, runs)
        alone["wrong"] += word_of(try_graph(llmc, model, runs), " ".join(map(str, found)), model, keep) == "wrong"
    return counts + alone


def word_of(problems, seeds, model, keep):
    """For how it went. Problems are told, and their graph is kept."""
    if not problems:
        return "refused" if problems is None else "right"
    print(f"FAIL {seeds}", flush=True)
    for where, what in problems[:3]:
        print(f"       {where}: {what}", flush=True)
    if keep:
        os.makedirs(keep, exist_ok=True)
        onnx.save(model, os.path.join(keep, seeds.split()[0] + ".onnx"))
    return "wrong"


def seeds_of(options):
    if options.seeds:
        yield from options.seeds
    elif not options.fresh:
        yield from range(int(os.environ.get("LLMC_GRAPHS", "60")))
    else:
        seed, end = random.SystemRandom().randrange(2 ** 32), time.monotonic() + 60 * float(os.environ.get("LLMC_GRAPH_MINUTES", "10"))
        print(f"fresh seeds from {seed} on", flush=True)
        while time.monotonic() < end:
            yield seed
            seed += 1


def main(description, trial):
    """The exit code. `trial(seed)` gives the model and the runs (see guards.run_each), or raises NoAnswer or Open."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("llmc")
    parser.add_argument("seeds", nargs="*", type=int, help="without any: LLMC_GRAPHS (default 60), from 0 on")
    parser.add_argument("--fresh", action="store_true", help="fresh ones instead, for LLMC_GRAPH_MINUTES (default 10)")
    parser.add_argument("--keep", help="a folder for the graphs that go wrong")
    options = parser.parse_intermixed_args()
    counts, seeds = collections.Counter(), seeds_of(options)
    while some := list(itertools.islice(seeds, TOGETHER)):
        counts += try_seeds(options.llmc, some, trial, options.keep)
    print(f"{counts.total()} graphs: " + ", ".join(f"{count} {word}" for word, count in counts.most_common()))
    return 1 if counts["wrong"] or counts["right"] < counts.total() / 4 else 0
