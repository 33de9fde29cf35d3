"""Models without some of their layers, against models that were built without them."""

import json
import unittest

import numpy as np
from onnx import TensorProto, helper

import llmc
import models

WIDTH, HIDDEN, HEADS, COUNT = 48, 64, 3, 4
STRENGTHS = (1, 0.2, 1, 0.1)  # of what each layer adds


class Stack:
    """Layers of one kind, of which only those with these numbers are there."""

    def __init__(self, kind, numbers=range(COUNT), keys=(), decomposed=False, scaled=False):
        self.nodes, self.weights, self.outputs, self.decomposed = [], {}, [], decomposed
        self.hold("heads", np.array([0, 0, HEADS, WIDTH // HEADS]))
        self.hold("merge", np.array([0, 0, WIDTH]))
        self.hold("scale", np.float32((WIDTH // HEADS)**-0.5))
        x = "x"
        for number in range(COUNT):
            self.generator = np.random.default_rng(number)
            self.name, self.strength = f"layer{number}", STRENGTHS[number]
            if number in numbers:
                x = getattr(self, kind)(x)
            elif number in keys:
                n = self.norm(x, "n1")
                for side in "qk":  # in the order in which weights are drawn
                    self.split(side, n, "self/" + side)
            if number in keys:
                self.node("Transpose", [f"layer{number}/self/k"], f"keys{number}", perm=[0, 2, 1, 3])
                self.outputs.append((f"keys{number}", [None, HEADS, None, WIDTH // HEADS]))
        self.generator, self.name = np.random.default_rng(99), "end"
        if scaled:
            self.node("Mul", [x, self.hold("two", np.float32(2))], "y")
        else:
            self.node("MatMul", [x, self.weight("head", WIDTH, WIDTH)], "y")

    def hold(self, name, array):
        self.weights[name] = array
        return name

    def node(self, kind, inputs, output, **attributes):
        self.nodes.append(helper.make_node(kind, inputs, [output], name=f"{self.name}/{output}", **attributes))
        return output

    def weight(self, name, *shape, strength=1.0):
        array = self.generator.standard_normal(shape) * strength / np.sqrt(shape[0])
        return self.hold(f"{self.name}/{name}/w", array.astype(np.float32))

    def product(self, x, name, *shape, strength=1.0):
        made = self.node("MatMul", [x, self.weight(name, *shape, strength=strength)], f"{self.name}/{name}/p")
        return self.node("Add", [self.weight(name + "b", shape[1], strength=strength), made], f"{self.name}/{name}")

    def norm(self, x, name):
        out = f"{self.name}/{name}"
        if not self.decomposed:
            return self.node("LayerNormalization", [x, self.hold("ones", np.ones(WIDTH, np.float32))], out, axis=-1, epsilon=1e-5)
        mean = self.node("ReduceMean", [x], out + "/mean", axes=[-1])
        rest = self.node("Sub", [x, mean], out + "/rest")
        square = self.node("Pow", [rest, self.hold("square", np.float32(2))], out + "/square")
        variance = self.node("ReduceMean", [square], out + "/variance", axes=[-1])
        some = self.node("Add", [variance, self.hold("little", np.float32(1e-5))], out + "/some")
        return self.node("Div", [rest, self.node("Sqrt", [some], out + "/root")], out)

    def split(self, kind, x, name):
        flat = self.product(x, name + "0", WIDTH, WIDTH)
        return self.node("Reshape", [flat, "heads"], f"{self.name}/{name}")

    def attention(self, x, other, name):
        place = f"{self.name}/{name}"
        q, k, v = (self.split(kind, source, f"{name}/{kind}") for kind, source in (("q", x), ("k", other), ("v", other)))
        q = self.node("Transpose", [q], place + "/qt", perm=[0, 2, 1, 3])
        k = self.node("Transpose", [k], place + "/kt", perm=[0, 2, 3, 1])
        v = self.node("Transpose", [v], place + "/vt", perm=[0, 2, 1, 3])
        scaled = self.node("Mul", [self.node("MatMul", [q, k], place + "/scores"), "scale"], place + "/scaled")
        out = self.node("MatMul", [self.node("Softmax", [scaled], place + "/weights", axis=-1), v], place + "/o")
        merged = self.node("Reshape", [self.node("Transpose", [out], place + "/ot", perm=[0, 2, 1, 3]), "merge"], place + "/merged")
        return self.product(merged, name + "/out", WIDTH, WIDTH, strength=self.strength)

    def feed_forward(self, x):
        hidden = self.node("Tanh", [self.product(x, "up", WIDTH, HIDDEN)], f"{self.name}/tanh")
        return self.product(hidden, "down", HIDDEN, WIDTH, strength=self.strength)

    def add(self, a, b, name):
        return self.node("Add", [a, b], f"{self.name}/{name}")

    def pre(self, x):
        n = self.norm(x, "n1")
        x = self.add(x, self.attention(n, n, "self"), "add1")
        return self.add(self.feed_forward(self.norm(x, "n2")), x, "add2")

    def post(self, x):
        x = self.norm(self.add(self.attention(x, x, "self"), x, "add1"), "n1")
        return self.norm(self.add(x, self.feed_forward(x), "add2"), "n2")

    def parallel(self, x):
        n = self.norm(x, "n1")
        return self.add(self.add(self.attention(n, n, "self"), self.feed_forward(n), "both"), x, "add")

    def cross(self, x):
        n = self.norm(x, "n1")
        x = self.add(x, self.attention(n, n, "self"), "add1")
        x = self.add(x, self.attention(self.norm(x, "n2"), "encoded", "cross"), "add2")
        return self.add(x, self.feed_forward(self.norm(x, "n3")), "add3")

    def model(self):
        inputs = [("x", TensorProto.FLOAT, ["b", "n", WIDTH])]
        if any("encoded" in node.input for node in self.nodes):
            inputs.append(("encoded", TensorProto.FLOAT, ["b", "m", WIDTH]))
        outputs = [("y", TensorProto.FLOAT, ["b", "n", WIDTH])] + [(name, TensorProto.FLOAT, shape) for name, shape in self.outputs]
        return models.onnx_model(self.nodes, inputs, outputs, list(self.weights.items()))


def samples(model, size, seed=0):
    generator = np.random.default_rng(seed)
    return {given.name: generator.standard_normal((*size, WIDTH)).astype(np.float32) for given in model.graph.input}


def results(model, sizes=((1, 1), (2, 7), (3, 16)), **options):
    compiled = llmc.compile(model, models.scratch("layers"), cpu="native", **options).load()
    return [compiled(**samples(model, size, seed)) for seed, size in enumerate(sizes)]


DATA = {kind: samples(Stack(kind).model(), (8, 12), 9) for kind in ("pre", "post", "parallel", "cross")}


class PruneLayers(unittest.TestCase):
    def compare(self, got, want):
        for mine, theirs in zip(got, want):
            self.assertEqual(sorted(mine), sorted(theirs))
            for name in theirs:
                np.testing.assert_allclose(mine[name], theirs[name], rtol=1e-4, atol=1e-5)

    def test_named_layers_go(self):
        for kind, decomposed, gone in (("pre", False, (1, 2)), ("pre", True, (3,)), ("post", False, (3,)), ("post", True, (0, 2, 3)),
                                       ("parallel", False, (0,)), ("parallel", True, (1, 3)), ("cross", False, (1, 2)), ("cross", True, (3,))):
            with self.subTest(kind, decomposed=decomposed, gone=gone):
                rules = ",".join(f"layer{number}/*:layers=drop" for number in gone)
                left = [number for number in range(COUNT) if number not in gone]
                self.compare(results(Stack(kind, decomposed=decomposed).model(), prune=rules),
                             results(Stack(kind, left, decomposed=decomposed).model()))

    def test_those_go_that_change_least_on_data(self):
        for kind, data in DATA.items():
            rules = (("layers=1", (0, 1, 2)), ("layers=0.5", (0, 2)), ("layers=1,layer3/*:layers=keep", (0, 2, 3)),
                     ("layers=1,layer0/*:layers=drop", (1, 2)))
            for rule, left in rules if kind == "post" else (("layers=2", (0, 2)),):
                with self.subTest(kind, rule=rule):
                    self.compare(results(Stack(kind).model(), prune=rule, calibration=data), results(Stack(kind, left).model()))

    def test_keys_that_are_outputs_stay(self):
        got = results(Stack("pre", keys=(1, 2)).model(), prune="layer1/*:layers=drop")
        self.compare(got, results(Stack("pre", (0, 2, 3), keys=(1, 2)).model()))

    def test_one_layer_of_one_stays(self):
        for kind in ("pre", "parallel"):
            with self.subTest(kind), self.assertRaisesRegex(llmc.CompileError, "all 1 layers that can go would"):
                results(Stack(kind, (0,)).model(), prune="layer0/*:layers=drop")

    def test_other_data_see_what_is_left(self):
        """Channels, and bytes, are chosen by what a model without the layers gives."""
        for others in ({"prune": "channels=0.6"}, {"prune": "weights=0.5"}, {"quantize": "int8-static"}):
            with self.subTest(others):
                both = {**others, "prune": ",".join(["layers=2", *filter(None, [others.get("prune")])])}
                self.compare(results(Stack("post").model(), calibration=DATA["post"], **both),
                             results(Stack("post", (0, 2)).model(), calibration=DATA["post"], **others))

    def test_variants_lose_the_same(self):
        dims = {"b": [1, (1, 9)], "n": [7, (1, 99)]}
        self.compare(results(Stack("pre").model(), prune="layers=2", calibration=DATA["pre"], dims=dims), results(Stack("pre", (0, 2)).model()))

    def test_each_pass_keeps_what_is_left(self):
        model = Stack("parallel").model()
        llmc.compile(model, models.scratch("verified"), cpu="native", prune="layer2/*:layers=drop", inputs=samples(model, (1, 3)),
                     verify_numerics=True)

    def test_record(self):
        artefact = llmc.compile(Stack("post").model(), models.scratch("record"), cpu="native", prune="layers=0.25", calibration=DATA["post"])
        self.assertEqual(artefact.facts["pruned"], [{"kind": "layers", "left": 3, "of": 4}])
        (entry,) = json.loads((models.scratch("record") / "manifest.json").read_text())["pruning"]
        self.assertEqual((entry["kind"], entry["left"], entry["of"]), ("layers", 3, 4))
        self.assertIn("layer3/layer3/up/p", entry["nodes"])
        self.assertTrue(all(node.startswith("layer3/") for node in entry["nodes"]))
        model = Stack("post").model()
        model.graph.output.extend(helper.make_tensor_value_info(f"layer{number}/n2", TensorProto.FLOAT, ["b", "n", WIDTH]) for number in (2, 3))
        got = llmc.compile(model, models.scratch("whole"), cpu="native").load()(**DATA["post"])
        before, behind = (got[f"layer{number}/n2"].astype(np.float64) for number in (2, 3))
        cosines = (before * behind).sum(-1) / np.linalg.norm(before, axis=-1) / np.linalg.norm(behind, axis=-1)
        self.assertEqual(entry["why"], f"they change what goes through them least on the calibration data, by {1 - cosines.mean():.3f}")

    def test_rules(self):
        model = Stack("pre").model()
        data = {"calibration": DATA["pre"]}
        for rules, options, words in (("layers=2", {}, "only data tell which these are; try: --calibration"),
                                      ("layers=5", data, "takes more layers than the 4 that it is for"),
                                      ("layers=4", data, "all 4 layers that can go would"),
                                      ("layers=drop", {}, "all 4 layers that can go would"),
                                      ("layers=0.1", data, "4 are too few to take so small a share of them away"),
                                      ("layers=keep", {}, "no layers are pruned"),
                                      ("layers=1,*tail*:layers=keep", data, 'no layer that can go has a node that "\\*tail\\*:layers=keep" names'),
                                      ("layers=1.5", data, "neither a number of layers nor a share"),
                                      ("layers=-1", data, "neither a number of layers nor a share"),
                                      ("layers", data, "can't read the pruning")):
            with self.subTest(rules), self.assertRaisesRegex(llmc.CompileError, words):
                llmc.compile(model, models.scratch("none"), prune=rules, **options)
            self.assertFalse((models.scratch("none") / "manifest.json").exists())

    def test_data_that_are_not_finite(self):
        data = {"x": np.full_like(DATA["pre"]["x"], 1e30)}
        with self.assertRaisesRegex(llmc.CompileError, "what goes through layer 0 is not finite"):
            llmc.compile(Stack("pre").model(), models.scratch("none"), prune="layers=1", calibration=data)

    def test_what_is_read_elsewhere_stays(self):
        stack = Stack("pre")
        stack.nodes[-1].output[0] = "late"
        stack.name = "seen"
        stack.node("MatMul", ["layer1/add1", stack.weight("more", WIDTH, WIDTH)], "more")
        stack.add("more", "late", "last")
        stack.nodes[-1].output[0] = "y"
        with self.assertRaisesRegex(llmc.CompileError, 'what it computes is read elsewhere, by .*"seen/more"'):
            results(stack.model(), prune="layer1/*:layers=drop")
        self.assertEqual(llmc.compile(stack.model(), models.scratch("seen"), cpu="native", prune="layer0/*:layers=drop").facts["pruned"],
                         [{"kind": "layers", "left": 2, "of": 3}])

    def test_what_stands_behind_the_last_sum_stays(self):
        model = Stack("pre", scaled=True).model()
        with self.assertRaisesRegex(llmc.CompileError, "no layer that can go has a node"):
            results(model, prune="layer3/layer3/up/p:layers=drop")
        self.compare(results(model, prune="layer1/*:layers=drop"), results(Stack("pre", (0, 2, 3), scaled=True).model()))


if __name__ == "__main__":
    unittest.main()
