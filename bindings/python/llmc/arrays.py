"""Arrays on their way into a model and out of it: checked, and copied only where they have to be."""

from __future__ import annotations

import ctypes
import sys
from typing import Any, Mapping, Protocol, Union, cast

import numpy as np
import numpy.typing as npt

from . import _runtime, dtypes
from .arguments import check_names, kind_of
from .errors import ModelError, Status
from .opened import TensorInfo
from .output_memory import OutputMemory

Array = npt.NDArray[Any]


class SupportsDLPack(Protocol):
    def __dlpack__(self, *, stream: Any = ...) -> object: ...
    def __dlpack_device__(self) -> tuple[Any, int]: ...


class Tensor(Protocol):
    """A tensor of PyTorch, as far as it matters here."""

    def data_ptr(self) -> int: ...


#: What is taken for an output.
Buffer = Union[Array, Tensor]

#: What is taken as an input: NumPy arrays, anything with __dlpack__, __array_interface__ or __array__, lists, numbers.
Input = Union[npt.ArrayLike, SupportsDLPack]


def _is_bfloat16(value: object) -> bool:
    return str(getattr(value, "dtype", "")).endswith("bfloat16")


def _bits_of(tensor: Any) -> Any:
    """A bfloat16 tensor of PyTorch, of which NumPy takes nothing, as one of int16; other values as they are."""
    torch: Any = sys.modules.get(type(tensor).__module__.partition(".")[0])
    if _is_bfloat16(tensor) and hasattr(torch, "int16") and hasattr(tensor, "view"):
        return tensor.view(torch.int16)
    return tensor


def _written_out(tensor: Any) -> Any:
    """PyTorch negates and conjugates by a mark on the tensor, of which DLPack knows nothing."""
    for is_marked, resolve in (("is_conj", "resolve_conj"), ("is_neg", "resolve_neg")):
        if hasattr(tensor, is_marked) and getattr(tensor, is_marked)():
            tensor = getattr(tensor, resolve)()
    return tensor


def as_array(name: str, value: Input) -> Array:
    """`value` as an array without a gap between its elements; a copy only where it has gaps or is misaligned. A bfloat16
    tensor of PyTorch becomes an array of its bits."""
    try:
        if isinstance(value, np.ndarray):
            array = value
        elif hasattr(value, "__dlpack__"):
            tensor = _bits_of(_written_out(value))
            if _is_bfloat16(tensor):  # which NumPy takes by no other way
                array = np.asarray(tensor)
            else:
                array = np.from_dlpack(cast(Any, tensor))
                array = array.view(np.uint16) if _is_bfloat16(value) else array
        else:
            array = np.asarray(value)
    except Exception as error:  # whatever the other library raises
        raise ModelError(Status.INVALID_ARGUMENT, f'input "{name}": can\'t be read as an array: {error}') from error
    if array.flags.c_contiguous and array.flags.aligned:
        return array
    return np.require(array, requirements=["C", "A"])


def element_of(value: object, array: Array) -> dtypes.ElementType | None:
    """The element type of what was given, of which as_array() made `array`."""
    return dtypes.BF16 if _is_bfloat16(value) else dtypes.of_array(array)


def _fits(value: object, array: Array, element: dtypes.ElementType) -> bool:
    return element is dtypes.BF16 if _is_bfloat16(value) else dtypes.fits(array, element)


def described(value: object, array: Array) -> str:
    """What was given, of which NumPy made `array`."""
    if not isinstance(value, np.ndarray) and array.ndim == 0 and array.dtype.kind in "OSU":  # what is no array at all
        return kind_of(value)
    return f"an array of {'bfloat16' if _is_bfloat16(value) else array.dtype}"


