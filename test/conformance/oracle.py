"""What ONNX Runtime, without its optimizations, makes of a graph, and how far that is a judgement: where the standard leaves a
result open, or where a result hangs on the last bit of a value, other answers are as right."""

import warnings

import numpy as np
import onnx
import onnxruntime
from onnx import helper, numpy_helper

# NaN among the operands: what comes out depends on the order in which an implementation looks.
ORDERING = {"ArgMax", "ArgMin", "Clip", "Hardmax", "HardSigmoid", "LeakyRelu", "LogSoftmax", "Max", "MaxPool", "Min", "PRelu", "ReduceLogSumExp",
            "ReduceMax", "ReduceMin", "Relu", "Softmax", "Softplus"}
SUMS = {"ReduceL1", "ReduceL2", "ReduceProd", "ReduceSum", "ReduceSumSquare"}
# The error that each float may have, a few units in the last place.
ERRORS = {np.dtype(np.float16): 1e-3, np.dtype(np.float32): 1e-6, np.dtype(np.float64): 1e-6}
# Of a sum, for each of its terms: one after the other they are rounded as often, and to the same side where they are alike.
ERROR_OF_TERM = {np.dtype(np.float32): 6e-8}


class NoAnswer(Exception):
    """ONNX Runtime has no kernel for it, or it fails."""


class Open(Exception):
    """Nothing says what is right."""


class Oracle:
    def __init__(self, model):
        self.model = model
        self.names = [output.name for output in model.graph.output]
        self.weights = {weight.name: numpy_helper.to_array(weight) for weight in model.graph.initializer}
        self.inner = [name for node in model.graph.node for name in node.output if name]
        self.session = session_of(with_outputs(model, self.inner))

    def judgement(self, feeds, draws=0):
        """The outputs, and for each of them where it can be judged: where no draw of small errors changes it. Draws take time."""
        random = np.random.default_rng(0)
        values = dict(zip(self.inner, run(self.session, self.inner, feeds)))
        for node in self.model.graph.node:
            check_defined(node, {**feeds, **self.weights, **values})
        wanted = {name: values[name] for name in self.names}
        masks = {name: np.ones(want.shape, bool) for name, want in wanted.items()}
        for _ in range(draws):
            moved = {name: stirred(array, random) for name, array in feeds.items()}
            others = run(session_of(self.stirred_model({**feeds, **values}, random)), self.names, moved)
            for (name, want), other in zip(wanted.items(), others):
                masks[name] &= same(want, other)
        return wanted, masks

    def stirred_model(self, values, random):
        """The model with an error on each float of its weights and of what its nodes give."""
        model = onnx.ModelProto()
        model.CopyFrom(self.model)
        graph = model.graph
        for weight in graph.initializer:
            weight.CopyFrom(numpy_helper.from_array(stirred(self.weights[weight.name], random), weight.name))
        nodes = list(graph.node)
        del graph.node[:]
        for node in nodes:
            graph.node.append(node)
            for i, name in enumerate(node.output):
                if name and values[name].dtype in ERRORS:
                    graph.node[-1].output[i] = name + ".exact"
            for name in node.output:
                if name and values[name].dtype in ERRORS:
                    factors = stirred(np.ones_like(values[name]), random, terms_of(node, values[name], {**self.weights, **values}))
                    graph.initializer.append(numpy_helper.from_array(factors, name + ".error"))
                    graph.node.append(helper.make_node("Mul", [name + ".exact", name + ".error"], [name]))
        return model


def session_of(model):
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.log_severity_level = 4
    options.intra_op_num_threads = 1
    try:
        return onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # pylint: disable=broad-except
        raise NoAnswer(str(error)) from None


def run(session, names, feeds):
    try:
        return [np.asarray(value) for value in session.run(names, feeds)]
    except Exception as error:  # pylint: disable=broad-except
        raise NoAnswer(str(error)) from None


def with_outputs(model, names):
    whole = onnx.ModelProto()
    whole.CopyFrom(model)
    del whole.graph.output[:]
    whole.graph.output.extend(helper.make_empty_tensor_value_info(name) for name in names)
    return whole


def check_defined(node, values):
    operands = [values[name] for name in node.input if name]
    results = [values[name] for name in node.output if name]
    if node.op_type in ORDERING and any(each.dtype.kind == "f" and np.isnan(each).any() for each in operands):
        raise Open(f"an order of NaN ({node.op_type})")
    if node.op_type == "ReduceMean" and not operands[0].size and results[0].size:
        raise Open("a mean of nothing, undefined by the standard; ours is NaN")
    if node.op_type == "Concat" and len({others_of(each.shape, axis_of(node)) for each in operands}) > 1:
        raise Open("an empty tensor of other sizes, which ONNX Runtime leaves out and the standard does not allow (Concat)")
    if node.op_type == "Cast" and operands[0].dtype.kind == "f" and results[0].dtype.kind in "iu":
        limits, whole = np.iinfo(results[0].dtype), np.trunc(operands[0].astype(np.float64))
        if not ((whole >= limits.min) & (whole < float(limits.max) + 1)).all():
            raise Open("an integer of a float that does not fit; edges.py says what we give")
    if node.op_type in SUMS and any(each.dtype.kind in "iu" and at_limit(each) for each in results):
        raise Open("integers that overflow in a reduction, which ONNX Runtime computes in floats")
    if any(each.dtype == np.float16 and not np.isfinite(each).all() for each in results):
        raise Open("halves that overflow where they are rounded; compiled code rounds at the end of a kernel")


def axis_of(node):
    return next(attribute.i for attribute in node.attribute if attribute.name == "axis")


def others_of(shape, axis):
    """The sizes along all other axes."""
    return tuple(np.delete(shape, axis))


def at_limit(array):
    """Has it integers that float64 does not hold, or that saturate?"""
    return (np.abs(array.astype(np.float64)) >= min(np.iinfo(array.dtype).max, 2 ** 53)).any()


def terms_of(node, result, values):
    """How many terms a sum has; 1 where it is none, or where an input's sizes are not at hand."""
    source = values.get(node.input[0]) if node.input else None
    if source is None or not result.size:
        return 1
    if node.op_type == "CumSum":
        return source.shape[int(np.ravel(values[node.input[1]])[0])] if node.input[1] in values and source.ndim else 1
    return source.size // result.size if node.op_type in SUMS | {"ReduceMean"} else 1


def stirred(array, random, terms=1):
    error = ERRORS.get(array.dtype)
    if error is not None:
        error = max(error, terms * ERROR_OF_TERM.get(array.dtype, 0))
    return array if error is None else np.asarray(array * (1 + random.choice([-error, error], array.shape)).astype(array.dtype))


def same(want, other):
    if want.dtype.kind != "f":
        return want == other
    absolute, relative = (2e-3, 2e-3) if want.dtype == np.float16 else (1e-4, 1e-3)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        a, b = want.astype(np.float64), other.astype(np.float64)
        return (np.abs(a - b) <= absolute + relative * np.abs(a)) | (a == b) | (np.isnan(a) & np.isnan(b))
