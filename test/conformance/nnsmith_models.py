"""Valid ONNX graphs from NNSmith, a published generator: its solver chooses operators, types and sizes that fit one another.
Its own way to ONNX leads through torch; here each of its operators is written down as ONNX means it.

The operators that a graph may have are those of TRANSLATIONS.
"""

import random

import numpy as np
import onnx
from nnsmith.abstract import op as ops
from nnsmith.graph_gen import model_gen
from onnx import helper, numpy_helper

OPSET = 18
NODES = 10
MOST_ELEMENTS = 1 << 20


class TooLarge(Exception):
    """The solver bounds what flows through the graph, but not the weights."""


class Translation:
    """An NNSmith graph on its way to ONNX."""

    def __init__(self, seed):
        self.random = np.random.default_rng(seed)
        self.nodes, self.initializers, self.inputs = [], [], []

    def constant(self, array):
        name = f"constant_{len(self.initializers)}"
        self.initializers.append(numpy_helper.from_array(np.asarray(array), name))
        return name

    def weight(self, *shape, low=-0.5, high=0.5):
        if np.prod(shape, dtype=float) > MOST_ELEMENTS:
            raise TooLarge
        return self.constant(self.random.uniform(low, high, shape).astype(np.float32))

    def node(self, kind, inputs, output=None, **attributes):
        output = output or f"inner_{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, inputs, [output], name=f"{kind}_{len(self.nodes)}", **attributes))
        return output


def simple(kind, **attributes):
    return lambda graph, op, inputs, output: graph.node(kind, inputs, output, **attributes)


def gelu(graph, op, inputs, output):
    """By erf, as opsets before 20 spell it."""
    kind = numpy_type(op.input_like[0].dtype)
    scaled = graph.node("Div", [inputs[0], graph.constant(np.array(2 ** 0.5, kind))])
    shifted = graph.node("Add", [graph.node("Erf", [scaled]), graph.constant(np.array(1, kind))])
    half = graph.node("Mul", [inputs[0], graph.constant(np.array(0.5, kind))])
    return graph.node("Mul", [half, shifted], output)


def log2(graph, op, inputs, output):
    kind = numpy_type(op.input_like[0].dtype)
    return graph.node("Div", [graph.node("Log", inputs), graph.constant(np.array(np.log(2), kind))], output)


def clip(graph, op, inputs, output):
    kind = numpy_type(op.input_like[0].dtype)
    most = 1.5 if np.issubdtype(kind, np.floating) else 1
    least = 0 if np.issubdtype(kind, np.unsignedinteger) else -most
    return graph.node("Clip", [*inputs, graph.constant(np.array(least, kind)), graph.constant(np.array(most, kind))], output)


def pool(kind, **attributes):
    return lambda graph, op, inputs, output: graph.node(
        kind, inputs, output, kernel_shape=[op.kernel_h_size, op.kernel_w_size], strides=[op.stride] * 2,
        pads=[op.padding] * 4, **attributes)


def piece(graph, op, inputs, output):
    size = op.input_like[0].shape[op.extra_attrs["axis"]]
    start = op.start - size if op.extra_attrs["region"] in ("left", "mid") else op.start
    end = op.end - size if op.extra_attrs["region"] == "left" and op.end < size else op.end
    parts = (start, end, op.extra_attrs["axis"], op.step)
    return graph.node("Slice", [*inputs, *(graph.constant(np.array([part], np.int64)) for part in parts)], output)


