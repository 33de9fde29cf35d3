#!/usr/bin/env python3
"""Artefacts on machines that this one is not, under qemu's user mode: models for aarch64 give ONNX Runtime's results, as
library and as archive; a CPU without any of the levels gets a message, never an illegal instruction.

usage: emulated.py LLMC [--all]      --all: all models of models.py instead of two
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile

import numpy as np

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "test", "conformance"))
import cases  # noqa: E402
import models  # noqa: E402

INPUTS = os.path.join(ROOT, "test", "artefact", "Inputs")
CROSS_GCC, ARM, OLD_X86 = "aarch64-linux-gnu-gcc", ["qemu-aarch64", "-L", "/usr/aarch64-linux-gnu"], ["qemu-x86_64", "-cpu", "qemu64"]


def run(*command, **options):
    done = subprocess.run(command, capture_output=True, text=True, **options)
    if done.returncode != 0:
        raise AssertionError(f"{' '.join(command)}: exit code {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def build_runner(compiler, scratch):
    program = os.path.join(scratch, "runner-" + compiler)
    run(compiler, "-std=gnu99", "-Wall", "-Wextra", "-Werror", os.path.join(INPUTS, "runner.c"),
        "-I" + os.path.join(ROOT, "runtime", "include"), "-ldl", "-o", program)
    return program


def run_case(command, folder, path, loose):
    """Runs a case by the runner; gives what is wrong."""
    feeds, wanted = cases.read_case(path)
    manifest = json.load(open(os.path.join(folder, "manifest.json")))
    for index, tensor in enumerate(manifest["inputs"]):
        array = np.ascontiguousarray(feeds[tensor["name"]])
        array.tofile(os.path.join(folder, f"in.{index}"))
        with open(os.path.join(folder, f"in.{index}.dims"), "w") as file:
            file.write(" ".join(map(str, array.shape)))
    run(*command, os.path.join(folder, manifest["model"] + ".so"), folder)
    problems = []
    for index, tensor in enumerate(manifest["outputs"]):
        want = wanted[tensor["name"]]
        shape = [int(dim) for dim in open(os.path.join(folder, f"out.{index}.dims")).read().split()]
        got = np.fromfile(os.path.join(folder, f"out.{index}"), want.dtype).reshape(shape)
        wrong = cases.judge(got, want, loose)
        if wrong:
            problems.append(f"{os.path.basename(path)}: {tensor['name']}: {wrong}")
    return problems


def check_arm_model(llmc, name, runner, scratch):
    source, folder = models.find(name), os.path.join(scratch, name)
    if not source:
        return None
    message = cases.compile_model(llmc, os.path.join(source, "model.onnx"), folder, "--target-triple",
                                  "aarch64-linux-gnu")
    if message:
        return [message]
    return run_case([*ARM, runner], folder, cases.case_files(source)[0], loose="fp16" in name)


def check_arm_changes(llmc, runner, scratch, types, options):
    """Models whose weights change give what they give here; there is no other judge of what pruning and rounding leave."""
    model, problems = os.path.join(ROOT, "test", "models", "bert_tiny", "model.onnx"), []
    feeds, _ = cases.read_case(cases.case_files(os.path.dirname(model))[0])
    for type_, loose in types.items():
        here, there = (os.path.join(scratch, f"{type_.replace('/', '-')}-{place}") for place in ("here", "there"))
        for folder, target in ((here, ["--cpu", "x86-64-v3"]), (there, ["--target-triple", "aarch64-linux-gnu"])):
            message = cases.compile_model(llmc, model, folder, *options, "--quantize", "*=" + type_, *target)
            if message:
                return [message]
        wanted = cases.llmc.load(here)(feeds)
        path = here + ".npz"
        np.savez(path, **{"in:" + name: array for name, array in feeds.items()}, **{"out:" + name: array for name, array in wanted.items()})
        problems += [f"{type_}: {wrong}" for wrong in run_case([*ARM, runner], there, path, loose)]
        shutil.rmtree(here)
        shutil.rmtree(there)
    return problems


CHANGES = {
    "blocks": ({"float": False, "int8": True, "bf16": True}, ["--prune", "blocks=0.75"]),
    # What bytes are multiplied with hangs on the last bits of floats; weights that are decoded do not.
    "forms": ({"nf4-weights": False, "fp8-weights": False, "int4-weights/64-symmetric": False, "int4/64-symmetric": True}, []),
}


def check_arm_archives(llmc, scratch):
    """Two archives in one program for aarch64."""
    folder = os.path.join(scratch, "archives")
    os.mkdir(folder)
    import link_models  # pylint: disable=import-outside-toplevel

    archives = []
    for name in link_models.MODELS:
        out = os.path.join(folder, name)
        model = os.path.join(ROOT, "test", "models", name, "model.onnx")
        message = cases.compile_model(llmc, model, out, "--target-triple", "aarch64-linux-gnu", "--emit=a,h")
        assert message is None, message
        archives += [f"-I{out}", os.path.join(out, name + ".a")]
    program = os.path.join(folder, "two_models")
    run(CROSS_GCC, "-static", os.path.join(INPUTS, "two_models.c"), *archives, "-lm", "-Wl,-w", "-o", program)
    sizes, wanted = link_models.write_feeds(folder)
    run("qemu-aarch64", program, *map(str, sizes), cwd=folder)
    for name in ("last_hidden_state", "logits"):
        got = np.fromfile(os.path.join(folder, name), np.float32).reshape(wanted[name].shape)
        wrong = cases.judge(got, wanted[name], loose=False)
        assert wrong is None, wrong


def check_old_cpu(llmc, scratch):
    """A CPU without AVX."""
    folder = os.path.join(scratch, "old_cpu")
    model = os.path.join(ROOT, "test", "models", "bert_tiny", "model.onnx")
    message = cases.compile_model(llmc, model, folder)
    assert message is None, message
    runner = build_runner("gcc", scratch)
    done = subprocess.run([*OLD_X86, runner, os.path.join(folder, "bert_tiny.so"), folder], capture_output=True, text=True)
    expected = 'no version of model "bert_tiny" runs on this CPU, which lacks x86-64-v3'
    assert done.returncode == 1 and expected in done.stderr, f"exit code {done.returncode}: {done.stderr}"


def main():
    llmc, failed = sys.argv[1], 0
    names = models.MODELS if "--all" in sys.argv else ["bert_tiny", "llama_tiny.fp16"]
    for tool in (CROSS_GCC, ARM[0], OLD_X86[0]):
        if not shutil.which(tool):
            sys.exit(f"emulated.py needs {tool}; scripts/setup.sh installs it")
    with tempfile.TemporaryDirectory() as scratch:
        runner = build_runner(CROSS_GCC, scratch)
        for name in names:
            problems = check_arm_model(llmc, name, runner, scratch)
            if problems is None:
                continue
            failed += bool(problems)
            print(f"{'FAIL' if problems else 'ok':5}aarch64 {name} {' '.join(problems)}", flush=True)
        for name, (types, options) in CHANGES.items():
            problems = check_arm_changes(llmc, runner, scratch, types, options)
            failed += bool(problems)
            print(f"{'FAIL' if problems else 'ok':5}aarch64 {name} {' '.join(problems)}", flush=True)
        check_arm_archives(llmc, scratch)
        print("ok   aarch64 archives")
        check_old_cpu(llmc, scratch)
        print("ok   a CPU that is too old")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
