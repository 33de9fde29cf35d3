#!/usr/bin/env python3
"""Artefacts on machines that this one is not, under qemu's user mode: models for aarch64 give ONNX Runtime's results, as
library and as archive, and those of narrow numbers give them on CPUs of each level; a CPU without any of the levels gets a message,
never an illegal instruction.

usage: emulated.py LLMC [--all]      --all: all models of models.py instead of two
"""

import os
import shutil
import subprocess
import sys
import tempfile

import numpy as np

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "test", "conformance"))
import arm  # noqa: E402
import cases  # noqa: E402
import models  # noqa: E402

INPUTS = os.path.join(ROOT, "test", "artefact", "Inputs")
OLD_X86 = ["qemu-x86_64", "-cpu", "qemu64"]


def run(*command, **options):
    done = subprocess.run(command, capture_output=True, text=True, **options)
    if done.returncode != 0:
        raise AssertionError(f"{' '.join(command)}: exit code {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def wrong_outputs(got, wanted, loose):
    return [f"{name}: {wrong}" for name, want in wanted.items() if (wrong := cases.judge(got[name], want, loose))]


def check_arm_model(llmc, name, runner, scratch):
    source, folder = models.find(name), os.path.join(scratch, name)
    if not source:
        return None
    message = cases.compile_model(llmc, os.path.join(source, "model.onnx"), folder, *arm.TARGET)
    if message:
        return [message]
    feeds, wanted = cases.read_case(cases.case_files(source)[0])
    return wrong_outputs(arm.run(runner, folder, [feeds])[0], wanted, loose="fp16" in name)


def check_arm_changes(llmc, runner, scratch, types, options):
    """Models whose weights change give what they give here; there is no other judge of what pruning and rounding leave."""
    model, problems = os.path.join(ROOT, "test", "models", "bert_tiny", "model.onnx"), []
    feeds, _ = cases.read_case(cases.case_files(os.path.dirname(model))[0])
    for type_, loose in types.items():
        here, there = (os.path.join(scratch, f"{type_.replace('/', '-')}-{place}") for place in ("here", "there"))
        for folder, target in ((here, ["--cpu", "x86-64-v3"]), (there, arm.TARGET)):
            message = cases.compile_model(llmc, model, folder, *options, "--quantize", "*=" + type_, *target)
            if message:
                return [message]
        wanted = cases.llmc.load(here)(feeds)
        results = {cpu: arm.run(runner, there, [feeds], cpu)[0] for cpu in arm.CPUS}
        problems += [f"{type_} on {cpu}: {wrong}" for cpu, got in results.items() for wrong in wrong_outputs(got, wanted, loose)]
        first = results[arm.OLD]
        if type_ != "bf16" and any(got[name].tobytes() != first[name].tobytes() for got in results.values() for name in first):
            problems.append(f"{type_}: levels give different bits")
        shutil.rmtree(here)
        shutil.rmtree(there)
    return problems


CHANGES = {
    "narrow": ({"int8": True, "int4": True, "bf16": True}, []),
    "blocks": ({"float": False, "int8": True, "bf16": True}, ["--prune", "blocks=0.75"]),
    # What bytes are multiplied with hangs on the last bits of floats; weights that are decoded do not.
    "forms": ({"nf4-weights": False, "fp8-weights": False, "int4-weights/64-symmetric": False, "int4/64-symmetric": True}, []),
}


def check_arm_levels(llmc, runner, scratch):
    """One artefact has all levels, of which LLMC_CPU may choose one, and a CPU that has none of them gets a message."""
    model, folder = os.path.join(ROOT, "test", "models", "bert_tiny", "model.onnx"), os.path.join(scratch, "levels")
    feeds, _ = cases.read_case(cases.case_files(os.path.dirname(model))[0])
    for levels, cpu, chosen, expected in (
            ("all", arm.OLD, "armv8-a-dotprod", "LLMC_CPU=armv8-a-dotprod, but this CPU lacks that level"),
            ("all", arm.NEW, "armv9", "LLMC_CPU=armv9 is no CPU level; known are: armv8-a, armv8-a-dotprod, armv8-a-bf16"),
            ("armv8-a-bf16", arm.NEW, "armv8-a", 'model "bert_tiny" has no code for LLMC_CPU=armv8-a, the least it was compiled for is armv8-a-bf16'),
            ("armv8-a-bf16", arm.DOTPROD, None, 'no version of model "bert_tiny" runs on this CPU, which lacks aarch64 i8mm, aarch64 bf16')):
        message = cases.compile_model(llmc, model, folder, *arm.TARGET, "--precision", "bf16", "--cpu", levels)
        assert message is None, message
        try:
            arm.run(runner, folder, [feeds], cpu, chosen)
            raise AssertionError(f"{cpu} runs {levels} as {chosen}")
        except arm.Failed as error:
            assert expected in str(error), error


def check_arm_archives(llmc, scratch):
    """Two archives in one program for aarch64."""
    folder = os.path.join(scratch, "archives")
    os.mkdir(folder)
    import link_models  # pylint: disable=import-outside-toplevel

    archives = []
    for name in link_models.MODELS:
        out = os.path.join(folder, name)
        model = os.path.join(ROOT, "test", "models", name, "model.onnx")
        message = cases.compile_model(llmc, model, out, *arm.TARGET, "--emit=a,h")
        assert message is None, message
        archives += [f"-I{out}", os.path.join(out, name + ".a")]
    program = os.path.join(folder, "two_models")
    run(arm.COMPILER, "-static", os.path.join(INPUTS, "two_models.c"), *archives, "-lm", "-Wl,-w", "-o", program)
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
    runner = arm.build_runner(scratch, "gcc")
    done = subprocess.run([*OLD_X86, runner, os.path.join(folder, "bert_tiny.so"), folder], capture_output=True, text=True)
    expected = 'no version of model "bert_tiny" runs on this CPU, which lacks x86-64-v3'
    assert done.returncode == 1 and expected in done.stderr, f"exit code {done.returncode}: {done.stderr}"


def main():
    llmc, failed = sys.argv[1], 0
    names = models.MODELS if "--all" in sys.argv else ["bert_tiny", "llama_tiny.fp16"]
    arm.require_tools(OLD_X86[0])
    with tempfile.TemporaryDirectory() as scratch:
        runner = arm.build_runner(scratch)
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
        check_arm_levels(llmc, runner, scratch)
        print("ok   aarch64 levels")
        check_arm_archives(llmc, scratch)
        print("ok   aarch64 archives")
        check_old_cpu(llmc, scratch)
        print("ok   a CPU that is too old")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
