#!/usr/bin/env python3
"""Compiles real exporters' graphs, runs all their cases at each CPU level on 1 and 2 threads, and compares with ONNX
Runtime's results. The same input must give the same bytes.

usage: models.py LLMC [MODEL...]      models: those of test/models, and of ../shared/models when it is there
"""

import filecmp
import os
import sys
import tempfile

import cases

MODELS = """bert_tiny bert_cls_tiny distilbert_tiny gpt2_tiny llama_tiny qwen2_tiny mistral_tiny vit_tiny
marian_tiny_encoder_model whisper_tiny2_encoder_model bert_tiny.fp16 llama_tiny.fp16 dynamo_bert_tiny.eager
dynamo_distilbert_tiny.eager dynamo_gpt2_tiny.eager dynamo_llama_tiny.eager bert_tiny.dynint8 gpt2_tiny.dynint8
llama_tiny.dynint8 bert_tiny.qdq llama_tiny.qdq vit_tiny.qdq bert_tiny.int4 llama_tiny.int4""".split()


def find(name):
    for folder in (os.path.join(cases.ROOT, "test", "models"), os.path.join(cases.ROOT, "..", "shared", "models")):
        if os.path.exists(os.path.join(folder, name, "model.onnx")):
            return os.path.join(folder, name)
    return None


def check(llmc, name, folder, scratch):
    problems = []
    outputs = [os.path.join(scratch, f"{name}-{turn}") for turn in (0, 1)]
    for output in outputs:
        message = cases.compile_model(llmc, os.path.join(folder, "model.onnx"), output)
        if message:
            return [("all levels", "compile", message)]
    _, different, missing = filecmp.cmpfiles(*outputs, os.listdir(outputs[0]), shallow=False)
    if different or missing:
        problems.append(("all levels", "bytes", f"two compiles differ in {different + missing}"))
    loose = cases.rounds_inside(folder)
    for level in cases.cpu_levels():
        os.environ["LLMC_CPU"] = level
        for threads in (1, 2):
            found = cases.run_cases(outputs[0], cases.case_files(folder), threads, loose)
            problems += [(f"{level}, {threads} threads, {os.path.basename(p)}", o, w) for p, o, w in found]
    return problems


def main():
    llmc, names = sys.argv[1], sys.argv[2:] or MODELS
    tested = failed = 0
    with tempfile.TemporaryDirectory() as scratch:
        for name in names:
            folder = find(name)
            if not folder:
                continue
            problems = check(llmc, name, folder, scratch)
            tested += 1
            failed += bool(problems)
            print(f"{'FAIL' if problems else 'ok':5}{name}", flush=True)
            for where, what, wrong in problems[:6]:
                print(f"       {where}: {what}: {wrong}")
    print(f"{tested - failed} of {tested} models right")
    return 1 if failed or not tested else 0


if __name__ == "__main__":
    sys.exit(main())
