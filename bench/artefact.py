"""A compiled model in Python, by ctypes on the C API (runtime/include/llmc/llmc.h): as much as tests and benches need."""

import ctypes
import glob
import os

import numpy as np

DTYPES = {1: "f4", 2: "u1", 3: "i1", 4: "u2", 5: "i2", 6: "i4", 7: "i8", 9: "?", 10: "f2", 11: "f8", 12: "u4", 13: "u8"}


class _Struct(ctypes.Structure):
    """Every struct of the API begins with its size."""

    def __init__(self, **fields):
        super().__init__(size=ctypes.sizeof(type(self)), **fields)


_SIZE, _U32, _U64, _TEXT, _PTR = ctypes.c_size_t, ctypes.c_uint32, ctypes.c_uint64, ctypes.c_char_p, ctypes.c_void_p


class _ModelOptions(_Struct):
    _fields_ = [("size", _SIZE), ("weights_path", _TEXT), ("weights", _PTR), ("weights_bytes", _U64),
                ("verify_digest", ctypes.c_int32), ("allocator", _PTR), ("log", _PTR), ("images", _PTR),
                ("message", _PTR), ("message_bytes", _SIZE)]


class _ContextOptions(_Struct):
    _fields_ = [("size", _SIZE), ("threads", _U32), ("executor", _PTR), ("allocator", _PTR), ("message", _PTR),
                ("message_bytes", _SIZE)]


class _ModelInfo(_Struct):
    _fields_ = [("size", _SIZE), ("name", _TEXT), ("compiler", _TEXT), ("cpu", _TEXT), ("version_count", _U32),
                ("symbol_count", _U32), ("input_count", _U32), ("output_count", _U32), ("kernel_count", _U32),
                ("weights_bytes", _U64), ("weights_digest", _U64)]


class _TensorInfo(_Struct):
    _fields_ = [("size", _SIZE), ("name", _TEXT), ("dtype", _U32), ("rank", _U32),
                ("dims", ctypes.POINTER(ctypes.c_int64)), ("dim_texts", ctypes.POINTER(_TEXT))]


class _KernelInfo(_Struct):
    _fields_ = [("size", _SIZE), ("name", _TEXT), ("nodes", _TEXT)]


class _Tensor(_Struct):
    _fields_ = [("size", _SIZE), ("dtype", _U32), ("rank", _U32), ("dims", ctypes.POINTER(ctypes.c_int64)),
                ("data", _PTR), ("bytes", _U64)]


class _RunOptions(_Struct):
    _fields_ = [("size", _SIZE), ("deadline_ms", _U64), ("profile", ctypes.c_int32)]


class _KernelTime(ctypes.Structure):
    _fields_ = [("calls", _U64), ("nanoseconds", _U64)]


class ModelError(Exception):
    """The message of a call that failed."""


class Model:
    """The artefact in a folder, with one context."""

    def __init__(self, folder, threads=1):
        (library,) = glob.glob(os.path.join(folder, "*.so"))
        self.library = ctypes.CDLL(os.path.abspath(library))
        self.library.llmc_context_message.restype = _TEXT
        message = ctypes.create_string_buffer(512)
        place = {"message": ctypes.addressof(message), "message_bytes": 512}
        self.model, self.context = _PTR(), _PTR()
        if self.library.llmc_model_open(ctypes.byref(_ModelOptions(**place)), ctypes.byref(self.model)):
            raise ModelError(message.value.decode())
        options = _ContextOptions(threads=threads, **place)
        if self.library.llmc_context_create(self.model, ctypes.byref(options), ctypes.byref(self.context)):
            raise ModelError(message.value.decode())
        self.info = _ModelInfo()
        self.library.llmc_model_describe(self.model, ctypes.byref(self.info))
        self.inputs = self._declarations(self.library.llmc_model_input, self.info.input_count)
        self.outputs = self._declarations(self.library.llmc_model_output, self.info.output_count)

    def _declarations(self, describe, count):
        """[(name, dtype, texts of the dims)]"""
        result = []
        for index in range(count):
            info = _TensorInfo()
            describe(self.model, index, ctypes.byref(info))
            dims = [info.dim_texts[axis].decode() for axis in range(info.rank)]
            result.append((info.name.decode(), np.dtype(DTYPES[info.dtype]), dims))
        return result

    def _check(self, status):
        if status:
            raise ModelError(self.library.llmc_context_message(self.context).decode())

    def bind(self, feeds):
        """Arrays by the names of the inputs; they stay alive with the model."""
        self.bound = []
        for index, (name, dtype, _) in enumerate(self.inputs):
            array = np.asarray(feeds[name], order="C")
            if array.dtype != dtype:
                raise ModelError(f"input {name} is {array.dtype} instead of {dtype}")
            number = next(code for code, text in DTYPES.items() if np.dtype(text) == dtype)
            dims = (ctypes.c_int64 * max(array.ndim, 1))(*array.shape)
            self.bound.append((array, dims))
            tensor = _Tensor(dtype=number, rank=array.ndim, dims=dims, data=array.ctypes.data, bytes=array.nbytes)
            self._check(self.library.llmc_context_bind_input(self.context, index, ctypes.byref(tensor)))

    def run_bound(self, profile=False):
        options = _RunOptions(profile=int(profile))
        self._check(self.library.llmc_context_run(self.context, ctypes.byref(options)))

    def run(self, feeds):
        self.bind(feeds)
        self.run_bound()
        results = {}
        for index, (name, dtype, _) in enumerate(self.outputs):
            tensor = _Tensor()
            self._check(self.library.llmc_context_output(self.context, index, ctypes.byref(tensor)))
            shape = [tensor.dims[axis] for axis in range(tensor.rank)]
            size = int(np.prod(shape, dtype=np.int64)) * dtype.itemsize
            data = ctypes.string_at(tensor.data, size) if size else b""
            results[name] = np.frombuffer(data, dtype).reshape(shape)
        return results

    def profile(self):
        """One run: [(microseconds, function, nodes)] a kernel."""
        self.run_bound(profile=True)
        times = (_KernelTime * self.info.kernel_count)()
        self._check(self.library.llmc_context_profile(self.context, times, self.info.kernel_count))
        rows = []
        for index, time in enumerate(times):
            info = _KernelInfo()
            self.library.llmc_model_kernel(self.model, index, ctypes.byref(info))
            rows.append((time.nanoseconds / 1e3, info.name.decode(), info.nodes.decode()))
        return rows
