"""runtime/include/llmc/llmc.h as ctypes sees it, and the loaded library of a compiled model.

The fields stand in the order of the header; test/python/test_layouts.py compares them with what a C compiler says.
"""

from __future__ import annotations

import _ctypes
import ctypes
import itertools
import threading
import weakref
from ctypes import CFUNCTYPE, POINTER, c_char_p, c_int, c_int32, c_int64, c_size_t, c_uint32, c_uint64, c_void_p
from pathlib import Path
from typing import Any, Callable, ClassVar

from . import library_file
from .errors import ModelError, Status

API_VERSION = 1


class Struct(ctypes.Structure):
    """A struct that begins with its size, which is set; all else is zero unless given."""

    c_name: ClassVar[str]

    def __init__(self, **fields: object) -> None:
        super().__init__(size=ctypes.sizeof(self), **fields)


class ModelOptions(Struct):
    c_name = "llmc_model_options"
    _fields_ = [("size", c_size_t), ("weights_path", c_char_p), ("weights", c_void_p), ("weights_bytes", c_uint64),
                ("verify_digest", c_int32), ("allocator", c_void_p), ("log", c_void_p), ("images", c_void_p),
                ("message", c_void_p), ("message_bytes", c_size_t)]


class ModelInfo(Struct):
    c_name = "llmc_model_info"
    _fields_ = [("size", c_size_t), ("name", c_char_p), ("compiler", c_char_p), ("cpu", c_char_p),
                ("version_count", c_uint32), ("symbol_count", c_uint32), ("input_count", c_uint32),
                ("output_count", c_uint32), ("kernel_count", c_uint32), ("weights_bytes", c_uint64),
                ("weights_digest", c_uint64), ("state_count", c_uint64), ("variant_count", c_uint64)]


class SymbolInfo(Struct):
    c_name = "llmc_symbol_info"
    _fields_ = [("size", c_size_t), ("name", c_char_p), ("least", c_int64), ("most", c_int64)]


class TensorDeclaration(Struct):
    c_name = "llmc_tensor_info"
    _fields_ = [("size", c_size_t), ("name", c_char_p), ("dtype", c_uint32), ("rank", c_uint32),
                ("dims", POINTER(c_int64)), ("dim_texts", POINTER(c_char_p)), ("state", c_uint64)]


class StateDeclaration(Struct):
    c_name = "llmc_state_info"
    _fields_ = [("size", c_size_t), ("input", c_uint32), ("output", c_uint32), ("axis", c_uint64)]


class KernelInfo(Struct):
    c_name = "llmc_kernel_info"
    _fields_ = [("size", c_size_t), ("name", c_char_p), ("nodes", c_char_p)]


class VariantInfo(Struct):
    c_name = "llmc_variant_info"
    _fields_ = [("size", c_size_t), ("dims", c_char_p), ("first_kernel", c_uint32), ("kernel_count", c_uint32)]


class ContextOptions(Struct):
    c_name = "llmc_context_options"
    _fields_ = [("size", c_size_t), ("threads", c_uint32), ("executor", c_void_p), ("allocator", c_void_p),
                ("message", c_void_p), ("message_bytes", c_size_t)]


class Tensor(Struct):
    c_name = "llmc_tensor"
    _fields_ = [("size", c_size_t), ("dtype", c_uint32), ("rank", c_uint32), ("dims", POINTER(c_int64)),
                ("data", c_void_p), ("bytes", c_uint64), ("device", c_uint64)]


class RunOptions(Struct):
    c_name = "llmc_run_options"
    _fields_ = [("size", c_size_t), ("deadline_ms", c_uint64), ("profile", c_int32), ("observer", c_void_p)]


class KernelNanoseconds(ctypes.Structure):
    c_name = "llmc_kernel_time"
    _fields_ = [("calls", c_uint64), ("nanoseconds", c_uint64)]


_Describe = CFUNCTYPE(c_int, c_void_p, c_uint32, c_void_p)
_OfTensor = CFUNCTYPE(c_int, c_void_p, c_uint32, POINTER(Tensor))


