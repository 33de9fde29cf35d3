"""Writes model.onnx: a Transformer with one layer that tells whether a sentence of vocab.txt's words is kind or not.

Nobody trained it: its weights are written down here, so that one can see what they do. The embedding of a token has 24
features: does it praise, does it blame, does it negate, and where it stands (cosines and sines). Attention lets each token
look at the two before it, and brings along whether one of them negates. The layer behind it turns praise into blame where
that is so, and the other way round. The interface is that of a DistilBERT classifier as Optimum exports it.
"""
from pathlib import Path

import numpy
from onnx import TensorProto, helper, numpy_helper, save

PRAISE = "good great love loved wonderful pleasant happy fun beautiful best ##pleasant ##happy".split()
BLAME = "bad awful hate hated boring slow sad worst broken disappointing".split()
NEGATES = "not never no without un".split()
POSITIONS, FEATURES, HIDDEN, FREQUENCIES = 128, 24, 4, 10
PRAISES, BLAMES, NEGATING, NEGATED, ANGLES = 0, 1, 2, 3, 4  # columns; angles fill the rest

tokens = (Path(__file__).parent / "vocab.txt").read_text().split()
words = numpy.zeros((len(tokens), FEATURES), numpy.float32)
for column, members in ((PRAISES, PRAISE), (BLAMES, BLAME), (NEGATING, NEGATES)):
    words[[tokens.index(member) for member in members], column] = 1

frequencies = numpy.pi / POSITIONS + 0.2 * numpy.arange(FREQUENCIES)  # no two positions have the same angles


def angles(position):
    turned = numpy.multiply.outer(position, frequencies)
    return numpy.concatenate([numpy.cos(turned), numpy.sin(turned)], -1)


positions = numpy.zeros((POSITIONS, FEATURES), numpy.float32)
positions[:, ANGLES:] = angles(numpy.arange(POSITIONS))

# The score of a key is largest 1.5 tokens before the query: turning the angles of a position by a fixed amount is linear.
query, key, value = (numpy.zeros((FEATURES, FEATURES), numpy.float32) for _ in range(3))
back = angles(numpy.array(1.5))
for i in range(FREQUENCIES):
    cos, sin = ANGLES + i, ANGLES + FREQUENCIES + i
    c, s = back[i], back[FREQUENCIES + i]
    query[numpy.ix_([cos, sin], [cos, sin])] = 12 * numpy.array([[c, -s], [s, c]])
    key[[cos, sin], [cos, sin]] = 1
value[NEGATING, NEGATED] = 2  # half of the attention lies on each of two tokens

# What praises and is not negated; what blames and is; what blames and is not negated; what praises and is.
inner = numpy.zeros((FEATURES, HIDDEN), numpy.float32)
inner[PRAISES, [0, 3]] = inner[BLAMES, [1, 2]] = 1
inner[NEGATED] = [-2, 1, -2, 1]
inner_bias = numpy.array([0, -1, 0, -1], numpy.float32)
outer = numpy.array([[-3, 3], [-3, 3], [3, -3], [3, -3]], numpy.float32)

constants = {
    "words": words, "positions": positions, "query": query, "key": key, "value": value, "inner": inner,
    "inner_bias": inner_bias, "outer": outer, "zero": numpy.array(0), "one": numpy.array(1), "axis_1": numpy.array([1]),
    "axis_2": numpy.array([2]), "far": numpy.array(-1e4, numpy.float32),
    "one_float": numpy.array(1, numpy.float32),
}


def node(operator, inputs, output, **attributes):
    return helper.make_node(operator, inputs.split(), [output], name=output, **attributes)


nodes = [
    node("Gather", "words input_ids", "word_embeddings"),
    node("Shape", "input_ids", "length_1", start=1, end=2),
    node("Squeeze", "length_1", "length"),
    node("Range", "zero length one", "places"),
    node("Gather", "positions places", "position_embeddings"),
    node("Add", "word_embeddings position_embeddings", "embeddings"),
    node("MatMul", "embeddings query", "queries"),
    node("MatMul", "embeddings key", "keys"),
    node("MatMul", "embeddings value", "values"),
    node("Transpose", "keys", "keys_transposed", perm=[0, 2, 1]),
    node("MatMul", "queries keys_transposed", "scores"),
    node("Cast", "attention_mask", "mask", to=TensorProto.FLOAT),
    node("Sub", "one_float mask", "padding"),
    node("Mul", "padding far", "penalty"),
    node("Unsqueeze", "penalty axis_1", "penalty_of_keys"),
    node("Add", "scores penalty_of_keys", "masked_scores"),
    node("Softmax", "masked_scores", "attention", axis=-1),
    node("MatMul", "attention values", "attended"),
    node("Add", "embeddings attended", "residual"),
    node("MatMul", "residual inner", "inner_product"),
    node("Add", "inner_product inner_bias", "inner_sum"),
    node("Relu", "inner_sum", "hidden"),
    node("MatMul", "hidden outer", "votes"),
    node("Unsqueeze", "mask axis_2", "mask_of_tokens"),
    node("Mul", "votes mask_of_tokens", "masked_votes"),
    node("ReduceSum", "masked_votes axis_1", "logits", keepdims=0),
]


def tensor(name, kind, *dims):
    return helper.make_tensor_value_info(name, kind, dims)


graph = helper.make_graph(
    nodes, "classifier",
    [tensor("input_ids", TensorProto.INT64, "batch_size", "sequence_length"),
     tensor("attention_mask", TensorProto.INT64, "batch_size", "sequence_length")],
    [tensor("logits", TensorProto.FLOAT, "batch_size", 2)],
    [numpy_helper.from_array(array, name) for name, array in constants.items()])
save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9), "model.onnx")
