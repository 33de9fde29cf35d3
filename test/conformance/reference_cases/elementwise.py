"""llmc.map: broadcasting, and each scalar operation on ordinary and special numbers."""

import math

import numpy as np

from .case import MLIR, Case, numbers, unknown

SHAPES = [
    ((), ()),
    ((5,), ()),
    ((3, 1), (1, 7)),
    ((2, 1, 5), (4, 1)),
    ((0, 3), (1, 3)),
    ((1,), (0,)),
    ((2, 3, 300), (3, 300)),
    ((7, 257), (7, 1)),
    ((1, 1), (1, 1)),
    ((2, 1, 3, 1), (5, 1, 9)),
]
SPECIAL = [0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 1.5, 2.5, -2.5, 3.7, 100.25, -77.125, np.inf, -np.inf, np.nan, 1e-3, 6e4]

erf = np.vectorize(math.erf)

# The scalar operation and what NumPy calls it.
FLOAT_UNARY = {
    "math.absf": np.abs,
    "math.ceil": np.ceil,
    "math.floor": np.floor,
    "math.roundeven": np.rint,
    "math.trunc": np.trunc,
    "math.round": lambda x: np.copysign(np.floor(np.abs(x) + 0.5), x),
    "math.sqrt": np.sqrt,
    "math.rsqrt": lambda x: 1 / np.sqrt(x),
    "math.cbrt": np.cbrt,
    "math.exp": np.exp,
    "math.exp2": np.exp2,
    "math.expm1": np.expm1,
    "math.log": np.log,
    "math.log2": np.log2,
    "math.log10": np.log10,
    "math.log1p": np.log1p,
    "math.sin": np.sin,
    "math.cos": np.cos,
    "math.tan": np.tan,
    "math.asin": np.arcsin,
    "math.acos": np.arccos,
    "math.atan": np.arctan,
    "math.sinh": np.sinh,
    "math.cosh": np.cosh,
    "math.tanh": np.tanh,
    "math.asinh": np.arcsinh,
    "math.acosh": np.arccosh,
    "math.atanh": np.arctanh,
    "math.erf": erf,
    "math.erfc": np.vectorize(math.erfc),
    "arith.negf": np.negative,
    "llmc.gelu erf": lambda x: x * (0.5 * (1 + erf(x / math.sqrt(2)))),
    "llmc.gelu tanh": lambda x: x * (0.5 * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))),
}
FLOAT_BINARY = {
    "arith.addf": np.add,
    "arith.subf": np.subtract,
    "arith.mulf": np.multiply,
    "arith.divf": np.divide,
    "arith.remf": np.fmod,
    "arith.minimumf": np.minimum,
    "arith.maximumf": np.maximum,
    "arith.minnumf": np.fmin,
    "arith.maxnumf": np.fmax,
    "math.powf": np.power,
    "math.copysign": np.copysign,
    "math.atan2": np.arctan2,
}
FLOAT_COMPARE = {
    "oeq": lambda a, b: a == b,
    "ogt": lambda a, b: a > b,
    "oge": lambda a, b: a >= b,
    "olt": lambda a, b: a < b,
    "ole": lambda a, b: a <= b,
    "one": lambda a, b: (a < b) | (a > b),
    "ord": lambda a, b: ~(np.isnan(a) | np.isnan(b)),
    "ueq": lambda a, b: ~((a < b) | (a > b)),
    "ugt": lambda a, b: ~(a <= b),
    "uge": lambda a, b: ~(a < b),
    "ult": lambda a, b: ~(a >= b),
    "ule": lambda a, b: ~(a > b),
    "une": lambda a, b: a != b,
    "uno": lambda a, b: np.isnan(a) | np.isnan(b),
}


def exact(function):
    """The function on Python's integers, wrapped around to the type; 0 where the divisor is 0."""

    def run(a, b):
        bits = 8 * a.dtype.itemsize
        results = [0 if y == 0 else function(x, y) % 2**bits for x, y in zip(a.ravel().tolist(), b.ravel().tolist())]
        return np.array(results, f"uint{bits}").view(a.dtype).reshape(a.shape)

    return run


