"""compiler/api/llmc-compiler.h as ctypes sees it, and where libllmc is found."""

from __future__ import annotations

import ctypes
import functools
import os
import shutil
from ctypes import CFUNCTYPE, POINTER, c_char_p, c_double, c_int, c_int32, c_size_t, c_uint32, c_uint64, c_void_p
from pathlib import Path
from typing import Iterator

from ._runtime import Struct, Tensor
from .errors import CompilerNotFound

FORM_SO, FORM_A, FORM_HEADER = 1, 2, 4
DIAGNOSTIC_ERROR, DIAGNOSTIC_NOTE, DIAGNOSTIC_WARNING = 1, 2, 3
WEIGHTS_INSIDE, WEIGHTS_FILE = 1, 2


class DiagnosticStruct(Struct):
    c_name = "llmc_diagnostic"
    _fields_ = [("size", c_size_t), ("severity", c_int32), ("message", c_char_p)]


class CompileProgress(Struct):
    c_name = "llmc_compile_progress"
    _fields_ = [("size", c_size_t), ("phase", c_char_p), ("number", c_uint32), ("count", c_uint32), ("share", c_double)]


class CompileInput(Struct):
    c_name = "llmc_compile_input"
    _fields_ = [("size", c_size_t), ("name", c_char_p), ("tensor", POINTER(Tensor))]


class ExpectedOutput(Struct):
    c_name = "llmc_expected_output"
    _fields_ = [("size", c_size_t), ("name", c_char_p), ("tensor", POINTER(Tensor)), ("absolute", c_double),
                ("relative", c_double)]


Diagnose = CFUNCTYPE(None, c_void_p, POINTER(DiagnosticStruct))
Progress = CFUNCTYPE(c_int32, c_void_p, POINTER(CompileProgress))


class CompileOptions(Struct):
    c_name = "llmc_compile_options"
    _fields_ = [("size", c_size_t), ("name", c_char_p), ("cpu", c_char_p), ("target_triple", c_char_p),
                ("forms", c_uint32), ("weights", c_int32), ("dims", POINTER(c_char_p)), ("dim_count", c_uint32),
                ("pipeline", c_char_p), ("plugins", POINTER(c_char_p)), ("plugin_count", c_uint32),
                ("threads", c_uint32), ("stage", c_char_p), ("inputs", POINTER(CompileInput)),
                ("input_count", c_uint32), ("verify_numerics", c_int32), ("user", c_void_p), ("diagnose", Diagnose),
                ("progress", Progress), ("debug_lines", c_int32), ("reserved", c_int32), ("decisions", c_char_p),
                ("max_memory", c_uint64), ("quantize", c_char_p), ("prune", c_char_p),
                ("calibration", POINTER(CompileInput)), ("calibration_count", c_uint32), ("reserved2", c_int32),
                ("precision", c_char_p), ("accuracy_budget", c_char_p), ("accuracy_mask", c_char_p),
                ("report", c_char_p)]


def _places() -> Iterator[Path]:
    """Where libllmc may lie, best first: in the wheel, beside the tool `llmc`, in the source tree's build."""
    package = Path(__file__).resolve().parent
    yield package / "lib" / "libllmc.so.0"
    if tool := shutil.which("llmc"):
        prefix = Path(tool).resolve().parents[1]
        yield from prefix.glob("lib*/libllmc.so.0")
        yield from prefix.glob("lib/*-linux-gnu/libllmc.so.0")
    yield package.parents[2] / "build" / "lib" / "libllmc.so.0"


@functools.lru_cache(maxsize=None)
def library() -> ctypes.CDLL:
    """libllmc: what LLMC_LIBRARY names, or the first that is found."""
    name = os.environ.get("LLMC_LIBRARY") or next((str(place) for place in _places() if place.exists()), "libllmc.so.0")
    try:
        loaded = ctypes.CDLL(name)
    except OSError as error:
        raise CompilerNotFound(f"the compiler can't be loaded: {error}; try: set LLMC_LIBRARY to libllmc.so of an "
                               "installed or built llmc, and install what it needs (Debian: libmlir-22 libprotobuf-lite32)") from None
    options, result = POINTER(CompileOptions), POINTER(c_void_p)
    loaded.llmc_compile_file.argtypes = [c_char_p, c_char_p, options, result]
    loaded.llmc_compile_file.restype = c_int
    loaded.llmc_compile_memory.argtypes = [c_void_p, c_size_t, c_char_p, c_char_p, options, result]
    loaded.llmc_compile_memory.restype = c_int
    loaded.llmc_compile_result_facts.argtypes = [c_void_p]
    loaded.llmc_compile_result_facts.restype = c_char_p
    loaded.llmc_compile_result_expected.argtypes = [c_void_p, c_uint32, POINTER(ExpectedOutput)]
    loaded.llmc_compile_result_expected.restype = c_int
    loaded.llmc_compile_result_free.argtypes = [c_void_p]
    loaded.llmc_compile_result_free.restype = None
    loaded.llmc_compiler_version.argtypes = []
    loaded.llmc_compiler_version.restype = c_char_p
    return loaded
