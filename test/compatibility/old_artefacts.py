#!/usr/bin/env python3
"""Runs artefacts that older versions of llmc have written: each gives the right results, or is refused with a message that
says why. An artefact whose layout no runtime knows is refused.

usage: old_artefacts.py LLMC
"""

import os
import shutil
import struct
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "conformance"))
import cases  # noqa: E402

REFUSALS = ("image version", "made by another version of llmc")
IMAGE_HEAD = b"LLMC"  # the magic of an image, before its version


def check(llmc, folder):
    """None, or what is wrong."""
    done = subprocess.run([llmc, "run", folder, "--random"], capture_output=True, text=True)
    if done.returncode:
        clear = any(text in done.stderr for text in REFUSALS)
        return None if clear else f"llmc run: exit code {done.returncode}: {done.stderr}"
    done = subprocess.run([llmc, "inspect", folder], capture_output=True, text=True)
    if done.returncode:
        return f"llmc inspect: {done.stderr}"
    problems = cases.run_cases(folder, cases.case_files(folder), threads=2, loose=False)
    return str(problems) if problems else None


def check_unknown_version(llmc, folder, scratch):
    """The library with another version in its images."""
    changed = os.path.join(scratch, "changed")
    shutil.copytree(folder, changed)
    library = os.path.join(changed, "network.so")
    data = open(library, "rb").read()
    image = IMAGE_HEAD + struct.pack("<I", 1)
    assert data.count(image) == 1
    with open(library, "wb") as file:
        file.write(data.replace(image, IMAGE_HEAD + struct.pack("<I", 99)))
    done = subprocess.run([llmc, "run", changed, "--random"], capture_output=True, text=True)
    return None if done.returncode == 1 and "image version 99" in done.stderr else f"runs all the same: {done.stderr}"


def main():
    llmc, failed = sys.argv[1], 0
    folders = sorted(name for name in os.listdir(HERE) if os.path.exists(os.path.join(HERE, name, "manifest.json")))
    assert folders
    with tempfile.TemporaryDirectory() as scratch:
        results = {name: check(llmc, os.path.join(HERE, name)) for name in folders}
        results["unknown version"] = check_unknown_version(llmc, os.path.join(HERE, "image-1"), scratch)
    for name, wrong in results.items():
        print(f"{'FAIL' if wrong else 'ok':5}{name}{': ' + wrong if wrong else ''}")
        failed += wrong is not None
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
