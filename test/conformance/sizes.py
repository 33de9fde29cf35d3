#!/usr/bin/env python3
"""Sweeps sizes that nobody tries by hand: compiled models against ONNX Runtime (without its optimizations) on seeded
random inputs, for batches of 0 to 3, sequences of 0, 1, odd and more than one register, and pasts of 0, 1 and odd. A row
must have the same bits whatever stands beside it and however many threads work.

usage: sizes.py LLMC [MODEL...]     models: names as in models.py, or folders with a model.onnx
Each model runs in a process of its own, so that a crash is one failure.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import zlib

import numpy as np

import cases
import models

SIZES = [dict(batch=batch, seq=seq, past=past) for batch, seq, past in
         ((1, 1, 0), (2, 33, 0), (3, 5, 7), (2, 1, 1), (1, 7, 13), (0, 3, 2), (2, 0, 3), (1, 1, 36))]
FIXED = {"channels": 3, "height": 32, "width": 32}  # of images, where neither a case nor a configuration tells


def known_sizes(folder):
    """{input: shape} of a stored case, and the sizes that a configuration tells."""
    case, config = os.path.join(folder, "case0.npz"), os.path.join(folder, "config.json")
    shapes = {k: v.shape for k, v in cases.read_case(case)[0].items()} if os.path.exists(case) else {}
    stored = json.load(open(config)) if os.path.exists(config) else {}
    stored = {**stored, **stored.get("vision_config", {})}
    fixed = dict(FIXED)
    if isinstance(stored.get("image_size"), int):
        fixed["height"] = fixed["width"] = stored["image_size"]
    return shapes, fixed


def role(symbol, axis, rank):
    """What a size symbol is: exporters name them so; those of torch.onnx are told by their place."""
    for word in ("total", "past", "batch", "channels", "height", "width"):
        if word in symbol:
            return word
    if "seq" in symbol or "length" in symbol:
        return "seq"
    return "batch" if axis == 0 else "seq" if rank == 2 else ""


def assign(inputs, sizes, folder):
    """The values of all symbols in the declared dims."""
    shapes, fixed = known_sizes(folder)
    values = {}
    for name, info in inputs.items():
        for axis, dim in enumerate(info.dims):
            for symbol in re.findall(r"[A-Za-z_]\w*", str(dim)):
                kind = role(symbol, axis, len(info.dims))
                if kind == "total":
                    values[symbol] = sizes["past"] + sizes["seq"]
                elif kind in sizes:
                    values[symbol] = sizes[kind]
                elif name in shapes and dim == symbol:
                    values[symbol] = shapes[name][axis]
                else:
                    values[symbol] = fixed.get(kind, 64)
    return values


def random_input(name, dtype, shape, sizes, generator):
    if "mask" in name and dtype.kind in "iu":
        mask = np.ones(shape, dtype)
        mask[1:] = generator.random(mask[1:].shape) < 0.7  # the first row is not padded
        mask[..., :1] = 1
        return mask
    if "position_ids" in name:
        return np.broadcast_to(np.arange(shape[-1], dtype=dtype) + dtype.type(sizes["past"]), shape)
    if dtype.kind in "iu":
        return generator.integers(0, 2 if "type" in name else 90, shape).astype(dtype)
    if dtype.kind == "b":
        return np.full(shape, "use_cache" not in name)
    return generator.standard_normal(shape).astype(dtype)


def feeds_of(inputs, sizes, folder, seed):
    generator = np.random.default_rng([seed, *sizes.values()])
    values = assign(inputs, sizes, folder)
    shapes = {name: [eval(str(dim), {"__builtins__": {}}, values) for dim in info.dims] for name, info in inputs.items()}
    return {name: random_input(name, inputs[name].dtype, shape, sizes, generator) for name, shape in shapes.items()}


def batch_inputs(inputs):
    return {name for name, info in inputs.items() if info.dims and role(str(info.dims[0]), 0, len(info.dims)) == "batch"}


def is_row_output(dims):
    """Has rows of its own batch only. Scores of images against texts have two batches."""
    kinds = [role(str(dim), axis, len(dims)) for axis, dim in enumerate(dims)]
    return bool(dims) and kinds[0] == "batch" and "batch" not in kinds[1:]


def bits_differ(a, b):
    return a.shape != b.shape or a.tobytes() != b.tobytes()


def check_rows(folder, source, seed):
    """Each row alone and with one thread: the same bits as in a batch with two."""
    problems = []
    many, one = cases.llmc.load(folder, threads=2), cases.llmc.load(folder, threads=1)
    rows_of = batch_inputs(many.inputs)
    if not rows_of:
        return []
    for sizes in (dict(batch=3, seq=5, past=7), dict(batch=3, seq=1, past=2)):
        feeds = feeds_of(many.inputs, sizes, source, seed)
        try:
            whole = many(feeds)
        except cases.llmc.ModelError:  # check_sizes tells whether sizes are refused for a reason
            continue
        for name, got in one(feeds).items():
            if bits_differ(got, whole[name]):
                problems.append((f"{sizes}", name, "one and two threads give different bits"))
        for row in range(0 if cases.mixes_rows(source) else 3):
            alone = one({k: v[row:row + 1] if k in rows_of else v for k, v in feeds.items()})
            for name, info in many.outputs.items():
                if is_row_output(info.dims) and bits_differ(alone[name], whole[name][row:row + 1]):
                    problems.append((f"{sizes}", name, f"row {row} has other bits alone"))
    return problems


def reference(session, feeds):
    """The results by names; None where ONNX Runtime itself fails, as it does on some empty tensors."""
    try:
        names = {i.name for i in session.get_inputs()}
        results = session.run(None, {k: v for k, v in feeds.items() if k in names})
    except Exception:
        return None
    return dict(zip([o.name for o in session.get_outputs()], results))


def check_sizes(folder, session, source, seed, loose):
    problems = []
    both = [cases.llmc.load(folder, threads=threads) for threads in (1, 2)]
    done = set()
    for sizes in SIZES:
        feeds = feeds_of(both[0].inputs, sizes, source, seed)
        shapes = str([v.shape for v in feeds.values()])
        if shapes in done:
            continue
        done.add(shapes)
        wanted = reference(session, feeds)
        for threads, model in zip((1, 2), both):
            where = f"{sizes}, {threads} threads"
            try:
                results = model(feeds)
            except cases.llmc.ModelError as error:
                # ONNX Runtime passes over empty parts of a Concat whose other sizes do not fit; refusing them is right.
                if wanted is not None and all((sizes["batch"], sizes["seq"])):
                    problems.append((where, "-", str(error)))
                continue
            for name, want in (wanted or {}).items():
                wrong = cases.judge(results[name], want, loose)
                if wrong:
                    problems.append((where, name, wrong))
    return problems


def check(llmc, source, levels):
    import onnxruntime  # pylint: disable=import-outside-toplevel
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.intra_op_num_threads, options.log_severity_level = 1, 4
    model = os.path.join(source, "model.onnx")
    seed, problems = zlib.crc32(os.path.basename(source).encode()), []
    with tempfile.TemporaryDirectory() as scratch:
        session = None
        for level in levels:
            folder = os.path.join(scratch, level)
            message = cases.compile_model(llmc, model, folder, "--cpu", level)
            if message:
                return [(level, "compile", message)]
            session = session or onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
            problems += [(f"{level}, {w}", o, p) for w, o, p in
                         check_sizes(folder, session, source, seed, cases.rounds_inside(source)) + check_rows(folder, source, seed)]
    return problems


def check_apart(llmc, source):
    """`check` in a process of its own: [(where, output, what is wrong)]"""
    try:
        done = subprocess.run([sys.executable, __file__, llmc, "--one", source], capture_output=True, text=True, timeout=300)
    except subprocess.TimeoutExpired:
        return [("-", "-", "no end after 300 s")]
    if done.returncode:
        return [("-", "-", f"exit code {done.returncode}: {done.stderr.strip()[-800:]}")]
    return json.loads(done.stdout.splitlines()[-1])


def main():
    if sys.argv[2:3] == ["--one"]:
        print(json.dumps(check(sys.argv[1], sys.argv[3], cases.cpu_levels())))
        return 0
    llmc, names = sys.argv[1], sys.argv[2:] or models.MODELS
    sources = [name if os.path.isdir(name) else models.find(name) for name in names]
    failed = 0
    for source in filter(None, sources):
        problems = check_apart(llmc, source)
        failed += bool(problems)
        print(f"{'FAIL' if problems else 'ok':5}{os.path.basename(source)}", flush=True)
        for where, what, wrong in problems[:6]:
            print(f"       {where}: {what}: {wrong}")
        if len(problems) > 6:
            print(f"       and {len(problems) - 6} more")
    return 1 if failed or not any(sources) else 0


if __name__ == "__main__":
    sys.exit(main())
