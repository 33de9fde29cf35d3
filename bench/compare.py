#!/usr/bin/env python3
"""Times a compiled model and ONNX Runtime side by side: ratios from one interleaved run, never absolute times alone.

Each contender runs in a process of its own, pinned to the same CPUs, and sleeps while the other one is timed.
"""

import argparse
import json
import multiprocessing
import os
import statistics
import sys
import time

import numpy as np

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir, "bindings", "python"))


def make_feeds(model, dims, seed=0):
    """Random inputs; integers are 0 or 1, which serve as ids and masks alike."""
    generator = np.random.default_rng(seed)
    names = {name: dims.get(name, 1 if "batch" in name else 0 if "past" in name else 128) for name in model.symbols}
    feeds = {}
    for name, info in model.inputs.items():
        shape = [eval(str(dim), {"__builtins__": {}}, names) for dim in info.dims]  # formulas of our own compiler
        if info.dtype.kind == "f":
            feeds[name] = generator.standard_normal(shape).astype(info.dtype)
        else:
            feeds[name] = (np.ones(shape) if "mask" in name else generator.integers(0, 2, shape)).astype(info.dtype)
    return feeds


def contender(kind, options, pipe):
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: options["threads"]])
    import llmc

    feeds = make_feeds(llmc.load(options["artefact"]), options["dims"])
    start = time.perf_counter()
    if kind == "llmc":
        model = llmc.load(options["artefact"], threads=options["threads"])
        run = lambda: model(feeds)
    else:
        import onnxruntime

        session_options = onnxruntime.SessionOptions()
        session_options.intra_op_num_threads = options["threads"]
        session_options.inter_op_num_threads = 1
        session_options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        session = onnxruntime.InferenceSession(options["model"], session_options, ["CPUExecutionProvider"])
        wanted = {i.name for i in session.get_inputs()}
        given = {name: value for name, value in feeds.items() if name in wanted}
        run = lambda: session.run(None, given)
    run()
    pipe.send(time.perf_counter() - start)
    while pipe.recv():
        run()  # caches are warm again
        best = []
        until = time.perf_counter() + options["seconds"]
        while not best or time.perf_counter() < until:
            begin = time.perf_counter()
            run()
            best.append(time.perf_counter() - begin)
        pipe.send(statistics.median(best))
    status = open("/proc/self/status").read()
    pipe.send(int(next(l for l in status.splitlines() if l.startswith("VmHWM")).split()[1]) * 1024)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", required=True)
    parser.add_argument("--artefact", required=True)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--seconds", type=float, default=0.2, help="of each contender in a round")
    parser.add_argument("--dim", action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    options = vars(arguments) | {"dims": {k: int(v) for k, v in (d.split("=") for d in arguments.dim)}}
    context = multiprocessing.get_context("spawn")
    pipes, processes, first = {}, [], {}
    for kind in ("llmc", "onnxruntime"):
        pipes[kind], theirs = context.Pipe()
        processes.append(context.Process(target=contender, args=(kind, options, theirs), daemon=True))
        processes[-1].start()
        first[kind] = pipes[kind].recv()
    times = {kind: [] for kind in pipes}
    for _ in range(arguments.rounds):
        for kind, pipe in pipes.items():
            pipe.send(True)
            times[kind].append(pipe.recv())
    peak = {}
    for kind, pipe in pipes.items():
        pipe.send(False)
        peak[kind] = pipe.recv()
    ratios = [theirs / ours for ours, theirs in zip(times["llmc"], times["onnxruntime"])]
    result = {"speed_ratio_median": statistics.median(ratios), "speed_ratio_min": min(ratios),
              "memory_ratio": peak["llmc"] / peak["onnxruntime"], "load_ratio": first["llmc"] / first["onnxruntime"],
              "llmc_ms": statistics.median(times["llmc"]) * 1e3,
              "onnxruntime_ms": statistics.median(times["onnxruntime"]) * 1e3, "threads": arguments.threads}
    if arguments.json:
        print(json.dumps(result))
        return
    print(f"speed   {result['speed_ratio_median']:.2f}x ONNX Runtime's (median of {arguments.rounds} rounds, "
          f"least {result['speed_ratio_min']:.2f}x; {result['llmc_ms']:.2f} ms against "
          f"{result['onnxruntime_ms']:.2f} ms)")
    print(f"memory  {result['memory_ratio']:.2f}x ONNX Runtime's (peak of the process, Python included)")
    print(f"load    {result['load_ratio']:.3f}x ONNX Runtime's (open and first result)")


if __name__ == "__main__":
    main()
