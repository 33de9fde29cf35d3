"""Writes model.onnx: an encoder of sentences with random weights, four layers of 256 features, to measure with."""
import numpy
from onnx import TensorProto, helper, numpy_helper, save

LAYERS, FEATURES, HEADS, WORDS, POSITIONS = 4, 256, 4, 4000, 512
rng = numpy.random.default_rng(0)
nodes, constants = [], []


def constant(name, array):
    constants.append(numpy_helper.from_array(array, name))
    return name


def random(name, *shape):
    return constant(name, rng.standard_normal(shape, numpy.float32) / numpy.float32(numpy.sqrt(shape[0])))


def node(operator, inputs, output, **attributes):
    nodes.append(helper.make_node(operator, inputs, [output], name=output, **attributes))
    return output


def linear(x, name, inputs, outputs):
    product = node("MatMul", [x, random(f"{name}_weight", inputs, outputs)], f"{name}_product")
    return node("Add", [product, constant(f"{name}_bias", numpy.zeros(outputs, numpy.float32))], name)


def norm(x, name):
    scale = constant(f"{name}_scale", numpy.ones(FEATURES, numpy.float32))
    bias = constant(f"{name}_bias", numpy.zeros(FEATURES, numpy.float32))
    return node("LayerNormalization", [x, scale, bias], name, axis=-1, epsilon=1e-5)


def heads(x, name, layer, order):
    split = node("Reshape", [linear(x, f"{name}_{layer}", FEATURES, FEATURES), "split"], f"{name}_split_{layer}")
    return node("Transpose", [split], f"{name}_heads_{layer}", perm=order)


def attention(x, layer):
    query, value = heads(x, "query", layer, [0, 2, 1, 3]), heads(x, "value", layer, [0, 2, 1, 3])
    scores = node("MatMul", [query, heads(x, "key", layer, [0, 2, 3, 1])], f"scores_{layer}")
    scaled = node("Mul", [scores, "scale"], f"scaled_{layer}")
    masked = node("Add", [scaled, "penalty"], f"masked_{layer}")
    attended = node("MatMul", [node("Softmax", [masked], f"softmax_{layer}", axis=-1), value], f"attended_{layer}")
    joined = node("Transpose", [attended], f"rows_{layer}", perm=[0, 2, 1, 3])
    return linear(node("Reshape", [joined, "join"], f"joined_{layer}"), f"attention_{layer}", FEATURES, FEATURES)


constant("split", numpy.array([0, 0, HEADS, FEATURES // HEADS]))
constant("join", numpy.array([0, 0, FEATURES]))
constant("scale", numpy.array((FEATURES // HEADS) ** -0.5, numpy.float32))
constant("one", numpy.array(1, numpy.float32))
constant("far", numpy.array(-1e4, numpy.float32))
constant("axis_1", numpy.array([1]))
constant("axis_2", numpy.array([2]))
constant("axes_1_2", numpy.array([1, 2]))
constant("zero", numpy.array(0))
constant("step", numpy.array(1))

words = node("Gather", [random("words", WORDS, FEATURES), "input_ids"], "word_embeddings")
length = node("Squeeze", [node("Shape", ["input_ids"], "length_1", start=1, end=2)], "length")
places = node("Range", ["zero", length, "step"], "places")
hidden = node("Add", [words, node("Gather", [random("positions", POSITIONS, FEATURES), places], "place_embeddings")], "sum")
mask = node("Cast", ["attention_mask"], "mask", to=TensorProto.FLOAT)
node("Unsqueeze", [node("Mul", [node("Sub", ["one", mask], "padding"), "far"], "far_padding"), "axes_1_2"], "penalty")
for layer in range(LAYERS):
    hidden = node("Add", [hidden, attention(norm(hidden, f"norm_{layer}_1"), layer)], f"residual_{layer}_1")
    inner = linear(norm(hidden, f"norm_{layer}_2"), f"inner_{layer}", FEATURES, 4 * FEATURES)
    outer = linear(node("Relu", [inner], f"relu_{layer}"), f"outer_{layer}", 4 * FEATURES, FEATURES)
    hidden = node("Add", [hidden, outer], f"residual_{layer}_2")
weights = node("Unsqueeze", [mask, "axis_2"], "weights")
total = node("ReduceSum", [node("Mul", [norm(hidden, "final"), weights], "weighted"), "axis_1"], "total", keepdims=0)
node("Div", [total, node("ReduceSum", [mask, "axis_1"], "count", keepdims=1)], "embedding")


def tensor(name, kind, *dims):
    return helper.make_tensor_value_info(name, kind, dims)


graph = helper.make_graph(
    nodes, "encoder",
    [tensor("input_ids", TensorProto.INT64, "batch", "sequence"),
     tensor("attention_mask", TensorProto.INT64, "batch", "sequence")],
    [tensor("embedding", TensorProto.FLOAT, "batch", FEATURES)], constants)
save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9), "model.onnx")
