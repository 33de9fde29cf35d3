#!/usr/bin/env python3
"""The answer survives without each optimization: compiles the models of test/models with the default pipeline, leaving out
one occurrence of an optional pass at a time, and compares their cases' results.

usage: switched_off.py LLMC LLMC_OPT [--every N] [MODEL...]     --every: only each N-th pass, which one depends on the model
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile

import cases
import models

# Code generation takes nothing else than what these leave; all others only make models smaller or faster.
REQUIRED = {"llmc-scalarize-shapes", "llmc-resolve-sizes", "llmc-insert-checks", "llmc-normalize-anchors",
            "llmc-form-kernels", "llmc-plan-arena"}
SMALL = ["bert_tiny", "dynamo_gpt2_tiny.eager", "vit_tiny", "llama_tiny.fp16"]


def default_pipeline(llmc_opt):
    """The lines of the printed pipeline: one pass, or one opening or closing of a nest, a line."""
    done = subprocess.run([llmc_opt, "--pass-pipeline=builtin.module(llmc-default)", "--dump-pass-pipeline"],
                          input="module {}", capture_output=True, text=True, check=True)
    lines = [line.strip().rstrip(",") for line in done.stderr.splitlines()]
    return lines[lines.index("builtin.module("):]


def is_pass(line):
    return line and not line.endswith("(") and line != ")"


def joined(lines):
    """Textual form again; nests that have become empty vanish."""
    text = re.sub(r",*\)", ")", ",".join(line for line in lines if line)).replace("(,", "(")
    return re.sub(r"func\.func\(\),?", "", text)


def check(llmc, folder, pipeline, scratch, loose):
    output = os.path.join(scratch, "out")
    message = cases.compile_model(llmc, os.path.join(folder, "model.onnx"), output, f"--pipeline={pipeline}",
                                  "--cpu", cases.cpu_levels()[-1])
    if message:
        return [message]
    return [f"{os.path.basename(path)}: {name}: {wrong}"
            for path, name, wrong in cases.run_cases(output, cases.case_files(folder), 2, loose)]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("llmc")
    parser.add_argument("llmc_opt")
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("models", nargs="*")
    options = parser.parse_args()
    lines = default_pipeline(options.llmc_opt)
    optional = [i for i, line in enumerate(lines) if is_pass(line) and line.split("{")[0] not in REQUIRED]
    if not optional:
        sys.exit("the printed pipeline has no optional pass")
    tested = failed = 0
    for number, name in enumerate(options.models or SMALL):
        folder = models.find(name)
        if not folder:
            continue
        for left_out in optional[number % options.every :: options.every]:
            with tempfile.TemporaryDirectory() as scratch:
                pipeline = joined(lines[:left_out] + lines[left_out + 1 :])
                problems = check(options.llmc, folder, pipeline, scratch, loose="fp16" in name)
            tested += 1
            failed += bool(problems)
            label = f"{lines[left_out].split('{')[0]} ({left_out})"
            print(f"{'FAIL' if problems else 'ok':5}{name} without {label}", flush=True)
            for problem in problems[:4]:
                print(f"       {problem}")
    print(f"{tested - failed} of {tested} right")
    return 1 if failed or not tested else 0


if __name__ == "__main__":
    sys.exit(main())
