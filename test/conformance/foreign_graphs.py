#!/usr/bin/env python3
"""Graphs of a published generator (nnsmith_models.py) against ONNX Runtime without its optimizations, at each CPU level.

usage: foreign_graphs.py LLMC [--seconds N] [SEED...]     without seeds: fresh ones, for 60 seconds unless told otherwise

Operators come in any order here. Results can hang on the last bit of a value: where a change of the inputs by one part in a
million changes what ONNX Runtime gives by more than the tolerance, nothing is judged. Neither are graphs whose results the
standard leaves open: an order of NaN, integers out of floats that no integer is near.
"""

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
import warnings

import numpy as np
import onnx

import cases

warnings.filterwarnings("ignore", module="nnsmith")
import nnsmith_models  # noqa: E402

REFUSED = 3


def session_of(model):
    """None where ONNX Runtime has no kernel for an operator."""
    import onnxruntime  # pylint: disable=import-outside-toplevel
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.log_severity_level = 4
    try:
        return onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    except Exception:  # pylint: disable=broad-except
        return None


def feeds_of(model, generator):
    feeds = {}
    for each in model.graph.input:
        dtype = onnx.helper.tensor_dtype_to_np_dtype(each.type.tensor_type.elem_type)
        shape = [dim.dim_value for dim in each.type.tensor_type.shape.dim]
        values = generator.uniform(-2, 2, shape) if dtype.kind == "f" else generator.integers(0, 2 if dtype == bool else 5, shape)
        feeds[each.name] = np.asarray(values).astype(dtype)
    return feeds


# What they make of NaN depends on the order in which they look.
ORDERING = {"ReduceMin", "ReduceMax", "Min", "Max", "Clip", "Relu", "ArgMin", "ArgMax", "MaxPool", "LeakyRelu", "PRelu"}


def is_defined(model, feeds):
    """Does the standard say what the results are?"""
    whole = onnx.ModelProto()
    whole.CopyFrom(model)
    del whole.graph.output[:]
    names = [name for node in model.graph.node for name in node.output]
    whole.graph.output.extend(onnx.helper.make_empty_tensor_value_info(name) for name in names)
    values = {**feeds, **{weight.name: onnx.numpy_helper.to_array(weight) for weight in model.graph.initializer}}
    values.update(zip(names, session_of(whole).run(names, feeds)))
    orders = any(node.op_type in ORDERING for node in model.graph.node)
    if orders and any(value.dtype.kind == "f" and np.isnan(value).any() for value in values.values()):
        return False
    for node in model.graph.node:
        source, result = (values[name] for name in (node.input[0], node.output[0]))
        if node.op_type == "Cast" and source.dtype.kind == "f" and result.dtype.kind in "iu":
            if not (np.abs(source) < np.iinfo(result.dtype).max).all():
                return False
    return True


def stable(session, feeds, wanted):
    """Where each output stays as it is when the inputs move a little."""
    masks = {name: np.ones(want.shape, bool) for name, want in wanted.items()}
    for factor in (1 - 1e-6, 1 + 1e-6):
        moved = {name: (x * factor).astype(x.dtype) if x.dtype.kind == "f" else x for name, x in feeds.items()}
        for (name, want), other in zip(wanted.items(), session.run(list(wanted), moved)):
            with np.errstate(all="ignore"):
                a, b = want.astype(np.float64), other.astype(np.float64)
                masks[name] &= (np.abs(a - b) <= 1e-4 + 1e-3 * np.abs(a)) | (a == b) | (np.isnan(a) & np.isnan(b))
    return masks


def judge(folder, level, feeds, wanted, masks):
    """[(where, what is wrong)]"""
    os.environ["LLMC_CPU"] = level
    try:
        results = cases.llmc.load(folder, threads=2)(feeds)
    except cases.llmc.ModelError as error:
        return [(level, str(error))]
    problems = []
    for name, want in wanted.items():
        got = results[name]
        if got.shape == want.shape:
            got, want = got[masks[name]], want[masks[name]]
        if wrong := cases.judge(got, want, loose=False):
            problems.append((level, f"{name}: {wrong}"))
    return problems


def check(llmc, seed, scratch):
    """[(where, what is wrong)], or a word for what was not judged."""
    model = nnsmith_models.generate(seed)
    session = model and session_of(model)
    if not session:
        return "invalid"
    path, folder = os.path.join(scratch, f"{seed}.onnx"), os.path.join(scratch, str(seed))
    onnx.save(model, path)
    feeds = feeds_of(model, np.random.default_rng(seed))
    names = [output.name for output in model.graph.output]
    try:
        if not is_defined(model, feeds):
            return "open"
        wanted = dict(zip(names, session.run(names, feeds)))
        masks = stable(session, feeds, wanted)
    except Exception:  # pylint: disable=broad-except
        return "invalid"  # an integer was divided by zero, say
    done = subprocess.run([llmc, "compile", path, "-o", folder], capture_output=True, text=True, timeout=100)
    if done.returncode == REFUSED:
        return "refused"
    if done.returncode != 0:
        return [("compile", f"exit code {done.returncode}: {done.stderr.strip()}")]
    return [problem for level in cases.cpu_levels() for problem in judge(folder, level, feeds, wanted, masks)]


def seeds_of(options):
    if options.seeds:
        yield from options.seeds
        return
    first, end = random.SystemRandom().randrange(10 ** 6) * 1000, time.monotonic() + options.seconds
    print(f"seeds from {first}", flush=True)
    while time.monotonic() < end:
        yield first
        first += 1


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("llmc")
    parser.add_argument("seeds", nargs="*", type=int)
    parser.add_argument("--seconds", type=float, default=60)
    options = parser.parse_args()
    counts = {"right": 0, "wrong": 0, "refused": 0, "open": 0, "invalid": 0}
    for seed in seeds_of(options):
        with tempfile.TemporaryDirectory() as scratch:
            result = check(options.llmc, seed, scratch)
        if isinstance(result, str):
            counts[result] += 1
            continue
        counts["wrong" if result else "right"] += 1
        for where, what in result[:3]:
            print(f"FAIL seed {seed}, {where}: {what}", flush=True)
    print(", ".join(f"{count} {kind}" for kind, count in counts.items()))
    return 1 if counts["wrong"] or not counts["right"] else 0


if __name__ == "__main__":
    sys.exit(main())
