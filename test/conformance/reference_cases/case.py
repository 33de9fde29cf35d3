"""What a case is, and the small language of types that all families share."""

import dataclasses
import typing

import numpy as np

# MLIR's name of each NumPy type. bf16 has none in NumPy; the unit tests cover it.
MLIR = {
    np.dtype(np.bool_): "i1",
    np.dtype(np.int8): "i8",
    np.dtype(np.uint8): "i8",
    np.dtype(np.int16): "i16",
    np.dtype(np.int32): "i32",
    np.dtype(np.uint32): "i32",
    np.dtype(np.int64): "i64",
    np.dtype(np.float16): "f16",
    np.dtype(np.float32): "f32",
    np.dtype(np.float64): "f64",
}

# Relative tolerances. The interpreter computes in f64 and rounds once, NumPy and ONNX Runtime partly in the type itself:
# a few units in the last place of the type, more where sums are long.
TOLERANCE = {np.dtype(np.float16): 2e-3, np.dtype(np.float32): 2e-6, np.dtype(np.float64): 1e-13}


@dataclasses.dataclass
class Case:
    name: str
    inputs: list
    body: str  # lines of IR; arguments are %0, %1, ...; the result is %r
    result: str  # its type
    expected: typing.Optional[np.ndarray] = None
    error: str = ""  # a part of the message, where the case must fail
    tolerance: float = 1.0  # times the type's
    dynamic: bool = True  # declare all sizes of the arguments as unknown

    def types(self):
        return [tensor(value.dtype, value.shape, self.dynamic) for value in self.inputs]

    def function(self):
        arguments = ", ".join(f"%{i}: {type}" for i, type in enumerate(self.types()))
        return (
            f"func.func @{self.name}({arguments}) -> {self.result} {{\n{self.body}\n"
            f"  return %r : {self.result}\n}}\n"
        )


def tensor(dtype, shape, dynamic=False):
    sizes = ["?" if dynamic else str(size) for size in shape]
    return "tensor<" + "x".join(sizes + [MLIR[np.dtype(dtype)]]) + ">"


def unknown(array):
    """The type of an array with all sizes unknown."""
    return tensor(array.dtype, array.shape, True)


def numbers(random, shape, dtype=np.float32):
    dtype = np.dtype(dtype)
    if dtype == np.bool_:
        return random.random(shape) < 0.5
    if dtype.kind in "iu":
        low, high = (0, 100) if dtype.kind == "u" else (-100, 100)
        return random.integers(low, high, shape).astype(dtype)
    return random.standard_normal(shape).astype(dtype)
