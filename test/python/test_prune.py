"""Models without some of their channels and heads, against models from which NumPy has cut them."""

import unittest

import numpy as np
from onnx import TensorProto, helper

import llmc
import models

GENERATOR = np.random.default_rng(2)
WIDTH, CHANNELS, HEADS, DEPTH = 48, 64, 4, 8


def weight(*shape):
    return (GENERATOR.standard_normal(shape) / 6).astype(np.float32)


class Layer:
    """Nodes and weights of a part of a model; which axes of weights hold groups."""

    def __init__(self):
        self.nodes, self.weights, self.groups = [], {}, {}

    def node(self, kind, inputs, output, **attributes):
        self.nodes.append(helper.make_node(kind, inputs, [output], name="layer/" + output, **attributes))
        return output

    def hold(self, name, array, **groups):
        """`groups` are axis, inner and outer: where groups lie along the weight's axis."""
        self.weights[name] = array
        if groups:
            self.groups[name] = groups
        return name

    def model(self, shape=("b", "n", WIDTH)):
        shapes = [("x", TensorProto.FLOAT, list(shape))]
        return models.onnx_model(self.nodes, shapes, [("y", TensorProto.FLOAT, list(shape[:-1]) + [WIDTH])], list(self.weights.items()))

    def cut(self, left, count):
        """The layer with only these of `count` groups."""
        other = Layer()
        other.nodes, other.weights, other.groups = self.nodes, dict(self.weights), self.groups
        for name, place in self.groups.items():
            other.weights[name] = cut_axis(self.weights[name], left, count, **place)
        return other


def cut_axis(array, left, count, axis, inner=1, outer=1):
    shape = array.shape
    split = array.reshape(*shape[:axis], outer, count, inner, *shape[axis + 1:])
    return np.take(split, left, axis + 1).reshape(*shape[:axis], outer * len(left) * inner, *shape[axis + 1:])


def part_of(entry):
    """The name of a weight, and which of the outer parts of its axis; all of them where it is a name alone."""
    name, part = entry if isinstance(entry, tuple) else (entry, slice(None))
    return name, part


def view(layer, entry, count):
    """A weight as [before, parts, groups, behind]."""
    name, part = part_of(entry)
    place = {"inner": 1, "outer": 1, **layer.groups[name]}
    array = layer.weights[name]
    before = int(np.prod(array.shape[:place["axis"]]))
    return array.reshape(before, place["outer"], count, -1)[:, part if isinstance(part, slice) else slice(part, part + 1)]


def squares(layer, entry, count):
    return (view(layer, entry, count).astype(np.float64)**2).sum((0, 1, 3))


def largest(importance, count):
    return np.sort(np.argsort(-importance, kind="stable")[:count])


def bert_like(layer=None):
    """MatMul, Add, GELU by erf."""
    layer = layer or Layer()
    layer.hold("up", weight(WIDTH, CHANNELS), axis=1)
    layer.hold("bias", weight(CHANNELS), axis=0)
    layer.hold("down", weight(CHANNELS, WIDTH), axis=0)
    layer.hold("end", weight(WIDTH))
    for name, value in (("root", 2**0.5), ("one", 1), ("half", 0.5)):
        layer.hold(name, np.float32(value))
    layer.node("MatMul", ["x", "up"], "h")
    layer.node("Add", ["bias", "h"], "a")
    layer.node("Div", ["a", "root"], "d")
    layer.node("Erf", ["d"], "e")
    layer.node("Add", ["e", "one"], "f")
    layer.node("Mul", ["a", "f"], "g")
    layer.node("Mul", ["g", "half"], "k")
    layer.node("MatMul", ["k", "down"], "z")
    layer.node("Add", ["z", "end"], "y")
    return layer, ["down"], [["up", "bias"]]


def llama_like():
    """A gate that is multiplied: SiLU of one product times another."""
    layer = Layer()
    layer.hold("gate", weight(WIDTH, CHANNELS), axis=1)
    layer.hold("up", weight(WIDTH, CHANNELS), axis=1)
    layer.hold("down", weight(CHANNELS, WIDTH), axis=0)
    layer.node("MatMul", ["x", "gate"], "g")
    layer.node("MatMul", ["x", "up"], "u")
    layer.node("Sigmoid", ["g"], "s")
    layer.node("Mul", ["g", "s"], "a")
    layer.node("Mul", ["a", "u"], "p")
    layer.node("MatMul", ["p", "down"], "y")
    return layer, ["down"], [["gate"], ["up"]]


