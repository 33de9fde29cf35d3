#!/usr/bin/env python3
"""Random graphs against ONNX Runtime: operators of Transformers in orders that nobody writes, on odd, empty and one-element
sizes.

usage: random_graphs.py LLMC [SEED... | --fresh]
"""

import sys

import numpy as np
from onnx import TensorProto, helper, numpy_helper

import trials
from oracle import NoAnswer, Open, Oracle

FIRST_WIDE = 10 ** 6
SIZES = [dict(a=3, b=17), dict(a=1, b=33), dict(a=0, b=5), dict(a=16, b=1)]
FLOAT, INT, BOOL = TensorProto.FLOAT, TensorProto.INT64, TensorProto.BOOL
INTEGERS = (INT, TensorProto.INT32, TensorProto.INT16, TensorProto.INT8, TensorProto.UINT8)


class Value:
    """A tensor of the graph. Dims are numbers, symbols, or None for what nobody follows."""

    def __init__(self, name, dtype, dims):
        self.name, self.dtype, self.dims = name, dtype, list(dims)


class Graph:
    """One seed's graph. Its operators keep floats within a few units, so that rounding does not grow."""

    def __init__(self, seed):
        self.random = np.random.default_rng(seed)
        self.nodes, self.constants, self.values = [], [], []
        for i in range(self.random.integers(2, 5)):
            dims = [self.pick(["a", "b", 1, 4, 17]) for _ in range(self.random.integers(0, 4))]
            self.values.append(Value(f"x{i}", self.pick([FLOAT, FLOAT, FLOAT, INT, TensorProto.INT32, BOOL]), dims))
        self.inputs = list(self.values)
        for _ in range(self.random.integers(4, 16)):
            self.pick(self.OPERATORS)(self)
        made = self.values[len(self.inputs):]
        self.outputs = made[-3:] if made else []

    def pick(self, items):
        return items[self.random.integers(len(items))]

    def any(self, dtypes=None, least=0, known=True):
        """A value of such a type and rank; the first input of floats, brought to rank, where there is none."""
        fits = [v for v in self.values if (dtypes is None or v.dtype in dtypes) and len(v.dims) >= least and
                (not known or None not in v.dims)]
        return self.pick(fits) if fits else None

    def constant(self, array):
        name = f"k{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.asarray(array), name))
        return name

    def add(self, op, inputs, dtype, dims, **attributes):
        value = Value(f"v{len(self.nodes)}", dtype, dims)
        self.nodes.append(helper.make_node(op, inputs, [value.name], name=f"{op}_{value.name}", **attributes))
        self.values.append(value)
        return value

    # What a graph is made of. Each does nothing where no value suits it. -----------------------------------------------

    def unary(self):
        if x := self.any([FLOAT], known=False):
            self.add(self.pick(["Tanh", "Sigmoid", "Erf", "Relu", "Neg", "Sin", "Cos", "Softsign"]), [x.name], FLOAT, x.dims)

    def binary(self):
        x = self.any([FLOAT, INT, TensorProto.INT32])
        if not x:
            return
        dims = [d if self.random.random() < 0.6 and d not in ("a", "b") else 1 for d in x.dims]
        dims = dims[self.random.integers(0, len(dims) + 1):]
        dtype = helper.tensor_dtype_to_np_dtype(x.dtype)
        other = self.constant(self.random.integers(-2, 3, dims).astype(dtype) if x.dtype != FLOAT else
                              self.random.uniform(-1, 1, dims).astype(dtype))
        self.add(self.pick(["Add", "Sub", "Mul", "Max", "Min"]), self.pick([[x.name, other], [other, x.name]]), x.dtype, x.dims)

    def with_itself(self):
        if x := self.any([FLOAT], known=False):
            y = self.add("Mul", [x.name, x.name], FLOAT, x.dims)
            self.add("Tanh", [y.name], FLOAT, x.dims)

    def compare_and_choose(self):
        if x := self.any([FLOAT], known=False):
            condition = self.add(self.pick(["Greater", "LessOrEqual"]), [x.name, self.constant(np.float32(0.1))], BOOL, x.dims)
            self.add("Where", [condition.name, x.name, self.constant(np.float32(-0.5))], FLOAT, x.dims)

    def cast(self):
        if x := self.any(INTEGERS, known=False):
            to = self.pick(INTEGERS + (FLOAT,))
            y = self.add("Cast", [x.name], to, x.dims, to=to)
            if to == FLOAT:
                self.add("Tanh", [y.name], FLOAT, x.dims)

    def transpose(self):
        if x := self.any(least=2, known=False):
            order = self.random.permutation(len(x.dims))
            self.add("Transpose", [x.name], x.dtype, [x.dims[i] for i in order], perm=order.tolist())

    def merge(self):
        if x := self.any(least=2, known=False):
            self.add("Reshape", [x.name, self.constant(np.array([0, -1]))], x.dtype, [x.dims[0], None])

    def unsqueeze(self):
        if (x := self.any(known=False)) and len(x.dims) < 5:
            axis = self.random.integers(0, len(x.dims) + 1)
            self.add("Unsqueeze", [x.name, self.constant(np.array([axis]))], x.dtype, x.dims[:axis] + [1] + x.dims[axis:])

    def slice(self):
        if x := self.any(least=1, known=False):
            axis, step = self.random.integers(len(x.dims)), self.pick([1, 1, 2, -1, -2])
            start, end = self.random.integers(-6, 7, 2)
            parts = [np.array([part]) for part in (start, end, axis, step)]
            dims = list(x.dims)
            dims[axis] = None
            self.add("Slice", [x.name, *map(self.constant, parts)], x.dtype, dims)

    def concat(self):
        if x := self.any(least=1, known=False):
            axis = int(self.random.integers(len(x.dims)))
            dims = list(x.dims)
            dims[axis] = None
            self.add("Concat", [x.name] * self.random.integers(1, 4), x.dtype, dims, axis=axis - self.pick([0, len(dims)]))

    def expand(self):
        x = self.any()
        if x and len(x.dims) < 5:
            shape = [self.pick([1, 3])] + [1 if d in ("a", "b") else self.pick([1, d]) for d in x.dims]
            self.add("Expand", [x.name, self.constant(np.array(shape))], x.dtype, [shape[0]] + x.dims)

    def gather(self):
        if x := self.any(least=1):
            axes = [i for i, d in enumerate(x.dims) if isinstance(d, int) and d > 1]
            if axes:
                axis = self.pick(axes)
                indices = self.random.integers(-x.dims[axis], x.dims[axis], self.pick([(), (1,), (3,), (2, 2)]))
                dims = x.dims[:axis] + list(np.shape(indices)) + x.dims[axis + 1:]
                self.add("Gather", [x.name, self.constant(indices)], x.dtype, dims, axis=int(axis))

    def row(self):
        if x := self.any([FLOAT], least=1):
            self.add("Softmax", [x.name], FLOAT, x.dims, axis=-1)
            if isinstance(x.dims[-1], int) and x.dims[-1] > 1:
                scale = self.constant(self.random.uniform(0.5, 1, x.dims[-1:]).astype(np.float32))
                self.add("LayerNormalization", [x.name, scale], FLOAT, x.dims, axis=-1, epsilon=1e-2)

    def reduce(self):
        if x := self.any([FLOAT], least=1, known=False):
            axis, keep = int(self.random.integers(len(x.dims))), int(self.random.integers(2))
            if x.dims[axis] not in (None, "a"):  # of nothing there is no maximum
                dims = x.dims[:axis] + [1] * keep + x.dims[axis + 1:]
                self.add("ReduceMax", [x.name, self.constant(np.array([axis]))], FLOAT, dims, keepdims=keep)

    def matmul(self):
        if x := self.any([FLOAT], least=1):
            if isinstance(x.dims[-1], int):
                columns = self.pick([1, 3, 8, 17, 33])
                weight = self.random.uniform(-0.5, 0.5, (x.dims[-1], columns)).astype(np.float32)
                self.add("MatMul", [x.name, self.constant(weight)], FLOAT, x.dims[:-1] + [columns])

    def attend(self):
        if x := self.any([FLOAT], least=2):
            order = list(range(len(x.dims)))
            order[-2:] = order[:-3:-1]
            turned = self.add("Transpose", [x.name], FLOAT, [x.dims[i] for i in order], perm=order)
            scores = self.add("MatMul", [x.name, turned.name], FLOAT, x.dims[:-1] + [x.dims[-2]])
            weights = self.add("Softmax", [scores.name], FLOAT, scores.dims, axis=-1)
            self.add("MatMul", [weights.name, x.name], FLOAT, x.dims)

    OPERATORS = [unary, unary, binary, binary, with_itself, compare_and_choose, cast, transpose, merge, unsqueeze, slice,
                 concat, expand, gather, row, reduce, matmul, matmul, attend]

    def model(self):
        inputs = [helper.make_tensor_value_info(v.name, v.dtype, v.dims) for v in self.inputs]
        outputs = [helper.make_tensor_value_info(v.name, v.dtype, [d if isinstance(d, int) else None for d in v.dims])
                   for v in self.outputs]
        graph = helper.make_graph(self.nodes, "random", inputs, outputs, self.constants)
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)

    def feeds(self, sizes):
        result = {}
        for value in self.inputs:
            shape = [sizes.get(d, d) for d in value.dims]
            dtype = helper.tensor_dtype_to_np_dtype(value.dtype)
            result[value.name] = np.asarray(self.random.uniform(-1, 1, shape) if value.dtype == FLOAT else
                                            self.random.integers(0, 2 if value.dtype == BOOL else 100, shape)).astype(dtype)
        return result


