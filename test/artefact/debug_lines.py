#!/usr/bin/env python3
"""What --debug-lines tells profilers and debuggers: each piece of a kernel, in the library and in a program with the archive,
is at the line of one of the kernel's nodes in NAME.nodes.txt. The code is the same as without, and all else still works.

usage: debug_lines.py LLMC
"""

import json
import os
import re
import shutil
import sys
import tempfile

from profiled import compile_model, functions, run

LLVM = "/usr/lib/llvm-22/bin"
HERE = os.path.dirname(os.path.abspath(__file__))
NETWORK = os.path.join(HERE, "..", "lit", "tools", "Inputs", "network.mlir")


def read(path):
    with open(path) as file:
        return file.read()


def read_listing(folder):
    """By its line: node, operator, and the functions of its kernels."""
    lines = read(os.path.join(folder, "model.nodes.txt")).splitlines()
    assert lines[0] == "node\toperator\tkernels of model", lines[0]
    return {number: line.split("\t") for number, line in enumerate(lines[1:], start=2)}


def check_listing(listing, manifest):
    """It has all nodes that kernels name, each with these kernels."""
    told = {node: functions.split() for node, _, functions in listing.values()}
    for kernel in manifest["kernels"]:
        assert all(kernel["function"] in told[node] for node in kernel["nodes"]), (kernel, told)
    assert all(operator != "-" for _, operator, _ in listing.values()), "an operator is missing"


def lines_of(program, addresses):
    """File and line of each address, innermost first where functions were inlined."""
    shown = run(f"{LLVM}/llvm-symbolizer", "--output-style=JSON", f"--obj={program}", *map(hex, addresses))
    return [[(frame["FileName"], frame["Line"]) for frame in place["Symbol"]] for place in json.loads(shown)]


def check_program(program, listing, manifest):
    """Kernels of all levels are at lines of their own nodes; the host program calls each kernel at a line of it."""
    local = {name: (address, size) for name, address, size, _ in functions(program, "--symbols")}
    nodes = {}
    for node, _, kernels in listing.values():
        for kernel in kernels.replace("-", "").split():
            nodes.setdefault(kernel, set()).add(node)
    assert set(nodes) == {kernel["function"] for kernel in manifest["kernels"]}
    for level in manifest["levels"]:
        suffix = "__" + re.sub("[^a-z0-9]", "_", level)
        found = 0
        for function, own in nodes.items():
            told = lines_told(program, *local[function + suffix], listing)
            assert told and told <= own, (function + suffix, told, own)
            found = max(found, len(told))
        assert found > 2, "no kernel tells its nodes apart"
        calls = lines_told(program, *local["llmc_model_run" + suffix], listing)
        assert all(calls & set(kernel["nodes"]) for kernel in manifest["kernels"]), calls


def lines_told(program, address, size, listing):
    """The nodes that code between two addresses comes from."""
    told = set()
    for frames in lines_of(program, range(address, address + size, 4)):
        assert {file for file, line in frames if line} <= {"model.nodes.txt"}, frames
        told |= {listing[line][0] for _, line in frames if line}
    return told


def check_sources(program):
    """Nothing else is named, least of all a path of whoever built llmc."""
    assert run(f"{LLVM}/llvm-dwarfdump", "--show-sources", program).split() == ["model.nodes.txt"]


def code_of(folder, scratch):
    """The instructions in an archive, before a linker has placed them."""
    run(f"{LLVM}/llvm-ar", "x", f"--output={scratch}", os.path.join(folder, "model.a"), "model.o")
    run(f"{LLVM}/llvm-objcopy", "-O", "binary", "--only-section=.text", f"{scratch}/model.o", f"{scratch}/text")
    with open(f"{scratch}/text", "rb") as file:
        return file.read()


def link_program(folder):
    """A program with the archive in it."""
    source, program = os.path.join(folder, "main.c"), os.path.join(folder, "program")
    with open(source, "w") as file:
        file.write('#include "model.h"\nint main(void) { model_session s; return model_open(&s, 0, 0); }\n')
    run("gcc", source, os.path.join(folder, "model.a"), "-lm", "-o", program)
    run(program)
    return program


def check_model(llmc, model, scratch):
    folder, plain = os.path.join(scratch, "lines"), os.path.join(scratch, "plain")
    library = compile_model(llmc, model, folder, "--emit=so,a,h", "--debug-lines")
    manifest, listing = json.loads(read(os.path.join(folder, "manifest.json"))), read_listing(folder)
    check_listing(listing, manifest)
    check_program(library, listing, manifest)
    check_sources(library)
    program = link_program(folder)
    check_program(program, listing, manifest)
    compile_model(llmc, model, plain, "--emit=a")
    assert code_of(folder, scratch) == code_of(plain, scratch), "the code is not the same"
    if shutil.which("gdb"):
        line, (node, _, _) = next((at, row) for at, row in listing.items() if row[2].startswith("llmc_packed_matmul"))
        shown = run("gdb", "-nx", "-batch", "-ex", f"directory {folder}", "-ex", f"list model.nodes.txt:{line}", "-ex",
                    f"info line model.nodes.txt:{line}", program)
        assert node in shown and re.search(f'Line {line} of "model.nodes.txt" +starts at address .* <llmc_packed_matmul', shown), shown


def files_in(folder):
    files = {}
    for name in os.listdir(folder):
        with open(os.path.join(folder, name), "rb") as file:
            files[name] = file.read()
    return files


def check_artefact(llmc, scratch):
    """The listing comes and goes with the artefact, and tools take such a folder as any other."""
    folder, again = os.path.join(scratch, "artefact"), os.path.join(scratch, "again")
    library = os.path.join(folder, "network.so")
    command = [llmc, "compile", NETWORK, "--debug-lines", "--weights=file", "--emit=so,a", "-o"]
    run(*command, folder)
    run(*command, again, "--threads=1")
    assert files_in(folder) == files_in(again)
    listed = {file["name"] for file in json.loads(read(os.path.join(folder, "manifest.json")))["files"]}
    assert "network.nodes.txt" in listed and listed < set(os.listdir(folder)), listed
    run(llmc, "check", folder, "--digest")
    run(f"{LLVM}/llvm-strip", library)
    assert not run(f"{LLVM}/llvm-dwarfdump", "--show-sources", library).strip()
    for command in ("check", "inspect"):
        run(llmc, command, folder)
    run(llmc, "run", folder, "--random")
    os.remove(os.path.join(folder, "network.nodes.txt"))
    assert "note: can't read network.nodes.txt" in run(llmc, "check", folder, "--digest")
    run(llmc, "compile", NETWORK, "-o", again)
    assert "network.nodes.txt" not in os.listdir(again)
    assert not run(f"{LLVM}/llvm-dwarfdump", "--show-sources", os.path.join(again, "network.so")).strip()


def main():
    llmc = sys.argv[1]
    for check, what in ((lambda scratch: check_model(llmc, "bert_tiny", scratch), "bert_tiny"),
                        (lambda scratch: check_artefact(llmc, scratch), "the artefact")):
        with tempfile.TemporaryDirectory() as scratch:
            check(scratch)
        print(f"ok   {what}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