def _mismatched_input(info: TensorInfo, value: object, array: Array) -> ModelError:
    """Names a conversion only where it keeps what the values mean."""
    wanted = dtypes.spelled(info.element)
    if array.dtype.kind not in "biuf" and not dtypes.is_bfloat16(array):
        fitting = f"an array of {wanted}" + (", such as a tokenizer's ids of a text" * (info.element.name == "i64"))
    elif isinstance(value, np.ndarray):
        fitting = f".astype({wanted})"
    else:
        fitting = f"numpy.asarray(..., {wanted})"
    return ModelError(Status.TYPE_MISMATCH, f'input "{info.name}": expected {info.element_type}, '
                                            f"got {described(value, array)}; try: {fitting}")


def gather_inputs(declared: Mapping[str, TensorInfo], given: Mapping[str, Input]) -> list[Array]:
    """An array for each input of the model, in its order. Ranks and sizes are checked by the runtime."""
    check_names("input", declared, given)
    if missing := [name for name in declared if name not in given]:
        raise ModelError(Status.NOT_READY, f'input "{missing[0]}" is missing')
    arrays = []
    for name, info in declared.items():
        array = as_array(name, given[name])
        if not _fits(given[name], array, info.element):
            raise _mismatched_input(info, given[name], array)
        arrays.append(array)
    return arrays


def tensor_of(array: Array, element: dtypes.ElementType) -> _runtime.Tensor:
    """For the duration of a call; refers to the array's data."""
    dims = (ctypes.c_int64 * max(array.ndim, 1))(*array.shape)
    return _runtime.Tensor(dtype=element.code, rank=array.ndim, dims=dims, data=array.ctypes.data, bytes=array.nbytes)


def array_at(tensor: _runtime.Tensor) -> Array:
    """A copy of what a tensor of the C API holds."""
    element = dtypes.of_code(tensor.dtype)
    assert element is not None, "the compiler only makes types of the table"
    array = np.empty(shape_of(tensor), element.dtype)
    if array.nbytes:
        ctypes.memmove(array.ctypes.data, tensor.data, array.nbytes)
    return array


def shape_of(tensor: _runtime.Tensor) -> tuple[int, ...]:
    return tuple(tensor.dims[: tensor.rank]) if tensor.rank else ()


def _memory_of(tensor: Any) -> Array | None:
    """An array on the memory of a tensor of PyTorch; nothing where that can't be had."""
    try:
        array = np.asarray(_bits_of(tensor))
    except Exception:  # it lies on another device, is marked as negated, or belongs to a gradient
        return None
    if array.ctypes.data != tensor.data_ptr():
        return None
    return array.view(np.uint16) if _is_bfloat16(tensor) else array


def place_output(info: TensorInfo, shape: tuple[int, ...], given: Buffer | None, memory: OutputMemory) -> Array:
    """Where an output of `shape` goes: a new array, the whole buffer, or the beginning of a flat one."""
    if given is None:
        return memory.array(shape, info.dtype)
    what, fitting = f'output "{info.name}"', f"try: numpy.empty({shape}, {dtypes.spelled(info.element, bits=True)})"
    buffer = given if isinstance(given, np.ndarray) else _memory_of(given) if hasattr(given, "data_ptr") else None
    if buffer is None:
        raise ModelError(Status.INVALID_ARGUMENT, f"{what}: expected a numpy.ndarray as its buffer, or a tensor whose "
                                                  f"memory NumPy can write to, got {kind_of(given)}; {fitting}")
    if not _fits(given, buffer, info.element):
        raise ModelError(Status.TYPE_MISMATCH, f"{what}: expected a buffer of {info.element_type}, got one of "
                                               f"{'bfloat16' if _is_bfloat16(given) else buffer.dtype}; {fitting}")
    if not buffer.flags.carray:
        raise ModelError(Status.INVALID_ARGUMENT, f"{what}: its buffer must be C-contiguous, aligned and writeable; "
                                                  f"{fitting}")
    if buffer.shape == shape:
        return buffer
    count = int(np.prod(shape, dtype=np.int64))
    if buffer.ndim == 1 and buffer.size >= count:
        return buffer[:count].reshape(shape)
    raise ModelError(Status.SHAPE_MISMATCH, f"{what} has shape {list(shape)}, its buffer {list(buffer.shape)}; "
                                            f"try: that shape, or a flat buffer of at least {count} elements")
