"""llmc_add_model: an application links a model that is compiled while it builds, and anew when the model changes."""
import os
import shutil
import subprocess
import sys
from pathlib import Path

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
expect(build_and_run(), "classifier for x86-64-v3: last_hidden_state\n")
shutil.copy(models / "vit_tiny/model.onnx", folder / "model.onnx")
expect(build_and_run(), "classifier for x86-64-v3: logits\n")
