"""Valid ONNX graphs from NNSmith, a published generator: its solver chooses operators, types and sizes that fit one another. Its
own way to ONNX leads through torch; here each of its operators is written down as ONNX means it, or as a relative with the same
types and sizes. Some sizes of the inputs are declared as symbols afterwards.
"""

import logging
import random
import warnings

import numpy as np
from onnx import helper, numpy_helper

warnings.filterwarnings("ignore", module="nnsmith")
logging.disable(logging.CRITICAL)  # that nothing fits is said by an exception, too
from nnsmith.abstract import op as ops  # noqa: E402
from nnsmith.graph_gen import model_gen  # noqa: E402

OPSET = 18
MOST_NODES, MOST_ELEMENTS, MOST_WEIGHTS = 16, 1 << 12, 1 << 16


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

    def integers(self, *numbers):
        return self.constant(np.array(numbers, np.int64))

    def weight(self, *shape, low=-0.5, high=0.5):
        if np.prod(shape, dtype=float) > MOST_WEIGHTS:
            raise TooLarge
        return self.constant(self.random.uniform(low, high, shape).astype(np.float32))

    def node(self, kind, inputs, output=None, **attributes):
        output = output or f"inner_{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, inputs, [output], name=f"{kind}_{len(self.nodes)}", **attributes))
        return output


def simple(kind, *relatives, **attributes):
    """The operator, or one of the relatives, which ONNX Runtime does not have for all types of the operator."""
    def translate(graph, op, inputs, output):
        usual = str(op.input_like[0].dtype) in HALF_AND_SINGLE
        return graph.node(str(graph.random.choice([kind, *relatives])) if usual else kind, inputs, output, **attributes)
    return translate


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


def softmax(graph, op, inputs, output):
    axis = op.dim - graph.random.choice([0, len(op.input_like[0].shape)])
    return graph.node(str(graph.random.choice(["Softmax", "Softmax", "LogSoftmax"])), inputs, output, axis=int(axis))


def pool(kind, **attributes):
    return lambda graph, op, inputs, output: graph.node(
        kind, inputs, output, kernel_shape=[op.kernel_h_size, op.kernel_w_size], strides=[op.stride] * 2,
        pads=[op.padding] * 4, **attributes)


def piece(graph, op, inputs, output):
    size = op.input_like[0].shape[op.extra_attrs["axis"]]
    start = op.start - size if op.extra_attrs["region"] in ("left", "mid") else op.start
    end = op.end - size if op.extra_attrs["region"] == "left" and op.end < size else op.end
    parts = (start, end, op.extra_attrs["axis"], op.step)
    return graph.node("Slice", [*inputs, *map(graph.integers, parts)], output)


