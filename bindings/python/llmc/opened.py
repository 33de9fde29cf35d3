"""A model that is open: what the runtime says about it, read once. Contexts share it with the Model."""

from __future__ import annotations

import ctypes
import os
from ctypes import byref
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Callable, Mapping

import numpy as np

from . import _runtime, dtypes
from .errors import ModelError, Status, model_error

_UNBOUNDED = 2**63 - 1


@dataclass(frozen=True)
class Symbol:
    """The values that a symbol of dims may take."""

    least: int
    most: int | None  # None where nothing bounds it


@dataclass(frozen=True)
class TensorInfo:
    """An input or output as the model declares it."""

    name: str
    element_type: str  # "f32", "bf16"
    dtype: np.dtype[Any]  # of its arrays; uint16 for bf16
    dims: tuple[int | str, ...]  # sizes, or formulas of symbols: "batch", "past + seq"
    element: dtypes.ElementType = field(repr=False)

    def __str__(self) -> str:
        return f"{self.name} {self.element_type}[{', '.join(map(str, self.dims))}]"


@dataclass(frozen=True)
class StateInfo:
    """An input that runs append to: the output is what it holds, with more behind it along an axis."""

    input: str
    output: str
    axis: int


@dataclass(frozen=True)
class Variant:
    """Code for some sizes only, or for all that the model takes."""

    dims: str  # "batch=1, seq=128"; empty: all
    kernels: range = field(repr=False)  # those of the model that it runs


@dataclass(frozen=True)
class KernelTime:
    """What one kernel did in a profiled run."""

    name: str
    nodes: str  # the ONNX nodes it came from, comma-separated
    calls: int
    seconds: float


class OpenModel:
    """llmc_model, closed when nothing refers to this object any more."""

    def __init__(self, path: Path, weights: Path | None, verify_weights: bool) -> None:
        self.library = _runtime.library_at(path)
        self.api = self.library.api
        message, handle = _runtime.Message(), ctypes.c_void_p()
        options = _runtime.ModelOptions(weights_path=None if weights is None else os.fsencode(weights),
                                        verify_digest=int(verify_weights), **message.fields())
        status = self.api.model_open(byref(options), byref(handle))
        if status:
            raise model_error(status, message.text())
        self.handle = handle
        _runtime.when_gone(self, _close, self.library, handle)

        info = _runtime.ModelInfo()
        self._ask(self.api.model_describe(handle, byref(info)))
        self.name: str = info.name.decode()
        self.cpu: str = info.cpu.decode()
        self.compiler: str = info.compiler.decode()
        self.symbols: Mapping[str, Symbol] = MappingProxyType(dict(map(self._symbol, range(info.symbol_count))))
        self.inputs = self._declarations(self.api.model_input, info.input_count)
        self.outputs = self._declarations(self.api.model_output, info.output_count)
        # Runtimes that know no states say that there are none.
        self.states = [self._state(index) for index in range(info.state_count)]
        self.kernels = [self._kernel(index) for index in range(info.kernel_count)]
        # Runtimes that know no variants say that there are none.
        self.variants = ([self._variant(index) for index in range(info.variant_count)]
                         or [Variant("", range(info.kernel_count))])

    def _ask(self, status: int) -> None:
        if status:
            raise model_error(status, f"{self.library.path}: {self.api.status_text(status).decode()}")

    def _symbol(self, index: int) -> tuple[str, Symbol]:
        info = _runtime.SymbolInfo()
        self._ask(self.api.model_symbol(self.handle, index, byref(info)))
        return info.name.decode(), Symbol(info.least, None if info.most == _UNBOUNDED else info.most)

    def _state(self, index: int) -> StateInfo:
        info = _runtime.StateDeclaration()
        self._ask(self.api.model_state(self.handle, index, byref(info)))
        return StateInfo(list(self.inputs)[info.input], list(self.outputs)[info.output], info.axis)

    def _kernel(self, index: int) -> tuple[str, str]:
        info = _runtime.KernelInfo()
        self._ask(self.api.model_kernel(self.handle, index, byref(info)))
        return info.name.decode(), info.nodes.decode()

    def _variant(self, index: int) -> Variant:
        info = _runtime.VariantInfo()
        self._ask(self.api.model_variant(self.handle, index, byref(info)))
        return Variant(info.dims.decode(), range(info.first_kernel, info.first_kernel + info.kernel_count))

    def _declarations(self, describe: Callable[..., int], count: int) -> Mapping[str, TensorInfo]:
        declared = {}
        for index in range(count):
            info = _runtime.TensorDeclaration()
            self._ask(describe(self.handle, index, byref(info)))
            name, element = info.name.decode(), dtypes.of_code(info.dtype)
            if element is None:
                raise ModelError(Status.BAD_MODEL, f'{self.library.path}: "{name}" has an element type that this '
                                                   f"package does not know ({info.dtype}); try: a newer one")
            dims = tuple(info.dims[axis] if info.dims[axis] >= 0 else info.dim_texts[axis].decode()
                         for axis in range(info.rank))
            declared[name] = TensorInfo(name, element.name, element.dtype, dims, element)
        return MappingProxyType(declared)


def _close(library: _runtime.Library, handle: ctypes.c_void_p) -> None:
    library.api.model_close(handle)