class WideGraph(Graph):
    """One with rarer operators, too."""

    def more_unary(self):
        if x := self.any([FLOAT], known=False):
            kind = self.pick(["Elu", "Selu", "Softplus", "HardSigmoid", "HardSwish", "Sign", "Floor", "Ceil", "Round", "Abs", "Atan",
                              "Exp", "Mish", "IsNaN"])
            dtype = BOOL if kind == "IsNaN" else FLOAT
            y = self.add(kind, [x.name], dtype, x.dims)
            if kind in ("Exp", "Softplus"):
                self.add("Tanh", [y.name], FLOAT, x.dims)

    def together(self):
        """Two values of one type, whose sizes fit at run time or not."""
        x, y = self.any([FLOAT], known=False), self.any([FLOAT], known=False)
        if x and y and (x.dims == y.dims and None not in x.dims or not y.dims):
            self.add(self.pick(["Add", "Sub", "Mul", "Max", "Min"]), [x.name, y.name], FLOAT, x.dims)

    def logic(self):
        if x := self.any([BOOL], known=False):
            y = self.add("Not", [x.name], BOOL, x.dims)
            self.add(self.pick(["And", "Or", "Xor", "Equal"]), self.pick([[x.name, y.name], [y.name, y.name]]), BOOL, x.dims)

    def integer(self):
        if x := self.any([INT, TensorProto.INT32], known=False):
            number = self.constant(np.array(self.pick([-7, -2, 3, 5]), helper.tensor_dtype_to_np_dtype(x.dtype)))
            self.add(self.pick(["Div", "Mod", "Mul"]), [x.name, number], x.dtype, x.dims)

    def total(self):
        if x := self.any([FLOAT], least=1):
            axes = [i for i, d in enumerate(x.dims) if isinstance(d, int) and self.random.integers(2)]
            if axes:
                keep = int(self.random.integers(2))
                dims = [1 if i in axes else d for i, d in enumerate(x.dims) if keep or i not in axes]
                kind = self.pick(["ReduceMean", "ReduceSumSquare", "ReduceL1", "ReduceL2", "ReduceLogSumExp", "ReduceMin", "ReduceProd"])
                y = self.add(kind, [x.name, self.constant(np.array(axes))], FLOAT, dims, keepdims=keep)
                self.add("Tanh", [y.name], FLOAT, dims)

    def running_total(self):
        if x := self.any([FLOAT], least=1, known=False):
            axis = self.constant(np.array(self.random.integers(-len(x.dims), len(x.dims))))
            y = self.add("CumSum", [x.name, axis], FLOAT, x.dims, exclusive=int(self.random.integers(2)), reverse=int(self.random.integers(2)))
            self.add("Sin", [y.name], FLOAT, x.dims)

    def pad(self):
        if x := self.any(least=1, known=False):
            if x.dtype == BOOL:
                return
            pads = self.random.integers(-1, 3, 2 * len(x.dims)).clip(0 if self.random.integers(2) else -1)
            self.add("Pad", [x.name, self.constant(pads)], x.dtype, [None] * len(x.dims))

    def split(self):
        if x := self.any(least=1):
            axes = [i for i, d in enumerate(x.dims) if isinstance(d, int) and d > 1]
            if axes:
                axis = int(self.pick(axes))
                low = int(self.random.integers(1, x.dims[axis]))
                first = Value(f"v{len(self.nodes)}", x.dtype, x.dims[:axis] + [low] + x.dims[axis + 1:])
                second = Value(f"v{len(self.nodes)}_", x.dtype, x.dims[:axis] + [x.dims[axis] - low] + x.dims[axis + 1:])
                sizes = self.constant(np.array([low, x.dims[axis] - low]))
                self.nodes.append(helper.make_node("Split", [x.name, sizes], [first.name, second.name], name=f"Split_{first.name}", axis=axis))
                self.values += [first, second]

    def tile(self):
        if (x := self.any(least=1, known=False)) and len(x.dims) < 5:
            times = self.random.integers(1, 4, len(x.dims))
            self.add("Tile", [x.name, self.constant(times)], x.dtype, [None] * len(x.dims))

    def triangle(self):
        if x := self.any([FLOAT, INT], least=2, known=False):
            self.add("Trilu", [x.name, self.constant(np.array(self.random.integers(-5, 6)))], x.dtype, x.dims, upper=int(self.random.integers(2)))

    def choose(self):
        if x := self.any([FLOAT, INT], least=1):
            axis = int(self.random.integers(len(x.dims)))
            if isinstance(x.dims[axis], int):
                self.add(self.pick(["ArgMax", "ArgMin"]), [x.name], INT, x.dims[:axis] + x.dims[axis + 1:], axis=axis, keepdims=0)

    def gather_elements(self):
        if x := self.any([FLOAT, INT], least=1):
            axes = [i for i, d in enumerate(x.dims) if isinstance(d, int)]
            if axes and all(isinstance(d, int) for d in x.dims):
                axis = int(self.pick(axes))
                dims = [int(self.random.integers(1, d + 1)) for d in x.dims]
                indices = self.random.integers(-x.dims[axis], x.dims[axis], dims)
                self.add("GatherElements", [x.name, self.constant(indices)], x.dtype, dims, axis=axis)

    def chain_of_shapes(self):
        """A reshape to sizes that are computed from another value."""
        if (x := self.any(least=1)) and None not in x.dims:
            shape = self.add("Shape", [x.name], INT, [len(x.dims)])
            flat = self.add("Reshape", [x.name, self.constant(np.array([-1]))], x.dtype, [None])
            self.add("Reshape", [flat.name, shape.name], x.dtype, x.dims)

    def norm(self):
        if x := self.any([FLOAT], least=2):
            axis = int(self.random.integers(1, len(x.dims)))
            if all(isinstance(d, int) for d in x.dims[axis:]) and np.prod(x.dims[axis:]) > 1:
                scale = self.constant(self.random.uniform(0.5, 1, x.dims[axis:]).astype(np.float32))
                self.add("LayerNormalization", [x.name, scale], FLOAT, x.dims, axis=axis, epsilon=1e-2)
            self.add(self.pick(["Softmax", "LogSoftmax"]), [x.name], FLOAT, x.dims, axis=int(self.random.integers(len(x.dims))))

    def gemm(self):
        if x := self.any([FLOAT], least=2):
            if len(x.dims) == 2 and isinstance(x.dims[1], int):
                columns = self.pick([1, 5, 16, 33])
                weight = self.constant(self.random.uniform(-0.5, 0.5, (columns, x.dims[1])).astype(np.float32))
                bias = self.constant(self.random.uniform(-0.5, 0.5, self.pick([(columns,), (1, columns), ()])).astype(np.float32))
                self.add("Gemm", [x.name, weight, bias], FLOAT, [x.dims[0], columns], transB=1, alpha=0.5)

    OPERATORS = Graph.OPERATORS + [more_unary, together, logic, integer, total, running_total, pad, split, tile, triangle, choose, gather_elements,
                                   chain_of_shapes, norm, gemm]


def trial(seed):
    """The model and its runs, see trials.py. The first seeds keep the graphs that they have had."""
    graph = (WideGraph if seed >= FIRST_WIDE else Graph)(seed)
    if not graph.outputs:
        raise NoAnswer("there is nothing to compute")
    model = graph.model()
    oracle = Oracle(model)
    runs = []
    for sizes in SIZES:
        feeds = graph.feeds(sizes)
        try:
            runs.append((str(sizes), feeds, *oracle.judgement(feeds)))
        except (NoAnswer, Open):
            continue  # an empty tensor that ONNX Runtime can't work with
    if not runs:
        raise NoAnswer("at no size")
    return model, runs


if __name__ == "__main__":
    sys.exit(trials.main(__doc__, trial))