def pad(mode):
    """Torch lists pairs from the last axis on."""
    def translate(graph, op, inputs, output):
        rank, amounts = len(op.input_like[0].shape), list(op.padding_list)
        pads = np.zeros((2, rank), np.int64)
        for i in range(len(amounts) // 2):
            pads[:, rank - 1 - i] = amounts[2 * i], amounts[2 * i + 1]
        value = [graph.constant(np.array(0.5, numpy_type(op.input_like[0].dtype)))] if mode == "constant" else []
        return graph.node("Pad", [*inputs, graph.integers(*pads.ravel()), *value], output, mode=mode)
    return translate


def to_shape(kind):
    return lambda graph, op, inputs, output: graph.node(
        kind, [*inputs, graph.integers(*op.output_like[0].shape)], output)


def batch_norm(graph, op, inputs, output):
    statistics = [graph.weight(op.nfeat, low=low, high=1.5) for low in (0.5, -1, -1, 0.5)]  # scale, bias, mean, variance
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
    return lambda graph, op, inputs, output: graph.node(
        "Resize", [*inputs, "", "", graph.integers(*op.output_like[0].shape)], output, mode=mode,
        coordinate_transformation_mode=coordinates, **attributes)


def reduction(kind, *relatives):
    def translate(graph, op, inputs, output):
        axes = graph.integers(op.extra_attrs["reduce_dim"])
        return simple(kind, *relatives, keepdims=0)(graph, op, [*inputs, axes], output)
    return translate


def squeeze(graph, op, inputs, output):
    return graph.node("Squeeze", [*inputs, graph.integers(op.extra_attrs["reduce_dim"])], output)


def arg(kind):
    return lambda graph, op, inputs, output: graph.node(
        kind, inputs, output, axis=op.extra_attrs["reduce_dim"], keepdims=0, select_last_index=int(graph.random.integers(2)))


def triangle(upper):
    return lambda graph, op, inputs, output: graph.node(
        "Trilu", [*inputs, graph.constant(np.array(op.diagonal, np.int64))], output, upper=upper)


def concat(graph, op, inputs, output):
    return graph.node("Concat", inputs, output, axis=op.extra_attrs["axis"])


def cast(graph, op, inputs, output):
    return graph.node("Cast", inputs, output, to=onnx_type(op.extra_attrs["to"]))


def prelu(graph, op, inputs, output):
    return graph.node("PRelu", [*inputs, graph.constant(np.array(0.25, numpy_type(op.input_like[0].dtype)))], output)


FLOATS, INTEGERS = {"float16", "float32", "float64"}, {"int32", "int64"}
BYTES, BOOL = {"int8", "uint8"}, {"bool"}
ALL = FLOATS | INTEGERS | BYTES | BOOL | {"int16"}
HALF_AND_SINGLE, NUMBERS = FLOATS - {"float64"}, FLOATS | INTEGERS

# The types are those for which ONNX Runtime has a kernel.
TRANSLATIONS = [
    (ALL, {
        ops.Add: simple("Add"), ops.Sub: simple("Sub"), ops.Mul: simple("Mul"), ops.Div: simple("Div"),
        ops.Equal: simple("Equal"), ops.Greater: simple("Greater", "GreaterOrEqual"), ops.Less: simple("Less", "LessOrEqual"),
        ops.And: simple("And"), ops.Or: simple("Or"), ops.Xor: simple("Xor"),
        ops.Slice: piece, ops.Reshape: to_shape("Reshape"), ops.Transpose: transpose, ops.Squeeze: squeeze,
        ops.ExpandLast1: to_shape("Expand"), ops.ExpandLast2: to_shape("Expand"), ops.ExpandLast3: to_shape("Expand"),
        ops.ExpandLast4: to_shape("Expand"), ops.Concat1: concat, ops.Concat2: concat, ops.Concat3: concat, ops.Concat4: concat,
        ops.Concat5: concat, ops.CastF32: cast, ops.CastF64: cast, ops.CastI32: cast, ops.CastI64: cast, ops.CastBool: cast,
        ops.ConstPad: pad("constant"), ops.Conv1d: convolution, ops.NCHWConv2d: convolution}),
    (ALL - {"int16"}, {ops.Max: simple("Max"), ops.Min: simple("Min"), ops.Where: simple("Where")}),
    (ALL - {"uint8"}, {ops.Abs: simple("Abs"), ops.Neg: simple("Neg")}),
    (NUMBERS | BYTES, {
        ops.ArgMin: arg("ArgMin"), ops.ArgMax: arg("ArgMax"), ops.ReduceMin: reduction("ReduceMin"),
        ops.ReduceMax: reduction("ReduceMax"), ops.Clip: clip}),
    (NUMBERS, {
        ops.MatMul: simple("MatMul"), ops.ReduceProd: reduction("ReduceProd"), ops.Tril: triangle(0), ops.Triu: triangle(1),
        ops.ReduceSum: reduction("ReduceSum", "ReduceSumSquare", "ReduceL1", "ReduceL2", "ReduceLogSumExp")}),
    (FLOATS, {
        ops.Pow: simple("Pow"), ops.Softmax: softmax, ops.ReduceMean: reduction("ReduceMean"),
        ops.ReLU: simple("Relu", "Elu", "Selu", "Celu", "Softplus"), ops.LeakyReLU: simple("LeakyRelu", "ThresholdedRelu", alpha=0.01),
        ops.PReLU: prelu, ops.Sigmoid: simple("Sigmoid", "Tanh", "HardSigmoid", "HardSwish", "Softsign", "Erf"),
        ops.Sin: simple("Sin", "Sinh"), ops.Cos: simple("Cos", "Cosh"), ops.Ceil: simple("Ceil", "Sign"), ops.Floor: simple("Floor"),
        ops.Round: simple("Round"), ops.Sqrt: simple("Sqrt", "Exp", "Reciprocal"), ops.Log2: log2}),
    (HALF_AND_SINGLE, {
        ops.GELU: gelu, ops.Asin: simple("Asin", "Asinh"), ops.Acos: simple("Acos", "Acosh"), ops.Tan: simple("Tan"),
        ops.Atan: simple("Atan", "Atanh")}),
]
# Those of convolutional networks, which the compiler refuses: few graphs have them.
FOREIGN = {
    ops.MaxPool2d: pool("MaxPool"), ops.AvgPool2d: pool("AveragePool", count_include_pad=1), ops.BatchNorm2d: batch_norm,
    ops.ReplicatePad: pad("edge"), ops.ReflectPad: pad("reflect"),
    ops.NearestInterp: resize("nearest", "asymmetric", nearest_mode="floor"),
    ops.LinearInterp: resize("linear", "half_pixel"), ops.BilinearInterp: resize("linear", "half_pixel"),
    ops.BicubicInterp: resize("cubic", "half_pixel", cubic_coeff_a=-0.75), ops.TrilinearInterp: resize("linear", "half_pixel"),
}

OWN = {op: translate for _, group in TRANSLATIONS for op, translate in group.items()}
for types, group in TRANSLATIONS + [({"float32"}, FOREIGN)]:
    for operator in group:
        for side in ("in_dtypes", "out_dtypes"):
            fitting = [each for each in getattr(operator, side) if all(str(dtype) in types | BOOL for dtype in each)]
            setattr(operator, side, fitting)


def numpy_type(dtype):
    return np.dtype(str(dtype)).type


def onnx_type(dtype):
    return helper.np_dtype_to_tensor_dtype(np.dtype(str(dtype)))


def generate(seed):
    """(A model, the sizes of its symbols); None where the solver finds none in time, or one that is too large."""
    random.seed(seed)  # NNSmith chooses by the global generators
    np.random.seed(seed % 2 ** 32)
    translations = {**OWN, **(FOREIGN if seed % 8 == 0 else {})}
    translation = Translation(seed)
    try:
        generator = model_gen(opset=list(translations), method="symbolic", seed=seed % 2 ** 31, max_nodes=random.randint(1, MOST_NODES),
                              timeout_ms=4000, max_elem_per_tensor=MOST_ELEMENTS)
        outputs = translate(generator.make_concrete(), translation, translations)
    except Exception:  # pylint: disable=broad-except
        return None  # its own assertions when nothing fits, or TooLarge
    symbols = declare_symbols(translation)
    body = helper.make_graph(translation.nodes, f"nnsmith_{seed}", translation.inputs, outputs, translation.initializers)
    return helper.make_model(body, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=9), symbols


def translate(graph, translation, translations):
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
            translations[type(op)](translation, op, list(instruction.iexpr.args), output)
    return [helper.make_tensor_value_info(name, onnx_type(graph.vars[name].dtype), [None] * len(graph.vars[name].shape))
            for instruction in graph.leaf_inst() for name in instruction.leaf_var()
            if not isinstance(instruction.iexpr.op, (ops.Input, ops.Constant))]


def declare_symbols(translation):
    """Declares about half of the sizes of the inputs as symbols, equal ones as one. Gives the sizes by name. Whether others fit
    depends on the graph."""
    dims = [dim for each in translation.inputs for dim in each.type.tensor_type.shape.dim]
    sizes = {dim.dim_value for dim in dims}
    symbols = {f"s{size}": size for size in sorted(sizes) if translation.random.integers(2)}
    for dim in dims:
        if f"s{dim.dim_value}" in symbols:
            dim.dim_param = f"s{dim.dim_value}"
    return symbols
