"""llmc_add_model: an application links a model that is compiled while it builds, and anew when the model changes."""
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import onnx

source, models, folder = map(Path, sys.argv[1:])
shutil.rmtree(folder, ignore_errors=True)
shutil.copytree(source, folder)


def build_and_run() -> str:
    subprocess.run(["cmake", "--build", folder / "build"], check=True, stdout=subprocess.DEVNULL)
    return subprocess.run([folder / "build/app"], check=True, capture_output=True, text=True).stdout


def expect(text: str, wanted: str) -> None:
    if text != wanted:
        sys.exit(f"expected: {wanted!r}\n   found: {text!r}")


shutil.copy(models / "bert_tiny/model.onnx", folder / "model.onnx")
subprocess.run(["cmake", "-S", folder, "-B", folder / "build", f"-DCMAKE_PREFIX_PATH={os.environ['LLMC']}"],
               check=True, stdout=subprocess.DEVNULL)
bert = "classifier with code for 2 levels: last_hidden_state\nembedded with code for 1 levels: last_hidden_state\n"
expect(build_and_run(), bert)
library = folder / "build/classifier.llmc/classifier.so"
first = library.stat().st_mtime_ns
expect(build_and_run(), bert)
if library.stat().st_mtime_ns != first:
    sys.exit("the model was compiled again though nothing changed")
vit = onnx.load(models / "vit_tiny/model.onnx")
onnx.save(vit, folder / "model.onnx", save_as_external_data=True, location="model.data", size_threshold=0)
expect(build_and_run(), bert.replace("last_hidden_state", "logits"))
second = library.stat().st_mtime_ns
(folder / "model.data").touch()
build_and_run()
if library.stat().st_mtime_ns == second:
    sys.exit("the model was not compiled again though its external data changed")

installed = folder / "moved"
subprocess.run(["cmake", "--install", folder / "build", "--prefix", folder / "prefix"], check=True,
               stdout=subprocess.DEVNULL)
shutil.rmtree(folder / "build/classifier.llmc")
(folder / "prefix").rename(installed)
expect(subprocess.run([installed / "bin/app"], check=True, capture_output=True, text=True).stdout,
       bert.replace("last_hidden_state", "logits"))

libraries = subprocess.run(["ldd", installed / "bin/app"], check=True, capture_output=True, text=True).stdout
strangers = [line for line in libraries.splitlines()
             if not re.match(r"\s*(linux-vdso|libc|libm|libpthread|libdl|classifier|/\S*ld-linux\S*)\.so", line)]
if strangers:
    sys.exit("the application needs more than the C library and its model:\n" + "\n".join(strangers))