def pad(graph, op, inputs, output):
    """Torch lists pairs from the last axis on."""
    rank, amounts = len(op.input_like[0].shape), list(op.padding_list)
    pads = np.zeros((2, rank), np.int64)
    for i in range(len(amounts) // 2):
        pads[:, rank - 1 - i] = amounts[2 * i], amounts[2 * i + 1]
    mode = {"constant": "constant", "replicate": "edge", "reflect": "reflect"}[op.extra_attrs["type"]]
    value = [graph.constant(np.array(0.5, numpy_type(op.input_like[0].dtype)))] if mode == "constant" else []
    return graph.node("Pad", [*inputs, graph.constant(pads.ravel()), *value], output, mode=mode)


def reshape(kind):
    return lambda graph, op, inputs, output: graph.node(
        kind, [*inputs, graph.constant(np.array(op.output_like[0].shape, np.int64))], output)


def batch_norm(graph, op, inputs, output):
    count = op.nfeat
    statistics = [graph.weight(count, low=0.5, high=1.5), graph.weight(count), graph.weight(count),
                  graph.weight(count, low=0.5, high=1.5)]
    return graph.node("BatchNormalization", [*inputs, *statistics], output)


def convolution(graph, op, inputs, output):
    flat = isinstance(op, ops.Conv1d)
    kernel = [op.kernel_size] if flat else [op.kernel_h_size, op.kernel_w_size]
    dilations = [op.dilation] if flat else [op.dilation_h, op.dilation_w]
    weights = [graph.weight(op.out_channels, op.in_channels, *kernel), graph.weight(op.out_channels)]
    return graph.node("Conv", [*inputs, *weights], output, strides=[op.stride] * len(kernel),
                      pads=[op.padding] * (2 * len(kernel)), dilations=dilations)


def transpose(graph, op, inputs, output):
    order = list(range(len(op.input_like[0].shape)))
    first, second = op.extra_attrs["dim0"], op.extra_attrs["dim1"]
    order[first], order[second] = order[second], order[first]
    return graph.node("Transpose", inputs, output, perm=order)


def resize(mode, coordinates, **attributes):
    def translate(graph, op, inputs, output):
        size = graph.constant(np.array(op.output_like[0].shape, np.int64))
        return graph.node("Resize", [*inputs, "", "", size], output, mode=mode,
                          coordinate_transformation_mode=coordinates, **attributes)
    return translate


def reduction(kind):
    return lambda graph, op, inputs, output: graph.node(
        kind, [*inputs, graph.constant(np.array([op.extra_attrs["reduce_dim"]], np.int64))], output, keepdims=0)


def squeeze(graph, op, inputs, output):
    return graph.node("Squeeze", [*inputs, graph.constant(np.array([op.extra_attrs["reduce_dim"]], np.int64))], output)


def arg(kind):
    return lambda graph, op, inputs, output: graph.node(kind, inputs, output, axis=op.extra_attrs["reduce_dim"], keepdims=0)


def triangle(upper):
    return lambda graph, op, inputs, output: graph.node(
        "Trilu", [*inputs, graph.constant(np.array(op.diagonal, np.int64))], output, upper=upper)


def concat(graph, op, inputs, output):
    return graph.node("Concat", inputs, output, axis=op.extra_attrs["axis"])


def cast(graph, op, inputs, output):
    return graph.node("Cast", inputs, output, to=onnx_type(op.extra_attrs["to"]))


def prelu(graph, op, inputs, output):
    return graph.node("PRelu", [*inputs, graph.constant(np.array(0.25, numpy_type(op.input_like[0].dtype)))], output)


TRANSLATIONS = {
    ops.Add: simple("Add"), ops.Sub: simple("Sub"), ops.Mul: simple("Mul"), ops.Div: simple("Div"), ops.Max: simple("Max"),
    ops.Min: simple("Min"), ops.Pow: simple("Pow"), ops.Equal: simple("Equal"), ops.Greater: simple("Greater"),
    ops.Less: simple("Less"), ops.And: simple("And"), ops.Or: simple("Or"), ops.Xor: simple("Xor"),
    ops.Where: simple("Where"), ops.MatMul: simple("MatMul"),
    ops.ReLU: simple("Relu"), ops.GELU: gelu, ops.LeakyReLU: simple("LeakyRelu", alpha=0.01), ops.PReLU: prelu,
    ops.Sigmoid: simple("Sigmoid"), ops.Sin: simple("Sin"), ops.Cos: simple("Cos"), ops.Asin: simple("Asin"),
    ops.Acos: simple("Acos"), ops.Tan: simple("Tan"), ops.Atan: simple("Atan"), ops.Abs: simple("Abs"),
    ops.Ceil: simple("Ceil"), ops.Floor: simple("Floor"), ops.Round: simple("Round"), ops.Sqrt: simple("Sqrt"),
    ops.Log2: log2, ops.Neg: simple("Neg"), ops.Clip: clip,
    ops.Softmax: lambda graph, op, inputs, output: graph.node("Softmax", inputs, output, axis=op.dim),
    ops.MaxPool2d: pool("MaxPool"), ops.AvgPool2d: pool("AveragePool", count_include_pad=1),
    ops.Slice: piece, ops.ConstPad: pad, ops.ReplicatePad: pad, ops.ReflectPad: pad, ops.Reshape: reshape("Reshape"),
    ops.ExpandLast1: reshape("Expand"), ops.ExpandLast2: reshape("Expand"), ops.ExpandLast3: reshape("Expand"),
    ops.ExpandLast4: reshape("Expand"), ops.BatchNorm2d: batch_norm, ops.Conv1d: convolution, ops.NCHWConv2d: convolution,
    ops.Transpose: transpose,
    ops.NearestInterp: resize("nearest", "asymmetric", nearest_mode="floor"),
    ops.LinearInterp: resize("linear", "half_pixel"), ops.BilinearInterp: resize("linear", "half_pixel"),
    ops.BicubicInterp: resize("cubic", "half_pixel", cubic_coeff_a=-0.75), ops.TrilinearInterp: resize("linear", "half_pixel"),
    ops.Squeeze: squeeze, ops.ReduceSum: reduction("ReduceSum"), ops.ReduceMin: reduction("ReduceMin"),
    ops.ReduceMax: reduction("ReduceMax"), ops.ReduceMean: reduction("ReduceMean"), ops.ReduceProd: reduction("ReduceProd"),
    ops.ArgMin: arg("ArgMin"), ops.ArgMax: arg("ArgMax"), ops.Tril: triangle(0), ops.Triu: triangle(1),
    ops.Concat1: concat, ops.Concat2: concat, ops.Concat3: concat, ops.Concat4: concat, ops.Concat5: concat,
    ops.CastF32: cast, ops.CastF64: cast, ops.CastI32: cast, ops.CastI64: cast, ops.CastBool: cast,
}


# ONNX has no complex numbers, and ONNX Runtime no such operators for these types.
TYPES = {"float32", "float64", "int32", "int64", "bool"}
ONLY_F32 = (ops.GELU, ops.Sin, ops.Cos, ops.Asin, ops.Acos, ops.Tan, ops.Atan, ops.LeakyReLU, ops.PReLU, ops.Round,
            ops.NearestInterp, ops.LinearInterp, ops.BilinearInterp, ops.BicubicInterp, ops.TrilinearInterp,
            ops.MaxPool2d, ops.AvgPool2d)
for translated in TRANSLATIONS:
    allowed = {"float32"} if translated in ONLY_F32 else TYPES
    for side in ("in_dtypes", "out_dtypes"):
        setattr(translated, side, [types for types in getattr(translated, side) if all(str(t) in allowed for t in types)])


def numpy_type(dtype):
    return np.dtype(str(dtype)).type


def onnx_type(dtype):
    return helper.np_dtype_to_tensor_dtype(np.dtype(str(dtype)))


def generate(seed):
    """A model; None where the solver finds none in time, or one that is too large."""
    random.seed(seed)  # NNSmith chooses by the global generators
    np.random.seed(seed)
    try:
        generator = model_gen(opset=list(TRANSLATIONS), method="symbolic", seed=seed, max_nodes=NODES, timeout_ms=4000)
        graph = generator.make_concrete()
    except Exception:  # pylint: disable=broad-except
        return None  # its own assertions, when nothing fits
    translation = Translation(seed)
    try:
        outputs = translate(graph, translation)
    except TooLarge:
        return None
    body = helper.make_graph(translation.nodes, f"nnsmith_{seed}", translation.inputs, outputs, translation.initializers)
    return helper.make_model(body, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=9)


def translate(graph, translation):
    """Fills the translation and gives the outputs."""
    for instruction in graph.insts:
        op, output = instruction.iexpr.op, instruction.retval()
        if isinstance(op, ops.Input):
            kind = graph.vars[output]
            translation.inputs.append(helper.make_tensor_value_info(output, onnx_type(kind.dtype), kind.shape))
        elif isinstance(op, ops.Constant):
            kind = graph.vars[output]
            array = translation.random.uniform(-1, 2, kind.shape).astype(numpy_type(kind.dtype))
            translation.initializers.append(numpy_helper.from_array(np.asarray(array), output))
        else:
            TRANSLATIONS[type(op)](translation, op, list(instruction.iexpr.args), output)
    return [helper.make_tensor_value_info(name, onnx_type(graph.vars[name].dtype), graph.vars[name].shape)
            for instruction in graph.leaf_inst() for name in instruction.leaf_var()
            if not isinstance(instruction.iexpr.op, (ops.Input, ops.Constant))]