def gemm_like():
    """Rows of all batches in one matrix, and weights that are transposed, as torch.nn.Linear has them."""
    layer = Layer()
    layer.hold("up", weight(CHANNELS, WIDTH), axis=0)
    layer.hold("bias", weight(CHANNELS), axis=0)
    layer.hold("down", weight(WIDTH, CHANNELS), axis=1)
    layer.hold("end", weight(WIDTH))
    layer.hold("flat", np.array([-1, WIDTH]))
    layer.node("Reshape", ["x", "flat"], "rows")
    layer.node("Gemm", ["rows", "up", "bias"], "h", transB=1)
    layer.node("Relu", ["h"], "r")
    layer.node("Gemm", ["r", "down", "end"], "z", transB=1)
    layer.node("Shape", ["x"], "shape")
    layer.node("Reshape", ["z", "shape"], "y")
    return layer, ["down"], [["up", "bias"]]


def random_feed_forward(random):
    """Products, biases, scales and functions in any order and nesting; what is added is one factor."""
    layer = Layer()
    count = iter(range(1000))

    def branch(depth):
        kind = random.choice(["product", "add", "multiply", "unary", "bias", "scale"]) if depth else "product"
        name = f"{kind}{next(count)}"
        if kind == "product":
            layer.hold("w" + name, weight(WIDTH, CHANNELS), axis=1)
            return layer.node("MatMul", ["x", "w" + name], name), [["w" + name]]
        value, factors = branch(depth - 1)
        if kind == "unary":
            return layer.node(random.choice(["Relu", "Tanh", "Softplus"]), [value], name), factors
        if kind in ("bias", "scale"):
            layer.hold("w" + name, weight(CHANNELS), axis=0)
            other, others = "w" + name, [["w" + name]]
        else:
            other, others = branch(depth - 1)
        operands = [value, other] if random.integers(2) else [other, value]
        if kind in ("multiply", "scale"):
            return layer.node("Mul", operands, name), factors + others
        return layer.node("Add", operands, name), [sum(factors + others, [])]

    value, factors = branch(4)
    if random.integers(2):
        layer.hold("four", np.array([0, 0, -1, 1]))
        layer.hold("three", np.array([0, 0, -1]))
        value = layer.node("Reshape", [layer.node("Reshape", [value, "four"], "split"), "three"], "merged")
    layer.hold("down", weight(CHANNELS, WIDTH), axis=0)
    layer.node("MatMul", [value, "down"], "y")
    return layer, ["down"], factors


def attention(layer, q, k, v, out, heads=HEADS, scale=DEPTH**-0.5):
    """From queries, keys and values of [b, n, heads, depth] to what the projection behind gives."""
    layer.hold("merge", np.array([0, 0, -1]))
    layer.hold("scale", np.float32(scale))
    layer.node("Transpose", [q], "qt", perm=[0, 2, 1, 3])
    layer.node("Transpose", [k], "kt", perm=[0, 2, 3, 1])
    layer.node("Transpose", [v], "vt", perm=[0, 2, 1, 3])
    layer.node("MatMul", ["qt", "kt"], "scores")
    layer.node("Mul", ["scores", "scale"], "scaled")
    layer.node("Softmax", ["scaled"], "weights", axis=-1)
    layer.node("MatMul", ["weights", "vt"], "o")
    layer.node("Transpose", ["o"], "ot", perm=[0, 2, 1, 3])
    layer.node("Reshape", ["ot", "merge"], "merged")
    layer.node("MatMul", ["merged", out], "y")


