"""Element types of the C API and those of NumPy.

NumPy has no bfloat16 of its own: such tensors are uint16 arrays that hold the bits. Arrays of ml_dtypes.bfloat16 are
taken, too.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt


class ElementType(NamedTuple):
    code: int  # LLMC_DTYPE_...
    name: str  # as in messages and reports: "f32"
    dtype: np.dtype[Any]


BF16 = ElementType(16, "bf16", np.dtype(np.uint16))

ELEMENT_TYPES = (
    ElementType(1, "f32", np.dtype(np.float32)),
    ElementType(2, "u8", np.dtype(np.uint8)),
    ElementType(3, "i8", np.dtype(np.int8)),
    ElementType(4, "u16", np.dtype(np.uint16)),
    ElementType(5, "i16", np.dtype(np.int16)),
    ElementType(6, "i32", np.dtype(np.int32)),
    ElementType(7, "i64", np.dtype(np.int64)),
    ElementType(9, "bool", np.dtype(np.bool_)),
    ElementType(10, "f16", np.dtype(np.float16)),
    ElementType(11, "f64", np.dtype(np.float64)),
    ElementType(12, "u32", np.dtype(np.uint32)),
    ElementType(13, "u64", np.dtype(np.uint64)),
    BF16,
)

_BY_CODE = {element.code: element for element in ELEMENT_TYPES}


def of_code(code: int) -> ElementType | None:
    return _BY_CODE.get(code)


def is_bfloat16(array: npt.NDArray[Any]) -> bool:
    return array.dtype.name == "bfloat16"


def spelled(element: ElementType, bits: bool = False) -> str:
    """A dtype as a program writes it; of bf16 that of the values, unless that of their `bits` is asked for."""
    if element is BF16 and not bits:
        return "ml_dtypes.bfloat16"
    return "bool" if element.name == "bool" else f"numpy.{element.dtype.name}"


def of_array(array: npt.NDArray[Any]) -> ElementType | None:
    """The element type that an array has by itself; uint16 is taken for u16."""
    if is_bfloat16(array):
        return BF16
    return next((element for element in ELEMENT_TYPES if element.dtype == array.dtype), None)


def fits(array: npt.NDArray[Any], element: ElementType) -> bool:
    return array.dtype == element.dtype or (element is BF16 and is_bfloat16(array))
