"""Runs cases, arrays `in:INPUT` and `out:OUTPUT` of .npz files, through compiled models and judges the results."""

import glob
import os
import subprocess
import sys

import numpy as np

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "bindings", "python"))
import llmc  # noqa: E402


def cpu_flags():
    return set(next(line for line in open("/proc/cpuinfo") if line.startswith("flags")).split())


def cpu_levels():
    """The levels that this machine can run, whatever instructions they have beyond their vectors."""
    flags = cpu_flags()
    levels = ["x86-64-v3"]
    if {"avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"} <= flags:
        levels.append("x86-64-v4")
    return levels


def has_instructions(level):
    """Does this machine have what a level adds for products of bytes or bf16? Any machine runs it with "-emulated"."""
    return {"x86-64-v3-vnni": "avx_vnni", "x86-64-v4-vnni": "avx512_vnni", "x86-64-v4-bf16": "avx512_bf16",
            "x86-64-v4-amx": "amx_bf16"}[level] in cpu_flags()


def compile_model(llmc, model, folder, *options):
    """None, or the message of a compile that failed."""
    done = subprocess.run([llmc, "compile", model, "-o", folder, *options], capture_output=True, text=True)
    return None if done.returncode == 0 else (done.stderr.strip() or f"exit code {done.returncode}")


def read_case(path):
    arrays = np.load(path)
    feeds = {name[3:]: arrays[name] for name in arrays.files if name.startswith("in:")}
    wanted = {name[4:]: arrays[name] for name in arrays.files if name.startswith("out:")}
    return feeds, wanted


def graph_of(folder):
    import onnx  # pylint: disable=import-outside-toplevel
    return onnx.load(os.path.join(folder, "model.onnx"), load_external_data=False).graph


def mixes_rows(folder):
    """Does a model quantize whole tensors by what is in them? Then a row depends on those beside it."""
    return any(node.op_type.startswith("DynamicQuantize") for node in graph_of(folder).node)


def rounds_inside(folder):
    """Does a model round to fp16 or to quantized integers inside, whatever its inputs and outputs are?"""
    import onnx  # pylint: disable=import-outside-toplevel
    graph = graph_of(folder)
    return any(weight.data_type == onnx.TensorProto.FLOAT16 for weight in graph.initializer) or any("Quantize" in node.op_type for node in graph.node)


def judge(got, want, loose):
    """None, or what is wrong. fp32: |got - want| <= 1e-4 + 1e-3 |want|; fp16: 2e-3 for both, two units in the last
    place of 1, since compiled maps keep f32 between operations that the model rounds. `loose` (fp16, quantized): cosine >= 0.999 and
    the same arg-max wherever the top two differ by more than 1 % of the output's range."""
    if got.shape != want.shape:
        return f"shape {got.shape} instead of {want.shape}"
    if got.dtype != want.dtype:
        return f"type {got.dtype} instead of {want.dtype}"
    if want.size == 0:
        return None
    if want.dtype.kind != "f":
        wrong = int((got != want).sum())
        return f"{wrong} of {want.size} elements differ" if wrong else None
    if not loose:
        a, b = got.astype(np.float64), want.astype(np.float64)
        absolute, relative = (2e-3, 2e-3) if want.dtype == np.float16 else (1e-4, 1e-3)
        with np.errstate(invalid="ignore"):
            fine = (np.abs(a - b) <= absolute + relative * np.abs(b)) | (a == b) | (np.isnan(a) & np.isnan(b))
        if fine.all():
            return None
        worst = np.unravel_index(np.argmax(np.where(fine, 0, np.nan_to_num(np.abs(a - b), nan=np.inf))), a.shape)
        return f"{int((~fine).sum())} of {a.size} elements differ, at {list(map(int, worst))} {a[worst]:.6g} instead of {b[worst]:.6g}"
    a, b = got.astype(np.float64).ravel(), want.astype(np.float64).ravel()
    norm = np.linalg.norm(a) * np.linalg.norm(b)
    cosine = 1.0 if norm == 0 and not a.any() and not b.any() else float(a @ b / norm) if norm else 0.0
    if not cosine >= 0.999:
        return f"cosine {cosine:.6f}"
    rows_a, rows_b = got.reshape(-1, got.shape[-1]) if got.ndim else got.reshape(1, 1), None
    rows_b = want.reshape(rows_a.shape).astype(np.float64)
    if rows_b.shape[-1] < 2:
        return None
    top = np.sort(rows_b, axis=-1)
    clear = top[:, -1] - top[:, -2] > 0.01 * (rows_b.max() - rows_b.min())
    moved = int((rows_a.argmax(-1) != rows_b.argmax(-1))[clear].sum())
    return f"arg-max moved in {moved} rows" if moved else None


def run_cases(folder, cases, threads, loose):
    """[(case, output, what is wrong)]"""
    problems = []
    model = llmc.load(folder, threads=threads)
    for path in cases:
        feeds, wanted = read_case(path)
        try:
            results = model({name: feeds[name] for name in model.inputs})
        except llmc.ModelError as error:
            problems.append((path, "-", str(error)))
            continue
        for name, want in wanted.items():
            wrong = judge(results[name], want, loose) if name in results else "no such output"
            if wrong:
                problems.append((path, name, wrong))
    return problems


def case_files(folder):
    return sorted(glob.glob(os.path.join(folder, "case*.npz")))


def tell(chosen, check):
    """Checks one case after the other, tells what is wrong with it and where, and gives how much that is."""
    failed = 0
    for case in chosen:
        try:
            problems = check(case)
        except RuntimeError as error:
            problems = [("-", str(error))]
        for where, wrong in problems:
            print(f"FAIL {case.name} ({where}): {wrong}", flush=True)
            failed += 1
    return failed
