"""Compiles Transformer models and runs what was compiled, with NumPy arrays in and out.

    artefact = llmc.compile("model.onnx", "out/", dims={"batch": 1})
    model = llmc.load("out/")
    outputs = model(input_ids=ids, attention_mask=mask)

Running needs this package, NumPy and the artefact alone; compiling also needs libllmc and LLVM's shared libraries.
"""

from .compilation import Artefact, Expected, Progress, compile, compiler_version
from .context import Context
from .errors import (Cancelled, CompileError, CompilerNotFound, CompileStatus, CompileWarning, DeadlineExceeded, Diagnostic, Error,
                     ModelError, Status)
from .model import Model, load
from .opened import KernelTime, StateInfo, Symbol, TensorInfo

__all__ = [
    "Artefact", "Cancelled", "CompileError", "CompileStatus", "CompileWarning", "CompilerNotFound", "Context", "DeadlineExceeded",
    "Diagnostic", "Error", "Expected", "KernelTime", "Model", "ModelError", "Progress", "StateInfo", "Status",
    "Symbol", "TensorInfo", "compile", "compiler_version", "load",
]