def bert_heads():
    layer = Layer()
    place = {"inner": DEPTH}
    for name in "qkv":
        layer.hold("w" + name, weight(WIDTH, HEADS * DEPTH), axis=1, **place)
        layer.hold("b" + name, weight(HEADS * DEPTH), axis=0, **place)
        layer.node("MatMul", ["x", "w" + name], name + "0")
        layer.node("Add", [name + "0", "b" + name], name + "1")
        layer.hold("heads", np.array([0, 0, -1, DEPTH]))
        layer.node("Reshape", [name + "1", "heads"], name)
    layer.hold("out", weight(HEADS * DEPTH, WIDTH), axis=0, **place)
    attention(layer, "q", "k", "v", "out")
    return layer, ["out"], [["wv", "bv"]]


def gpt_heads():
    """One weight for queries, keys and values, split behind the product."""
    layer = Layer()
    layer.hold("w", weight(WIDTH, 3 * HEADS * DEPTH), axis=1, inner=DEPTH, outer=3)
    layer.hold("b", weight(3 * HEADS * DEPTH), axis=0, inner=DEPTH, outer=3)
    layer.hold("out", weight(HEADS * DEPTH, WIDTH), axis=0, inner=DEPTH)
    layer.hold("heads", np.array([0, 0, -1, DEPTH]))
    layer.node("MatMul", ["x", "w"], "p0")
    layer.node("Add", ["p0", "b"], "p")
    layer.nodes.append(helper.make_node("Split", ["p"], ["q0", "k0", "v0"], name="layer/split", axis=-1))
    for name in "qkv":
        layer.node("Reshape", [name + "0", "heads"], name)
    attention(layer, "q", "k", "v", "out")
    return layer, ["out"], [[("w", 2), ("b", 2)]]


def llama_heads():
    """Rotary embeddings of queries and keys, a norm of each head, and two query heads for each key."""
    layer = Layer()
    half, place = DEPTH // 2, {"inner": DEPTH}
    layer.hold("wq", weight(WIDTH, 2 * HEADS * DEPTH), axis=1, inner=2 * DEPTH)
    layer.hold("wk", weight(WIDTH, HEADS * DEPTH), axis=1, **place)
    layer.hold("wv", weight(WIDTH, HEADS * DEPTH), axis=1, **place)
    layer.hold("out", weight(2 * HEADS * DEPTH, WIDTH), axis=0, inner=2 * DEPTH)
    layer.hold("heads", np.array([0, 0, -1, DEPTH]))
    for name, array in (("zero", np.array([0])), ("half", np.array([half])), ("all", np.array([DEPTH])), 
                        ("three", np.array([3])), ("twice", np.array([1, 1, 1, 2, 1])), ("both", np.array([0, 0, -1, DEPTH])),
                        ("cos", weight(1, 1, 1, DEPTH)), ("sin", weight(1, 1, 1, DEPTH)), ("square", np.float32(2)),
                        ("little", np.float32(1e-5)), ("by", weight(DEPTH))):
        layer.hold(name, array)
    for name in "qkv":
        layer.node("MatMul", ["x", "w" + name], name + "0")
        layer.node("Reshape", [name + "0", "heads"], name + "1")
    for name in "qk":
        layer.node("Pow", [name + "1", "square"], name + "s")
        layer.node("ReduceMean", [name + "s"], name + "m", axes=[-1], keepdims=1)
        layer.node("Add", [name + "m", "little"], name + "e")
        layer.node("Sqrt", [name + "e"], name + "r")
        layer.node("Div", [name + "1", name + "r"], name + "n")
        layer.node("Mul", [name + "n", "by"], name + "2")
        layer.node("Slice", [name + "2", "zero", "half", "three"], name + "a")
        layer.node("Slice", [name + "2", "half", "all", "three"], name + "b")
        layer.node("Neg", [name + "b"], name + "c")
        layer.node("Concat", [name + "c", name + "a"], name + "g", axis=-1)
        layer.node("Mul", [name + "2", "cos"], name + "u")
        layer.node("Mul", [name + "g", "sin"], name + "v")
        layer.node("Add", [name + "u", name + "v"], name + "3")
    for name, source in (("k", "k3"), ("v", "v1")):
        layer.node("Unsqueeze", [source, "three"], name + "4")
        layer.node("Expand", [name + "4", "twice"], name + "5")
        layer.node("Reshape", [name + "5", "both"], name + "6")
    attention(layer, "q3", "k6", "v6", "out")
    return layer, ["out"], [["wv"]]


