#!/usr/bin/env python3
"""Links compiled models into C programs as an application does, with gcc and without llmc's headers, and compares with
ONNX Runtime's results: two archives in one program, two shared libraries, static and with --gc-sections; a library that
is loaded by a relative path; a generation loop whose caches stay in the session. The headers are C99 and C++11 without a warning, for models with any names.

usage: link_models.py LLMC
"""

import glob
import os
import shutil
import subprocess
import sys
import tempfile

import numpy as np

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "test", "conformance"))
import cases  # noqa: E402

INPUTS = os.path.join(ROOT, "test", "artefact", "Inputs")
CLANG = "/usr/lib/llvm-22/bin/clang"
STRICT = ["-Wall", "-Wextra", "-pedantic", "-Werror"]
MODELS = {"bert_tiny": "last_hidden_state", "vit_tiny": "logits"}


def run(*command, **options):
    done = subprocess.run(command, capture_output=True, text=True, **options)
    if done.returncode != 0:
        raise AssertionError(f"{' '.join(command)}: exit code {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def compile_model(llmc, model, folder, *options):
    message = cases.compile_model(llmc, model, folder, *options)
    assert message is None, message


def check_header(folder, name):
    """No compiler has anything to say about NAME.h, twice included."""
    source = os.path.join(folder, "includes.c")
    with open(source, "w") as file:
        file.write(f'#include "{name}.h"\n#include "{name}.h"\nint main(void) {{ return 0; }}\n')
    for compiler in ("gcc", CLANG):
        for language, standard in (("c", "c99"), ("c", "c17"), ("c++", "c++11"), ("c++", "c++20")):
            run(compiler, f"-x{language}", f"-std={standard}", *STRICT, "-fsyntax-only", source)


def check_symbols(folder, name, prefix):
    """Nothing can be seen but the API, and nothing is needed but the C library."""
    archive = run("nm", "--defined-only", "--extern-only", "--format=posix", os.path.join(folder, name + ".a"))
    names = [line.split()[0] for line in archive.splitlines() if " " in line]
    assert names and all(symbol.startswith(f"{prefix}_llmc_") for symbol in names), names
    library = os.path.join(folder, name + ".so")
    shown = run("nm", "-D", "--defined-only", "--format=posix", library)
    names = [line.split()[0].split("@")[0].removeprefix(prefix + "_") for line in shown.splitlines()]
    names = [symbol for symbol in names if symbol != "LLMC_1"]
    assert names and all(symbol.startswith("llmc_") for symbol in names), names
    needed = {line.split()[0] for line in run("ldd", library).splitlines()}
    assert needed <= {"linux-vdso.so.1", "libc.so.6", "libm.so.6", "libpthread.so.0", "libdl.so.2", "/lib64/ld-linux-x86-64.so.2"}, needed


def write_feeds(folder):
    """The inputs of a case of each model as raw files; gives sizes and wanted outputs."""
    wanted = {}
    for model in MODELS:
        feeds, outputs = cases.read_case(os.path.join(ROOT, "test", "models", model, "case1.npz"))
        wanted.update(outputs)
        for name, array in feeds.items():
            array.tofile(os.path.join(folder, name))
            if name in ("input_ids", "pixel_values"):
                wanted[name] = array
    batch, length = wanted["input_ids"].shape
    count, _, height, width = wanted["pixel_values"].shape
    return [batch, length, count, height, width], wanted


def check_program(program, scratch, sizes, wanted):
    run(program, *map(str, sizes), cwd=scratch)
    for name in ("last_hidden_state", "last_hidden_state.again", "logits"):
        want = wanted[name.removesuffix(".again")]
        got = np.fromfile(os.path.join(scratch, name), np.float32)
        assert got.size == want.size, (program, name)
        wrong = cases.judge(got.reshape(want.shape), want, loose=False)
        assert wrong is None, f"{program}: {name}: {wrong}"


def check_links(folders, scratch):
    """One program with both models, linked in each way."""
    source, program = os.path.join(INPUTS, "two_models.c"), os.path.join(scratch, "two_models")
    headers = [f"-I{folder}" for folder in folders.values()]
    archives = [os.path.join(folder, name + ".a") for name, folder in folders.items()]
    libraries = [os.path.join(folder, name + ".so") for name, folder in folders.items()]
    for name, folder in folders.items():
        for weights in glob.glob(os.path.join(folder, name + "-*.weights")):
            shutil.copy(weights, scratch)
    sizes, wanted = write_feeds(scratch)
    ways = {
        "gcc": ["gcc", "-std=c99", *STRICT, source, *archives, "-lm"],
        "gcc, sections": ["gcc", "-Wl,--gc-sections,--fatal-warnings", source, *archives, "-lm"],
        "gcc, no pie": ["gcc", "-no-pie", source, *archives, "-lm"],
        "clang, lld": [CLANG, "--ld-path=/usr/lib/llvm-22/bin/ld.lld", "-Wl,--gc-sections", source, *archives, "-lm"],
        "g++": ["g++", "-std=c++11", *STRICT, "-Wno-missing-field-initializers", "-xc++", source, "-xnone", *archives, "-lm"],
        "shared": ["gcc", source, *libraries, *(f"-Wl,-rpath,{folder}" for folder in folders.values())],
    }
    for way, command in ways.items():
        run(*command, *headers, "-o", program)
        check_program(program, scratch, sizes, wanted)
        print(f"ok   {way}", flush=True)
    run("gcc", source, *headers, *archives, "-static", "-lm", "-Wl,-w", "-o", program)
    check_program(program, scratch, sizes, wanted)
    print("ok   static")


def check_embedded(llmc, scratch):
    """Weights inside archive and library: nothing lies beside the program, and nothing is read over by the linker."""
    inside = os.path.join(scratch, "embedded")
    os.mkdir(inside)
    folders = {name: os.path.join(inside, name) for name in MODELS}
    for name, folder in folders.items():
        model = os.path.join(ROOT, "test", "models", name, "model.onnx")
        compile_model(llmc, model, folder, "--emit=so,a,h")
        check_symbols(folder, name, name)
    sizes, wanted = write_feeds(inside)
    source, program = os.path.join(INPUTS, "two_models.c"), os.path.join(inside, "two_models")
    headers = [f"-I{folder}" for folder in folders.values()]
    archives = [os.path.join(folder, name + ".a") for name, folder in folders.items()]
    libraries = [os.path.join(folder, name + ".so") for name, folder in folders.items()]
    lld = [CLANG, "--ld-path=/usr/lib/llvm-22/bin/ld.lld", "-Wl,--fatal-warnings"]
    for way in (["gcc", "-Wl,--gc-sections,--fatal-warnings", source, *archives, "-lm"], [*lld, source, *archives, "-lm"],
                ["gcc", source, *libraries, *(f"-Wl,-rpath,{folder}" for folder in folders.values())]):
        run(*way, *headers, "-o", program)
        check_program(program, inside, sizes, wanted)
    print("ok   embedded weights", flush=True)


def check_relative_path(folder, scratch):
    """A library loaded by a relative path finds its weights after the application has changed the directory."""
    program = os.path.join(scratch, "plugin_host")
    run("gcc", os.path.join(INPUTS, "plugin_host.c"), f"-I{folder}", "-ldl", "-o", program)
    run(program, "./bert_tiny.so", "/", cwd=folder)
    print("ok   loaded by a relative path")


def check_mistakes(folders, scratch):
    """Wrong uses of the typed header are errors, also a library of another model."""
    program = os.path.join(scratch, "mistakes")
    run("gcc", "-std=c99", "-g", "-fsanitize=address,undefined", *STRICT, os.path.join(INPUTS, "mistakes.c"),
        f"-I{folders['bert_tiny']}", "-ldl", "-o", program)
    run(program, *(os.path.join(folder, name + ".so") for name, folder in folders.items()))
    print("ok   mistakes")


def check_symbolic_links(folders, scratch):
    """Links to a program, and to a library, find the weights beside what they name."""
    folder, elsewhere = folders["bert_tiny"], os.path.join(scratch, "elsewhere")
    os.mkdir(elsewhere)
    os.symlink(os.path.join(folder, "bert_tiny.so"), os.path.join(elsewhere, "linked.so"))
    run(os.path.join(scratch, "plugin_host"), os.path.join(elsewhere, "linked.so"), "/")
    print("ok   symbolic links")


def check_generation_loop(llmc, scratch):
    """Outputs in memory of a session are right inputs of its next run."""
    folder, program = os.path.join(scratch, "llama"), os.path.join(scratch, "generation_loop")
    model = os.path.join(ROOT, "test", "models", "llama_tiny.fp16", "model.onnx")
    compile_model(llmc, model, folder, "--emit=so,h", "--name", "llama")
    run("gcc", "-std=c99", *STRICT, os.path.join(INPUTS, "generation_loop.c"), f"-I{folder}",
        os.path.join(folder, "llama.so"), f"-Wl,-rpath,{folder}", "-o", program)
    run(program)
    print("ok   generation loop")


def strange_model(path):
    """A model whose names mean something else in C."""
    import onnx  # pylint: disable=import-outside-toplevel

    names = ["int", "a b", "a_b", "a.b", "class", "*/ #error /*", "1", "__x", "größe", "NULL", "outputs", "??/", "a_b_2"]
    dims = ["status", "int", "n m", "n_m"]
    tensor = onnx.helper.make_tensor_value_info
    inputs = [tensor(name, onnx.TensorProto.FLOAT, [dims[i % 4], 2]) for i, name in enumerate(names)]
    inputs.append(tensor("flag", onnx.TensorProto.BOOL, []))
    outputs = [tensor(f"{name}_dims" if i % 2 else f"{name}_out", onnx.TensorProto.FLOAT, [dims[i % 4], 2])
               for i, name in enumerate(names)]
    outputs.append(tensor("flagged", onnx.TensorProto.BOOL, []))
    nodes = [onnx.helper.make_node("Exp", [a.name], [b.name]) for a, b in zip(inputs[:-1], outputs)]
    nodes.append(onnx.helper.make_node("Not", ["flag"], ["flagged"]))
    graph = onnx.helper.make_graph(nodes, "strange", inputs, outputs)
    onnx.save(onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 17)], ir_version=8), path)


def check_strange_names(llmc, scratch):
    model, folder = os.path.join(scratch, "strange.onnx"), os.path.join(scratch, "strange")
    strange_model(model)
    compile_model(llmc, model, folder, "--emit=h,a", "--name", "2-strange.model")
    check_header(folder, "2-strange.model")
    print("ok   strange names")


def main():
    llmc = sys.argv[1]
    with tempfile.TemporaryDirectory() as scratch:
        folders = {name: os.path.join(scratch, name + "_artefact") for name in MODELS}
        for name, folder in folders.items():
            compile_model(llmc, os.path.join(ROOT, "test", "models", name, "model.onnx"), folder, "--emit=so,a,h", "--weights=file")
            check_header(folder, name)
            check_symbols(folder, name, name)
        check_links(folders, scratch)
        check_relative_path(folders["bert_tiny"], scratch)
        check_symbolic_links(folders, scratch)
        check_mistakes(folders, scratch)
        check_generation_loop(llmc, scratch)
        check_embedded(llmc, scratch)
        check_strange_names(llmc, scratch)
    return 0


if __name__ == "__main__":
    sys.exit(main())
