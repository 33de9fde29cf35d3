#!/usr/bin/env python3
"""damaged_artefacts.py LLMC: weights and artefacts with damaged or missing bytes, by seed: refused with a message, or as
good as before; never a crash, never another result. 550 in all: 400 weights files through the C API, 150 artefacts
through the tool. A library is cut at many lengths, too, alone in its folder.
"""
import json
import random
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
PAYLOAD = 4096  # LLMC_WEIGHTS_PAYLOAD; the header before it is padded with zeros that nobody reads
HEADER = 32


def damage(data, seed):
    """The bytes changed, cut, or lengthened."""
    rng = random.Random(seed)
    data = bytearray(data)
    kind = rng.choice(["bytes", "bytes", "bytes", "cut", "grow", "swap"])
    # Half of the damage goes to the beginning, where every byte means something.
    place = lambda: rng.randrange(min(len(data), 64) if rng.random() < 0.5 else len(data))
    if kind == "bytes":
        for _ in range(rng.choice([1, 1, 4, 100])):
            data[place()] ^= rng.randrange(1, 256)
    elif kind == "cut":
        del data[place():]
    elif kind == "grow":
        data += rng.randbytes(rng.choice([1, 64, 5000]))
    else:
        begin = place()
        data[begin:begin + 16] = data[begin:begin + 16][::-1]
    return bytes(data)


def means_the_same(original, changed):
    """Differs at most where nobody looks."""
    return len(original) == len(changed) and original[:HEADER] == changed[:HEADER] and original[PAYLOAD:] == changed[PAYLOAD:]


def check_weights(folder, scratch, count):
    program = scratch / "open_weights"
    subprocess.run(["gcc", "-std=gnu99", "-Wall", "-Wextra", "-Werror", f"-I{ROOT}/runtime/include",
                    Path(__file__).with_name("open_weights.c"), "-o", program, "-ldl"], check=True)
    original = next(folder.glob("*.weights")).read_bytes()
    files = []
    for seed in range(count):
        files.append(scratch / f"{seed}.weights")
        files[-1].write_bytes(damage(original, seed))
    done = subprocess.run([program, folder / "network.so", *files], capture_output=True, text=True, check=True)
    lines = done.stdout.splitlines()
    assert len(lines) == count, done.stdout
    refused = 0
    for seed, line in enumerate(lines):
        same = means_the_same(original, files[seed].read_bytes())
        refused += line.startswith("refused: ") and len(line) > len("refused: ") + 10
        if same != (line == "open") or line == "died":
            sys.exit(f"weights of seed {seed}: {line}")
    print(f"{count} weights files: {refused} refused with a message")


def weights_of_library(data, bytes_of_weights):
    """Where the payload lies in a library: what only --digest reads."""
    return range(len(data) - bytes_of_weights, len(data))


def check_artefacts(llmc, folder, scratch, count):
    command = ["run", "--random", "--dim", "n=3", "--threads", "1", "--outputs"]
    subprocess.run([llmc, *command, scratch / "want.npz", folder], check=True)
    want = np.load(scratch / "want.npz")["y"]
    manifest = json.loads((folder / "manifest.json").read_text())
    inside = manifest["weights"]["bytes"] if manifest["weights"]["embedded"] else 0
    files = [file["name"] for file in manifest["files"] if not file["name"].endswith(".h")] + ["manifest.json"]
    refused = 0
    for seed in range(count):
        copy, outputs = scratch / "copy", scratch / "got.npz"
        shutil.copytree(folder, copy)
        name = files[seed % len(files)]
        original = (folder / name).read_bytes()
        changed = damage(original, seed)
        if inside and name.endswith(".so"):
            place = weights_of_library(original, inside)
            changed = changed[:place.start] + original[place.start:] if len(changed) == len(original) else changed
        (copy / name).write_bytes(changed)
        done = subprocess.run([llmc, *command, outputs, copy], capture_output=True, text=True, timeout=60)
        if done.returncode == 0:
            assert np.array_equal(np.load(outputs)["y"], want), f"seed {seed}, {name}: another result"
        elif done.returncode not in (1, 3) or "llmc: error: " not in done.stderr or outputs.exists():
            sys.exit(f"seed {seed}, {name}: exit code {done.returncode}\n{done.stdout}{done.stderr}")
        refused += done.returncode != 0
        shutil.rmtree(copy)
        outputs.unlink(missing_ok=True)
    print(f"{count} artefacts: {refused} refused with a message, the others right")


def check_cut_libraries(llmc, folder, scratch, count):
    contents = (folder / "network.so").read_bytes()
    alone = scratch / "alone"
    alone.mkdir()
    for part in range(count):
        (alone / "network.so").write_bytes(contents[:len(contents) * part // count])
        for command in (["run", "--random"], ["check"]):
            done = subprocess.run([llmc, *command, alone], capture_output=True, text=True, timeout=60)
            if done.returncode != 1 or "llmc: error: " not in done.stderr:
                sys.exit(f"{part} of {count} parts of a library, {command}: exit code {done.returncode} {done.stderr}")
    print(f"{count} lengths of a library: all refused with a message")


def main():
    llmc = Path(sys.argv[1])
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        folder, apart = scratch / "out", scratch / "apart"
        compile_model = [llmc, "compile", ROOT / "test/lit/tools/Inputs/network.mlir", "-o"]
        subprocess.run([*compile_model, folder], check=True, stdout=subprocess.DEVNULL)
        subprocess.run([*compile_model, apart, "--weights=file"], check=True, stdout=subprocess.DEVNULL)
        check_weights(apart, scratch, 400)
        check_artefacts(llmc, folder, scratch, 75)
        check_artefacts(llmc, apart, scratch, 75)
        check_cut_libraries(llmc, folder, scratch, 20)


if __name__ == "__main__":
    main()