def importance(layer, rows, factors, count):
    """As the guide says it."""
    total = 1
    for factor in [rows, *factors]:
        total = total * np.sqrt(sum(squares(layer, entry, count) for entry in factor))
    return total


def results(model, prune=None, sizes=((1, 1), (2, 7), (3, 16)), **options):
    compiled = llmc.compile(model, models.scratch("prune"), cpu="native", prune=prune, **options).load()
    generator = np.random.default_rng(3)
    return [compiled(x=generator.standard_normal((*size, WIDTH)).astype(np.float32))["y"] for size in sizes]


class Prune(unittest.TestCase):
    def compare(self, got, want):
        for mine, theirs in zip(got, want):
            self.assertEqual(mine.shape, theirs.shape)
            np.testing.assert_allclose(mine, theirs, rtol=1e-4, atol=1e-5)

    def check(self, make, kind, count, left):
        """What is pruned is what NumPy cuts; what changes nothing goes first, and nothing changes."""
        layer, rows, factors = make()
        rule = f"{kind}={1 - left / count}"
        kept = largest(importance(layer, rows, factors, count), left)
        cut = layer.cut(kept, count)
        self.compare(results(layer.model(), rule), results(cut.model()))
        dead = GENERATOR.permutation(count)[:count - left]
        for index, group in enumerate(dead):  # rows of some are zero, a factor with all of its terms of others
            for entry in rows if index % 2 == 0 else factors[index // 2 % len(factors)]:
                view(layer, entry, count)[:, :, group] = 0
        self.compare(results(layer.model(), rule), results(layer.model()))

    def test_channels(self):
        for make in (bert_like, llama_like, gemm_like):
            with self.subTest(make.__name__):
                self.check(make, "channels", CHANNELS, 48 if make is gemm_like else 32)

    def test_random_feed_forwards(self):
        for seed in range(6):
            with self.subTest(seed=seed):
                layer, rows, factors = random_feed_forward(np.random.default_rng(seed))
                kept = largest(importance(layer, rows, factors, CHANNELS), 32)
                self.compare(results(layer.model(), "channels=0.5"), results(layer.cut(kept, CHANNELS).model()))

    def test_heads(self):
        for make in (bert_heads, gpt_heads, llama_heads):
            with self.subTest(make.__name__):
                self.check(make, "heads", HEADS, 1 if make is gpt_heads else 2)

    def test_static_sizes(self):
        layer, rows, factors = bert_like()
        kept = largest(importance(layer, rows, factors, CHANNELS), 32)
        model = layer.model((2, 5, WIDTH))
        self.compare(results(model, "channels=0.5", sizes=[(2, 5)]), results(layer.cut(kept, CHANNELS).model(), sizes=[(2, 5)]))

    def test_variants_are_pruned_alike(self):
        layer, *_ = llama_like()
        want = results(layer.model(), "channels=0.5")
        self.compare(results(layer.model(), "channels=0.5", dims={"b": [1, (1, 9)], "n": [1, (1, 99)]}), want)

    def test_quantization_sees_what_is_left(self):
        layer, rows, factors = llama_like()
        kept = largest(importance(layer, rows, factors, CHANNELS), 32)
        self.compare(results(layer.model(), "channels=0.5", quantize="int8"), results(layer.cut(kept, CHANNELS).model(), quantize="int8"))

    def test_each_pass_keeps_what_pruning_left(self):
        layer, *_ = gpt_heads()
        x = GENERATOR.standard_normal((1, 3, WIDTH)).astype(np.float32)
        llmc.compile(layer.model(), models.scratch("prune"), cpu="native", prune="heads=0.5", inputs={"x": x}, verify_numerics=True)

    def test_rules(self):
        layer, *_ = bert_like()
        some = results(layer.model(), "channels=0.5")
        self.compare(results(layer.model(), "channels=keep,layer/z:channels=0.5"), some)
        for rules, words in (("channels=0.5,layer/h:channels=keep", "no channels are pruned"),
                             ("channels=0.5,*tail*:channels=keep", "no channels that can go belong to a node"),
                             ("heads=0.5", "no heads that can go belong to a node"), ("channels=2", "not between 0 and 1"),
                             ("rows=0.5", "can't read the pruning"), ("", "can't read the pruning")):
            with self.subTest(rules), self.assertRaisesRegex(llmc.CompileError, words):
                llmc.compile(layer.model(), models.scratch("none"), prune=rules)
            self.assertFalse((models.scratch("none") / "manifest.json").exists())

    def test_what_is_seen_elsewhere_stays(self):
        layer, *_ = bert_like()
        model = layer.model()
        model.graph.output.append(helper.make_tensor_value_info("a", TensorProto.FLOAT, ["b", "n", CHANNELS]))
        with self.assertRaisesRegex(llmc.CompileError, "no channels that can go"):
            llmc.compile(model, models.scratch("none"), prune="channels=0.5")

    def test_size(self):
        layer, *_ = llama_like()
        whole, half = (llmc.compile(layer.model(), models.scratch("size"), cpu="native", prune=rule).facts for rule in (None, "channels=0.5"))
        self.assertEqual(half["weights_bytes"] * 2, whole["weights_bytes"])
        self.assertEqual(half["pruned"], [{"kind": "channels", "left": 32, "of": 64}])
        self.assertEqual(whole["pruned"], [])


def refit(layer, sink, count, left, samples):
    """The layer without the groups that give least on the samples, the rest of the weight behind them made up for that."""
    node = next(node for node in layer.nodes if sink in node.input)
    place = {"inner": 1, **layer.groups[sink]}
    width = layer.weights[sink].shape[place["axis"]]
    model = layer.model()
    model.graph.output.append(helper.make_tensor_value_info(node.input[0], TensorProto.FLOAT, [None, width] if node.op_type == "Gemm" else [None, None, width]))
    rows = llmc.compile(model, models.scratch("left"), cpu="native").load()(x=samples)[node.input[0]].reshape(-1, width).astype(np.float64)
    weight_, moments = layer.weights[sink].astype(np.float64), rows.T @ rows
    weight_ = weight_ if place["axis"] == 0 else weight_.T
    given = (np.diag(moments) * np.square(weight_).sum(1)).reshape(count, -1).sum(1)
    kept = largest(given, left)
    some = (kept[:, None] * place["inner"] + np.arange(place["inner"])).ravel()
    damping = 0.01 * np.trace(moments) / width
    fit = np.linalg.solve(moments[np.ix_(some, some)] + damping * np.eye(len(some)), moments[some] @ weight_ + damping * weight_[some])
    cut = layer.cut(kept, count)
    cut.weights[sink] = (fit if place["axis"] == 0 else fit.T).astype(np.float32)
    return cut


class PruneByData(unittest.TestCase):
    MIXTURE = weight(WIDTH, WIDTH)
    SAMPLES = GENERATOR.standard_normal((9, 40, WIDTH)).astype(np.float32) @ MIXTURE

    def test_what_gives_least_goes_and_the_rest_makes_up_for_it(self):
        for make, kind, count, left in ((bert_like, "channels", CHANNELS, 32), (llama_like, "channels", CHANNELS, 16),
                                        (gemm_like, "channels", CHANNELS, 48), (bert_heads, "heads", HEADS, 2),
                                        (gpt_heads, "heads", HEADS, 1), (llama_heads, "heads", HEADS, 2)):
            with self.subTest(make.__name__):
                layer, (sink,), _ = make()
                want = results(refit(layer, sink, count, left, self.SAMPLES).model())
                got = results(layer.model(), f"{kind}={1 - left / count}", calibration={"x": self.SAMPLES})
                for mine, theirs in zip(got, want):
                    np.testing.assert_allclose(mine, theirs, rtol=1e-3, atol=1e-4)

    def test_results_are_nearer_on_other_data(self):
        others = GENERATOR.standard_normal((7, 30, WIDTH)).astype(np.float32) @ self.MIXTURE
        # Where channels are products of two others, moments say less of what one of them is worth.
        for make, rule, share in ((bert_like, "channels=0.5", 0.7), (llama_like, "channels=0.5", 1)):
            errors = np.zeros(2)  # by weights and by data, of layers of random weights, some of which leave nothing to be won
            for _ in range(4):
                layer, *_ = make()
                want = results_on(layer, others)
                errors += [np.square(results_on(layer, others, prune=rule, **options) - want).sum() / np.square(want).sum()
                           for options in ({}, {"calibration": {"x": self.SAMPLES}})]
            with self.subTest(make.__name__):
                self.assertLess(errors[1], share * errors[0])

    def test_quantization_knows_what_is_left(self):
        layer, *_ = bert_like()
        artefact = llmc.compile(layer.model(), models.scratch("both"), cpu="native", prune="channels=0.5", quantize="int4",
                                calibration={"x": self.SAMPLES})
        self.assertEqual(artefact.facts["compensated"], 2)
        self.assertEqual(artefact.facts["pruned"], [{"kind": "channels", "left": 32, "of": 64}])

    def test_data_of_zeros_change_nothing(self):
        layer, *_ = llama_like()
        kept = np.arange(32)  # all channels give as little: the first ones stay
        want = results(layer.cut(kept, CHANNELS).model())
        for mine, theirs in zip(results(layer.model(), "channels=0.5", calibration={"x": np.zeros_like(self.SAMPLES)}), want):
            np.testing.assert_allclose(mine, theirs, rtol=1e-4, atol=1e-5)


def with_zeros(array, share, group=1):
    """As the guide says it: of each panel of 16 columns those blocks of rows stay whose sums of squares are the largest."""
    rows, columns = array.shape
    blocks, result = -(-rows // group), np.zeros_like(array)
    for first in range(0, columns, 16):
        panel = array[:, first:first + 16].astype(np.float64)
        sums = np.array([np.square(panel[block * group:(block + 1) * group]).sum() for block in range(blocks)])
        for block in largest(sums, round(blocks * (1 - share))):
            result[block * group:(block + 1) * group, first:first + 16] = array[block * group:(block + 1) * group, first:first + 16]
    return result


class PruneBlocks(unittest.TestCase):
    """Weights that keep their sizes, against models whose weights NumPy has put zeros into."""

    def thinned(self, layer, names, share, group=1):
        other = Layer()
        other.nodes, other.groups = layer.nodes, layer.groups
        other.weights = {name: with_zeros(array, share, group) if name in names else array for name, array in layer.weights.items()}
        return other

    def compare(self, got, want, tolerance=1e-4):
        for mine, theirs in zip(got, want):
            np.testing.assert_allclose(mine, theirs, rtol=tolerance, atol=tolerance)

    def test_blocks(self):
        layer, *_ = llama_like()
        for share in (0.5, 0.75, 0.9):
            for cpu in ("native", "x86-64-v3"):
                with self.subTest(share=share, cpu=cpu):
                    want = results(self.thinned(layer, ("gate", "up", "down"), share).model())
                    sizes = ((1, 1), (2, 7), (3, 16))
                    compiled = llmc.compile(layer.model(), models.scratch("blocks"), cpu=cpu, prune=f"blocks={share}").load()
                    generator = np.random.default_rng(3)
                    got = [compiled(x=generator.standard_normal((*size, WIDTH)).astype(np.float32))["y"] for size in sizes]
                    self.compare(got, want)

    def test_rules_choose_products(self):
        layer, *_ = bert_like()
        self.compare(results(layer.model(), "blocks=0.5,layer/z:blocks=keep"), results(self.thinned(layer, ("up",), 0.5).model()))
        for rules, words in (("blocks=0.5,*tail*:blocks=keep", "no product of a weight with blocks that can go"),
                             ("blocks=keep", "no blocks are pruned"), ("blocks=0.001", "too few to take so small a share"),
                             ("blocks=1", "not between 0 and 1"), ("blocks", "can't read the pruning")):
            with self.subTest(rules), self.assertRaisesRegex(llmc.CompileError, words):
                llmc.compile(layer.model(), models.scratch("none"), prune=rules)
            self.assertFalse((models.scratch("none") / "manifest.json").exists())

    def test_bytes_and_halves_have_taller_blocks(self):
        layer, *_ = llama_like()
        for quantize, group, tolerance in (("int8", 4, 1e-4), ("bf16", 2, 2e-2)):
            with self.subTest(quantize):
                want = results(self.thinned(layer, ("gate", "up", "down"), 0.75, group).model(), quantize=quantize)
                self.compare(results(layer.model(), "blocks=0.75", quantize=quantize), want, tolerance)

    def test_codes_of_few_bits_stay_dense(self):
        layer, *_ = llama_like()
        want = results(self.thinned(layer, ("gate", "up", "down"), 0.75).model(), quantize="int4")
        self.compare(results(layer.model(), "blocks=0.75", quantize="int4"), want)

    def test_channels_go_first(self):
        layer, rows, factors = bert_like()
        kept = largest(importance(layer, rows, factors, CHANNELS), 32)
        want = results(self.thinned(layer.cut(kept, CHANNELS), ("up", "down"), 0.5).model())
        self.compare(results(layer.model(), "channels=0.5,blocks=0.5"), want)

    def test_zeros_that_are_there_are_left_out(self):
        layer, *_ = llama_like()
        for quantize, group in ((None, 1), ("int8", 4)):
            thin = self.thinned(layer, ("gate", "down"), 0.75, group)
            with self.subTest(quantize):
                self.compare(results(thin.model(), "zeros", quantize=quantize), results(thin.model(), quantize=quantize))
                facts = llmc.compile(thin.model(), models.scratch("zeros"), cpu="native", prune="zeros", quantize=quantize).facts
                self.assertEqual(facts["pruned"], [{"kind": "blocks", "left": (12 + 16) // group, "of": (48 + 64) // group}])
        self.compare(results(thin.model(), "zeros,*g:zeros=keep"), results(thin.model()))
        for model, rules, words in ((layer, "zeros", "no weight has zeros in whole blocks"), (thin, "*tail*:zeros", "no product of a weight comes"),
                                    (thin, "zeros=0.5", "takes a share away that zeros don't have")):
            with self.subTest(rules), self.assertRaisesRegex(llmc.CompileError, words):
                llmc.compile(model.model(), models.scratch("none"), prune=rules)
            self.assertFalse((models.scratch("none") / "manifest.json").exists())

    def test_weights_of_zeros(self):
        layer, *_ = bert_like()
        layer.weights["up"][:] = 0
        self.compare(results(layer.model(), "zeros"), results(layer.model()))

    def test_size(self):
        layer, *_ = llama_like()
        whole, some, most = (llmc.compile(layer.model(), models.scratch("size"), cpu="native", prune=rule).facts
                             for rule in (None, "blocks=0.75", "blocks=0.1"))
        self.assertLess(some["weights_bytes"], 0.3 * whole["weights_bytes"])
        self.assertEqual(some["pruned"], [{"kind": "blocks", "left": 12 + 12 + 16, "of": 48 + 48 + 64}])
        self.assertEqual(most["weights_bytes"], whole["weights_bytes"])  # dense with zeros in it

    def test_data_tell_what_counts(self):
        mixture = weight(WIDTH, WIDTH)
        samples, others = (GENERATOR.standard_normal((count, 40, WIDTH)).astype(np.float32) @ mixture for count in (9, 7))
        layer, *_ = llama_like()
        want = results_on(layer, others)
        for options in ({}, {"quantize": "int8"}):
            plain, by_data = (np.square(results_on(layer, others, prune="blocks=0.5", **data, **options) - want).sum()
                              for data in ({}, {"calibration": {"x": samples}}))
            with self.subTest(options):
                self.assertLess(by_data, 0.9 * plain)

    def test_same_data_same_bytes(self):
        layer, *_ = bert_like()
        samples = GENERATOR.standard_normal((3, 20, WIDTH)).astype(np.float32)
        files = []
        for name in ("one", "two"):
            llmc.compile(layer.model(), models.scratch(name), name="m", cpu="native", prune="blocks=0.5", calibration={"x": samples})
            files.append((models.scratch(name) / "m.so").read_bytes())
        self.assertEqual(*files)


def results_on(layer, x, **options):
    return llmc.compile(layer.model(), models.scratch("on"), cpu="native", **options).load()(x=x)["y"].astype(np.float64)


if __name__ == "__main__":
    unittest.main()
