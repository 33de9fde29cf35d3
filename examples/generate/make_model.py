"""Writes model.onnx, a decoder with two layers and a cache that recites a nursery rhyme, and its words, words.txt.

Nobody trained it: its weights are written down here. Attention of the first layer brings along the token before each token,
that of the second the one before that, out of the cache like any decoder; the three of them are then looked up in the rhyme.
The interface is that of a decoder with past as Optimum exports it.
"""
from pathlib import Path

import numpy
from onnx import TensorProto, helper, numpy_helper, save

RHYME = """this is the farmer sowing his corn
that kept the rooster that crowed in the morn
that woke the priest all shaven and shorn
that married the man all tattered and torn
that kissed the maiden all forlorn
that milked the cow with the crumpled horn
that tossed the dog that worried the cat
that killed the rat that ate the malt
that lay in the house that Jack built ."""
POSITIONS, FREQUENCIES, LAYERS = 512, 12, 2

rhyme = RHYME.split()
words = list(dict.fromkeys(rhyme))
ANGLES = (1 + LAYERS) * len(words)  # columns of a token: itself, the one before, the one before that, cosines, sines
FEATURES = ANGLES + 2 * FREQUENCIES
Path("words.txt").write_text("".join(f"{word}\n" for word in words))

frequencies = numpy.pi / POSITIONS + 0.2 * numpy.arange(FREQUENCIES)  # no two positions have the same angles


def angles(position):
    turned = numpy.multiply.outer(position, frequencies)
    return numpy.concatenate([numpy.cos(turned), numpy.sin(turned)], -1)


def zeros(*shape):
    return numpy.zeros(shape, numpy.float32)


embeddings, positions, key = zeros(len(words), FEATURES), zeros(POSITIONS, FEATURES), zeros(FEATURES, 2 * FREQUENCIES)
embeddings[:, : len(words)] = numpy.eye(len(words))
positions[:, ANGLES:] = angles(numpy.arange(POSITIONS))
key[ANGLES:] = numpy.eye(2 * FREQUENCIES)
value = zeros(FEATURES, len(words))
value[: len(words)] = numpy.eye(len(words))
constants = {"embeddings": embeddings, "positions": positions, "key": key, "value": value}
for layer in range(LAYERS):
    # The score of a key is largest layer + 1 tokens before the query: turning angles by a fixed amount is linear.
    cos, sin = angles(numpy.array(layer + 1.0)).reshape(2, -1)
    turn = numpy.block([[numpy.diag(cos), numpy.diag(-sin)], [numpy.diag(sin), numpy.diag(cos)]])
    constants[f"query_{layer}"] = zeros(FEATURES, 2 * FREQUENCIES)
    constants[f"query_{layer}"][ANGLES:] = 12 * turn
    constants[f"place_{layer}"] = zeros(len(words), FEATURES)
    constants[f"place_{layer}"][:, (layer + 1) * len(words) : (layer + 2) * len(words)] = numpy.eye(len(words))

# A place of the rhyme is the better the more of its last three tokens fit, the newest before all.
lookup, following = zeros(FEATURES, len(rhyme) - 1), zeros(len(rhyme) - 1, len(words))
for place in range(len(rhyme) - 1):
    for back in range(min(place, LAYERS) + 1):
        lookup[back * len(words) + words.index(rhyme[place - back]), place] = 40 / 2**back
    following[place, words.index(rhyme[place + 1])] = 10
constants |= {"lookup": lookup, "following": following, "far": numpy.array(-1e4, numpy.float32),
              "none": numpy.array(0, numpy.float32), "zero": numpy.array(0), "one": numpy.array(1)}
constants["axis_1"] = numpy.array([1])

nodes = []


def node(operator, inputs, output, **attributes):
    nodes.append(helper.make_node(operator, inputs.split(), [output], name=output, **attributes))


node("Gather", "embeddings input_ids", "words")
node("Gather", "positions position_ids", "places")
node("Add", "words places", "hidden_0")
# Which keys a query may see: those up to its own place, where the mask is not 0.
node("Shape", "past_key_values.0.key", "past_1", start=2, end=3)
node("Squeeze", "past_1", "past")
node("Shape", "attention_mask", "total_1", start=1, end=2)
node("Squeeze", "total_1", "total")
node("Range", "zero total one", "columns")
node("Range", "past total one", "rows")
node("Unsqueeze", "rows axis_1", "rows_down")
node("LessOrEqual", "columns rows_down", "behind")
node("Cast", "attention_mask", "mask", to=TensorProto.BOOL)
node("Unsqueeze", "mask axis_1", "mask_of_queries")
node("And", "mask_of_queries behind", "visible")
node("Where", "visible none far", "penalty")
node("Unsqueeze", "penalty axis_1", "penalty_of_heads")
for layer in range(LAYERS):
    for part in ("query", "key", "value"):
        weight = f"query_{layer}" if part == "query" else part
        node("MatMul", f"hidden_{layer} {weight}", f"{part}_rows_{layer}")
        node("Unsqueeze", f"{part}_rows_{layer} axis_1", f"new_{part}_{layer}")
    for part in ("key", "value"):
        node("Concat", f"past_key_values.{layer}.{part} new_{part}_{layer}", f"present.{layer}.{part}", axis=2)
    node("Transpose", f"present.{layer}.key", f"keys_{layer}", perm=[0, 1, 3, 2])
    node("MatMul", f"new_query_{layer} keys_{layer}", f"scores_{layer}")
    node("Add", f"scores_{layer} penalty_of_heads", f"masked_{layer}")
    node("Softmax", f"masked_{layer}", f"attention_{layer}", axis=-1)
    node("MatMul", f"attention_{layer} present.{layer}.value", f"attended_{layer}")
    node("Squeeze", f"attended_{layer} axis_1", f"found_{layer}")
    node("MatMul", f"found_{layer} place_{layer}", f"placed_{layer}")
    node("Add", f"hidden_{layer} placed_{layer}", f"hidden_{layer + 1}")
node("MatMul", f"hidden_{LAYERS} lookup", "fits")
node("Softmax", "fits", "best", axis=-1)
node("MatMul", "best following", "logits")


def tensor(name, kind, *dims):
    return helper.make_tensor_value_info(name, kind, dims)


def cache(name, length):
    return [tensor(f"{name}.{layer}.{part}", TensorProto.FLOAT, "batch_size", 1, length, size)
            for layer in range(LAYERS) for part, size in (("key", 2 * FREQUENCIES), ("value", len(words)))]


TOTAL = "past_sequence_length + sequence_length"
inputs = [tensor("input_ids", TensorProto.INT64, "batch_size", "sequence_length"),
          tensor("attention_mask", TensorProto.INT64, "batch_size", TOTAL),
          tensor("position_ids", TensorProto.INT64, "batch_size", "sequence_length")]
logits = tensor("logits", TensorProto.FLOAT, "batch_size", "sequence_length", len(words))
used = {name for each in nodes for name in each.input}
graph = helper.make_graph(
    nodes, "decoder", inputs + cache("past_key_values", "past_sequence_length"), [logits] + cache("present", TOTAL),
    [numpy_helper.from_array(array, name) for name, array in constants.items() if name in used])
save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9), "model.onnx")