def c_divide(a, b):
    """Division towards zero."""
    return abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)


INTEGER_BINARY = {
    "arith.addi": (np.add, True),
    "arith.subi": (np.subtract, True),
    "arith.muli": (np.multiply, True),
    "arith.andi": (np.bitwise_and, True),
    "arith.ori": (np.bitwise_or, True),
    "arith.xori": (np.bitwise_xor, True),
    "arith.minsi": (np.minimum, True),
    "arith.maxsi": (np.maximum, True),
    "arith.divsi": (exact(c_divide), True),
    "arith.floordivsi": (exact(lambda a, b: a // b), True),
    "arith.ceildivsi": (exact(lambda a, b: -(-a // b)), True),
    "arith.remsi": (exact(lambda a, b: a - c_divide(a, b) * b), True),
    "arith.divui": (exact(lambda a, b: a // b), False),
    "arith.remui": (exact(lambda a, b: a % b), False),
    "arith.minui": (np.minimum, False),
    "arith.maxui": (np.maximum, False),
}


def map_case(name, inputs, scalar_lines, out_type, expected, **options):
    """A map whose region names its arguments %a, %b, %c and its result %s."""
    types = [unknown(value) for value in inputs]
    bound = ", ".join(f"%{letter} = %{i} : {type}" for i, (letter, type) in enumerate(zip("abc", types)))
    rank = max((value.ndim for value in inputs), default=0)
    result = "tensor<" + "x".join(["?"] * rank + [out_type]) + ">"
    body = f"  %r = llmc.map ({bound}) -> {result} {{\n    {scalar_lines}\n    llmc.yield %s : {out_type}\n  }}"
    return Case(name, inputs, body, result, expected, **options)


def float_cases(random):
    for dtype in (np.float16, np.float32, np.float64):
        t = MLIR[np.dtype(dtype)]
        a, b = (grid.astype(dtype) for grid in np.meshgrid(SPECIAL, SPECIAL))
        ordinary = numbers(random, (613,), dtype)
        for op, function in FLOAT_UNARY.items():
            x = np.concatenate([np.array(SPECIAL, dtype), ordinary])
            with np.errstate(all="ignore"):
                expected = function(x.astype(np.float64)).astype(dtype)
            name = op.replace(".", "_").replace(" ", "_")
            yield map_case(f"{name}_{t}", [x], f"%s = {op} %a : {t}", t, expected)
        for op, function in FLOAT_BINARY.items():
            with np.errstate(all="ignore"):
                expected = function(a.astype(np.float64), b.astype(np.float64)).astype(dtype)
            yield map_case(f"{op.replace('.', '_')}_{t}", [a, b], f"%s = {op} %a, %b : {t}", t, expected)
        for predicate, function in FLOAT_COMPARE.items():
            line = f"%s = arith.cmpf {predicate}, %a, %b : {t}"
            yield map_case(f"cmpf_{predicate}_{t}", [a, b], line, "i1", function(a, b))
        for op, function in {"isnan": np.isnan, "isinf": np.isinf, "isfinite": np.isfinite}.items():
            yield map_case(f"{op}_{t}", [a], f"%s = math.{op} %a : {t}", "i1", function(a))
        x, y, z = (numbers(random, (33,), dtype) for _ in range(3))
        expected = (x.astype(np.float64) * y + z).astype(dtype)
        yield map_case(f"fma_{t}", [x, y, z], f"%s = math.fma %a, %b, %c : {t}", t, expected)


def integer_cases(random):
    for bits in (8, 16, 32, 64):
        for op, (function, signed) in INTEGER_BINARY.items():
            dtype = np.dtype(f"{'int' if signed else 'uint'}{bits}")
            info = np.iinfo(dtype)
            edge = np.array([info.min, info.max, 0, 1, 2, 3, 7, info.max - 1], dtype)
            edge = np.concatenate([edge, np.array([-1, -7], np.int64).astype(dtype), numbers(random, (6,), dtype)])
            a, b = np.meshgrid(edge, edge)
            with np.errstate(all="ignore"):
                expected = function(a, b)
            storage = np.dtype(f"int{bits}")
            inputs = [a.view(storage), b.view(storage)]
            yield map_case(f"{op.replace('.', '_')}_i{bits}", inputs, f"%s = {op} %a, %b : i{bits}", f"i{bits}",
                           expected.view(storage))
        for predicate, (function, signed) in {
            "eq": (np.equal, True), "ne": (np.not_equal, True), "slt": (np.less, True), "sle": (np.less_equal, True),
            "sgt": (np.greater, True), "sge": (np.greater_equal, True), "ult": (np.less, False),
            "ule": (np.less_equal, False), "ugt": (np.greater, False), "uge": (np.greater_equal, False),
        }.items():  # fmt: skip
            storage = np.dtype(f"int{bits}")
            a, b = np.meshgrid(*[numbers(random, (9,), storage)] * 2)
            view = storage if signed else np.dtype(f"uint{bits}")
            line = f"%s = arith.cmpi {predicate}, %a, %b : i{bits}"
            yield map_case(f"cmpi_{predicate}_i{bits}", [a, b], line, "i1", function(a.view(view), b.view(view)))


def cast_cases(random):
    ints, floats = (np.int8, np.int16, np.int32, np.int64), (np.float16, np.float32, np.float64)
    for source in ints:
        for target in floats:
            x = numbers(random, (300,), source)
            line = f"%s = arith.sitofp %a : {MLIR[np.dtype(source)]} to {MLIR[np.dtype(target)]}"
            name = f"sitofp_{np.dtype(source)}_{np.dtype(target)}"
            yield map_case(name, [x], line, MLIR[np.dtype(target)], x.astype(target))
    for source in floats:
        for target in ints:
            x = (numbers(random, (300,), source) * 30).astype(source)
            line = f"%s = arith.fptosi %a : {MLIR[np.dtype(source)]} to {MLIR[np.dtype(target)]}"
            name = f"fptosi_{np.dtype(source)}_{np.dtype(target)}"
            yield map_case(name, [x], line, MLIR[np.dtype(target)], x.astype(target))
    every = np.arange(65536, dtype=np.uint16).view(np.float16)
    every = every[~np.isnan(every)]
    yield map_case("extf_every_f16", [every], "%s = arith.extf %a : f16 to f32", "f32", every.astype(np.float32))
    for source in (np.float32, np.float64):
        between = every[np.isfinite(every)].astype(source)
        nudged = np.concatenate([between, np.nextafter(between * source(1 + 2**-11), source(np.inf)),
                                 between * source(1 + 2**-11), between * source(1 - 2**-12)])
        line = f"%s = arith.truncf %a : {MLIR[np.dtype(source)]} to f16"
        with np.errstate(all="ignore"):
            yield map_case(f"truncf_{np.dtype(source)}", [nudged], line, "f16", nudged.astype(np.float16), tolerance=0)


def cases(random):
    for i, (left, right) in enumerate(SHAPES):
        a, b = numbers(random, left), numbers(random, right)
        yield map_case(f"broadcast_{i}", [a, b], "%s = arith.subf %a, %b : f32", "f32", a - b)
        c, flags = numbers(random, left, np.int16), numbers(random, right, np.bool_)
        lines = "%k = arith.constant -3 : i16\n    %s = arith.select %b, %a, %k : i16"
        yield map_case(f"select_{i}", [c, flags], lines, "i16", np.where(flags, c, np.int16(-3)))
    yield from float_cases(random)
    yield from integer_cases(random)
    yield from cast_cases(random)
    bad = [np.zeros((3,), np.float32), np.zeros((4,), np.float32)]
    yield map_case("broadcast_mismatch", bad, "%s = arith.addf %a, %b : f32", "f32", None, error="do not broadcast: 3 and 4")