class Api(Struct):
    """The table of functions. ctypes gives the GIL up while one of them runs."""

    c_name = "llmc_api"
    _fields_ = [("size", c_size_t), ("version", c_uint32),
                ("model_open", CFUNCTYPE(c_int, POINTER(ModelOptions), POINTER(c_void_p))),
                ("model_close", CFUNCTYPE(None, c_void_p)),
                ("model_describe", CFUNCTYPE(c_int, c_void_p, POINTER(ModelInfo))),
                ("model_symbol", _Describe), ("model_input", _Describe), ("model_output", _Describe),
                ("model_kernel", _Describe),
                ("context_create", CFUNCTYPE(c_int, c_void_p, POINTER(ContextOptions), POINTER(c_void_p))),
                ("context_destroy", CFUNCTYPE(None, c_void_p)),
                ("context_bind_input", _OfTensor),
                ("context_bind_output", CFUNCTYPE(c_int, c_void_p, c_uint32, c_void_p, c_uint64)),
                ("context_output_shape", _OfTensor),
                ("context_run", CFUNCTYPE(c_int, c_void_p, POINTER(RunOptions))),
                ("context_cancel", CFUNCTYPE(None, c_void_p)),
                ("context_output", _OfTensor),
                ("context_trim", CFUNCTYPE(c_int, c_void_p)),
                ("context_profile", CFUNCTYPE(c_int, c_void_p, POINTER(KernelNanoseconds), c_uint32)),
                ("context_message", CFUNCTYPE(c_char_p, c_void_p)),
                ("status_text", CFUNCTYPE(c_char_p, c_int)),
                ("kernel_view_describe", _Describe),
                ("kernel_view_result", _OfTensor),
                ("model_state", _Describe),
                ("context_state_reserve", CFUNCTYPE(c_int, c_void_p, c_int64)),
                ("context_state_reset", CFUNCTYPE(c_int, c_void_p)),
                ("context_state_truncate", CFUNCTYPE(c_int, c_void_p, c_int64)),
                ("context_state_length", CFUNCTYPE(c_int, c_void_p, c_uint32, POINTER(c_int64))),
                ("context_state_shape", _OfTensor),
                ("context_state_read", CFUNCTYPE(c_int, c_void_p, c_uint32, c_void_p, c_uint64)),
                ("model_variant", _Describe),
                ("context_variant", CFUNCTYPE(c_int, c_void_p, POINTER(c_uint32)))]


# Tables of older runtimes end earlier; this package calls what is behind this only for models that have states or
# variants.
NEEDED_OF_API = Api.kernel_view_describe.offset


def when_gone(owner: object, function: Callable[..., object], *arguments: object) -> weakref.finalize[..., Any]:
    """Calls function(*arguments) when nothing refers to `owner` any more, but not at the end of the process: daemon threads
    may still be inside a context then."""
    finalizer = weakref.finalize(owner, function, *arguments)
    finalizer.atexit = False  # type: ignore[misc] # mypy takes the property for a slot
    return finalizer


_libraries: weakref.WeakValueDictionary[tuple[str, int, int], Library] = weakref.WeakValueDictionary()
_libraries_lock = threading.Lock()
_loads = itertools.count(1)


def library_at(path: Path) -> Library:
    """The library at a path: the one that is in memory already where it is the same file."""
    facts = path.stat()
    key = (str(path), facts.st_dev, facts.st_ino)
    with _libraries_lock:
        library = _libraries.get(key)
        if library is None:
            library = _libraries[key] = Library(path)
        return library


def _name_to_load(path: Path) -> str:
    """A spelling of `path` that was never used before.

    The dynamic linker tells libraries apart by the text of their paths, so an artefact that was compiled anew to the same
    place would turn out to be the old one while that is still loaded. So the number of the load is written into the
    path, bit for bit, as "./" and "/".
    """
    number = "".join("./" if bit == "1" else "/" for bit in f"{next(_loads):b}")
    return f"{path.parent}/{number}{path.name}"


class Library:
    """NAME.so in memory, until nothing refers to this object any more; models and contexts do."""

    def __init__(self, path: Path) -> None:
        self.path = path
        library_file.check(path)
        try:
            library = ctypes.CDLL(_name_to_load(path))
        except OSError as error:
            raise ModelError(Status.BAD_MODEL, f"{path} can't be loaded: {error}") from None
        when_gone(self, _ctypes.dlclose, library._handle)
        try:
            get_api = library.llmc_get_api
        except AttributeError:
            raise ModelError(Status.BAD_MODEL, f"{path} holds no compiled model: it has no llmc_get_api") from None
        get_api.argtypes, get_api.restype = [c_uint32], POINTER(Api)
        table = get_api(API_VERSION)
        if not table or table.contents.size < NEEDED_OF_API:
            raise ModelError(Status.BAD_MODEL, f"{path} was made for another version of the C API than this package, "
                                               f"{API_VERSION}; try: compile the model again")
        self.api: Api = table.contents


class Message:
    """Room for the message of a call that opens something."""

    def __init__(self) -> None:
        self._buffer = ctypes.create_string_buffer(1024)

    def fields(self) -> dict[str, int]:
        """For a struct of options."""
        return {"message": ctypes.addressof(self._buffer), "message_bytes": len(self._buffer)}

    def text(self) -> str:
        return self._buffer.value.decode(errors="replace")
