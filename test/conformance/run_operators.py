#!/usr/bin/env python3
"""Compiles and runs the models of operators.py: every form of every operator that is imported.

usage: run_operators.py LLMC [--every N] [--only PATTERN]      --every 8 takes each eighth case
"""

import argparse
import concurrent.futures
import os
import subprocess
import sys
import tempfile

import cases


def run(llmc, folder):
    """(None, or what is wrong)."""
    output = os.path.join(folder, "out")
    message = cases.compile_model(llmc, os.path.join(folder, "model.onnx"), output, "--cpu", cases.cpu_levels()[-1])
    if message:
        return message
    try:
        problems = cases.run_cases(output, cases.case_files(folder), 1, loose=False)
    except cases.llmc.ModelError as error:
        return str(error)
    return "; ".join(f"{name}: {wrong}" for _, name, wrong in problems) or None


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("llmc")
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--only", default="*")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        generator = os.path.join(os.path.dirname(os.path.abspath(__file__)), "operators.py")
        subprocess.run([sys.executable, generator, scratch, "--only", arguments.only], check=True, capture_output=True)
        folders = [os.path.join(scratch, name) for name in sorted(os.listdir(scratch))][:: arguments.every]
        failed = 0
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            for folder, wrong in zip(folders, pool.map(lambda f: run(arguments.llmc, f), folders)):
                if wrong:
                    failed += 1
                    print(f"FAIL {os.path.basename(folder)}: {wrong}", flush=True)
    print(f"{len(folders) - failed} of {len(folders)} operator forms right")
    return 1 if failed or not folders else 0


if __name__ == "__main__":
    sys.exit(main())
