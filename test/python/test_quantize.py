"""Products of bytes in place of those of floats, against the same rounding in NumPy; and how near both are to floats."""

import unittest

import numpy as np
from onnx import TensorProto, helper

import llmc
import models

GENERATOR = np.random.default_rng(1)


def steps_along(matrix, axis):
    return np.abs(matrix).max(axis, keepdims=True) * np.float32(1 / 127)


def rounded(matrix, steps):
    return np.rint(matrix / np.where(steps == 0, np.float32(1), steps)).astype(np.int32)


def product_of_bytes(rows, weight):
    left, right = steps_along(rows, 1), steps_along(weight, 0)
    return (rounded(rows, left) @ rounded(weight, right)).astype(np.float32) * (left * right)


def two_layers(first, second, element=TensorProto.FLOAT):
    return models.onnx_model([helper.make_node("MatMul", ["x", "first"], ["h"], name="body/first"),
                              helper.make_node("MatMul", ["h", "second"], ["y"], name="head")],
                             [("x", element, ["b", "n", first.shape[0]])], [("y", element, ["b", "n", second.shape[1]])],
                             [("first", first), ("second", second)])


def weight(*shape):
    return GENERATOR.standard_normal(shape).astype(np.float32)


def halved(matrix):
    """Rounded to bf16, as f32."""
    bits = np.ascontiguousarray(matrix, np.float32).view(np.uint32)
    rounded_bits = bits + 0x7fff + (bits >> 16 & 1) & 0xffff0000
    return rounded_bits.astype(np.uint32).view(np.float32)


class Halves(unittest.TestCase):
    def test_rounding_is_as_described(self):
        first, second = weight(37, 50), weight(50, 21)
        model = llmc.compile(two_layers(first, second), models.scratch("halves"), cpu="native", precision="bf16").load()
        for batch, rows in ((1, 1), (2, 3), (1, 17), (1, 70), (0, 4)):
            x = GENERATOR.standard_normal((batch, rows, 37)).astype(np.float32)
            flat = x.reshape(-1, 37)
            want = halved(halved(flat) @ halved(first)) @ halved(second)
            got = model(x=x)["y"].reshape(-1, 21)
            # What lies between two numbers of bf16 may fall either way where sums differ in their last bit.
            near = np.isclose(got, want, rtol=1e-5, atol=1e-4)
            self.assertGreater(near.mean() if near.size else 1, 0.9)
            np.testing.assert_allclose(got, flat @ first @ second, atol=0.02 * np.abs(flat @ first @ second).max(initial=1))

    def test_rows_do_not_depend_on_others(self):
        model = llmc.compile(two_layers(weight(64, 96), weight(96, 32)), models.scratch("half-rows"), cpu="native",
                             precision="bf16").load()
        x = GENERATOR.standard_normal((1, 70, 64)).astype(np.float32)
        whole = model(x=x)["y"]
        for row in range(0, 70, 3):
            self.assertEqual(model(x=x[:, row:row + 1])["y"].tobytes(), whole[:, row:row + 1].tobytes())

    def test_rules_come_behind_the_precision(self):
        product = two_layers(weight(64, 64), weight(64, 32))
        narrow, mixed = (llmc.compile(product, models.scratch(name), cpu="native", precision="bf16", quantize=rules)
                         for name, rules in (("narrow", None), ("mixed", "head=float")))
        self.assertGreater(mixed.facts["weights_bytes"], narrow.facts["weights_bytes"])
        with self.assertRaisesRegex(llmc.CompileError, "the precision .bf17. is not known; try: f32, bf16, fp16 or auto"):
            llmc.compile(product, models.scratch("none"), precision="bf17")


def stored_in_halves(first, second):
    """A model of f16, as exporters write it: inputs, weights and outputs are."""
    return two_layers(first.astype(np.float16), second.astype(np.float16), TensorProto.FLOAT16)


def convolution(filters, bias, spatial, **attributes):
    return models.onnx_model([helper.make_node("Conv", ["x", "w", "b"], ["c"], name="conv", **attributes),
                              helper.make_node("Relu", ["c"], ["y"])],
                             [("x", TensorProto.FLOAT, ["batch", filters.shape[1], *spatial])],
                             [("y", TensorProto.FLOAT, ["batch", filters.shape[0], *(f"{axis}_left" for axis in spatial)])],
                             [("w", filters), ("b", bias)])


class HalvesOfConvolutions(unittest.TestCase):
    def check(self, filters, sizes, **attributes):
        model = convolution(filters, weight(filters.shape[0]), ["h", "w"][:filters.ndim - 2], **attributes)
        wide = llmc.compile(model, models.scratch("conv"), cpu="native")
        for level in ("native", "x86-64-v3"):
            narrow = llmc.compile(model, models.scratch("conv-bf16"), cpu=level, precision="bf16")
            self.assertLess(narrow.facts["weights_bytes"], 0.9 * wide.facts["weights_bytes"])
            for size in sizes:
                x = GENERATOR.standard_normal(size).astype(np.float32)
                want, got = wide.load()(x=x)["y"], narrow.load()(x=x)["y"]
                np.testing.assert_allclose(got, want, rtol=0.02, atol=0.01 * np.abs(want).max(initial=1))

    def test_rows_of_channels(self):
        self.check(weight(24, 16, 3) / 7, [(1, 16, 30), (2, 16, 7), (1, 16, 1), (0, 16, 5), (3, 16, 120)],
                   strides=[2], dilations=[2], pads=[1, 1])
        self.check(weight(20, 9, 3, 3) / 9, [(1, 9, 12, 13), (2, 9, 3, 5), (1, 9, 1, 1)], strides=[1, 2], pads=[1, 0, 1, 2])
        self.check(weight(200, 9, 1, 1) / 3, [(1, 9, 12, 13), (1, 9, 1, 1)])

    def test_windows_of_few_channels(self):
        self.check(weight(40, 3, 4, 4) / 7, [(1, 3, 12, 16), (2, 3, 5, 5), (1, 3, 2, 2)], strides=[4, 4])

    def test_too_few_elements_for_a_window(self):
        model = llmc.compile(convolution(weight(24, 16, 9), weight(24), ["n"]), models.scratch("conv-small"), cpu="native",
                             precision="bf16").load()
        self.assertEqual(model(x=np.zeros((1, 16, 8), np.float32))["y"].shape, (1, 24, 0))
        with self.assertRaisesRegex(llmc.ModelError, "conv.*negative"):
            model(x=np.zeros((1, 16, 2), np.float32))


class HalvesOfWeights(unittest.TestCase):
    def test_left_sides_stay_as_they_are(self):
        first, second = weight(37, 50), weight(50, 21)
        model = llmc.compile(two_layers(first, second), models.scratch("fp16"), cpu="native", precision="fp16")
        rounded_to_f16 = [each.astype(np.float16).astype(np.float32) for each in (first, second)]
        self.assertLess(model.facts["weights_bytes"], 0.6 * (first.nbytes + second.nbytes) + 4096)
        for batch, rows in ((1, 1), (2, 3), (1, 17), (3, 70), (0, 4)):
            x = GENERATOR.standard_normal((batch, rows, 37)).astype(np.float32)
            np.testing.assert_allclose(model.load()(x=x)["y"], x @ rounded_to_f16[0] @ rounded_to_f16[1], rtol=1e-4, atol=1e-3)

    def test_no_number_is_too_large_or_too_small(self):
        first, second = weight(40, 33), weight(33, 18)
        first *= np.float32(10.0) ** GENERATOR.integers(-30, 30, 33).astype(np.float32)
        second /= np.abs(first).max(0)[:, None]
        first[:, 5], second[5] = 0, 1  # a column without any
        model = llmc.compile(two_layers(first, second), models.scratch("fp16-ranges"), cpu="native", precision="fp16").load()
        x = GENERATOR.standard_normal((1, 9, 40)).astype(np.float32)
        want = x.astype(np.float64) @ first.astype(np.float64) @ second.astype(np.float64)
        np.testing.assert_allclose(model(x=x)["y"], want, rtol=2e-3, atol=2e-3 * np.abs(want).max())

    def test_picked_rows_have_units_of_their_own(self):
        table = weight(100, 24) * np.float32(10.0) ** np.arange(-35, 35, 0.7, np.float32)[:100, None]
        model = models.onnx_model([helper.make_node("Gather", ["table", "i"], ["y"], name="embed")],
                                  [("i", TensorProto.INT64, ["n"])], [("y", TensorProto.FLOAT, ["n", 24])], [("table", table)])
        rows = llmc.compile(model, models.scratch("fp16-table"), cpu="native", precision="fp16").load()
        i = GENERATOR.integers(0, 100, 31)
        largest = np.abs(table[i]).max(1, keepdims=True)
        np.testing.assert_allclose(rows(i=i)["y"] / largest, table[i] / largest, rtol=1e-3, atol=1e-6)
        self.assertEqual(rows(i=i[:0])["y"].shape, (0, 24))


class ModelsOfHalves(unittest.TestCase):
    def test_sums_are_those_of_f32(self):
        first, second = weight(300, 50), weight(50, 21)
        first[:, 3] = 300  # sums beyond what f16 holds, which only the next layer makes small again
        second[3] = 1e-4
        model = llmc.compile(stored_in_halves(first, second), models.scratch("stored"), cpu="native")
        self.assertLess(model.facts["weights_bytes"], 0.6 * (first.nbytes + second.nbytes) + 4096)
        left, right = (each.astype(np.float16).astype(np.float32) for each in (first, second))
        for rows in (1, 3, 70, 0):
            x = np.abs(GENERATOR.standard_normal((1, rows, 300))).astype(np.float16)
            got = model.load()(x=x)["y"]
            self.assertEqual(got.dtype, np.float16)
            np.testing.assert_allclose(got, x.astype(np.float32) @ left @ right, rtol=2e-3, atol=2e-2)

    def test_they_take_all_that_is_narrower(self):
        first, second = weight(64, 96), weight(96, 32)
        x = GENERATOR.standard_normal((1, 20, 64)).astype(np.float16)
        want = x.astype(np.float32) @ first @ second
        for rules in ("bf16", "fp16", "int8", "int8-weights", "int4", "int4-weights"):
            model = llmc.compile(stored_in_halves(first, second), models.scratch("narrower"), cpu="native", quantize=rules)
            got = model.load()(x=x)["y"].astype(np.float32)
            limit = 0.2 if rules.startswith("int4") else 0.03
            self.assertLess(np.linalg.norm(got - want) / np.linalg.norm(want), limit, rules)
            rule = {"fp16": 2, "bf16": 2}.get(rules, 1.3)
            self.assertLess(model.facts["weights_bytes"], rule * (first.size + second.size) + 8192, rules)


class Quantize(unittest.TestCase):
    def test_rounding_is_as_described(self):
        first, second = weight(37, 50), weight(50, 21)
        first[:, 7] = 0  # a column without a step
        model = llmc.compile(two_layers(first, second), models.scratch("bytes"), cpu="native", quantize="int8").load()
        for batch, rows in ((1, 1), (2, 3), (1, 17), (0, 4)):
            x = GENERATOR.standard_normal((batch, rows, 37)).astype(np.float32)
            if x.size:
                x[0, 0] = 0  # a row without a step
            flat = x.reshape(-1, 37)
            want = product_of_bytes(product_of_bytes(flat, first), second)
            got = model(x=x)["y"].reshape(-1, 21)
            # A value that lies between two bytes may fall either way where sums differ in their last bit.
            near = np.isclose(got, want, rtol=1e-5, atol=1e-5)
            self.assertGreater(near.mean() if near.size else 1, 0.97)
            np.testing.assert_allclose(got, flat @ first @ second, atol=0.05 * np.abs(flat @ first @ second).max(initial=1))

    def test_rows_do_not_depend_on_others(self):
        model = llmc.compile(two_layers(weight(64, 96), weight(96, 32)), models.scratch("rows"), cpu="native", quantize="int8").load()
        x = GENERATOR.standard_normal((1, 40, 64)).astype(np.float32)
        whole = model(x=x)["y"]
        for row in range(40):
            self.assertEqual(model(x=x[:, row:row + 1])["y"].tobytes(), whole[:, row:row + 1].tobytes())

    def test_rules(self):
        first, second = weight(64, 96), weight(96, 32)
        x = GENERATOR.standard_normal((1, 5, 64)).astype(np.float32)
        results = {}
        for rules in ("int8", "int8,head=float", "body/*=int8", "head=int8,*=float"):
            artefact = llmc.compile(two_layers(first, second), models.scratch("rules"), cpu="native", quantize=rules)
            results[rules] = artefact.load()(x=x)["y"]
        np.testing.assert_allclose(results["head=int8,*=float"], x @ first @ second, rtol=1e-4, atol=1e-4)
        np.testing.assert_array_equal(results["int8,head=float"], results["body/*=int8"])
        self.assertFalse(np.array_equal(results["int8"], results["body/*=int8"]))
        for rules, words in (("int9", "can't read the quantization"), ("*tail*=int8", "no product of a weight comes from")):
            with self.assertRaisesRegex(llmc.CompileError, words):
                llmc.compile(two_layers(first, second), models.scratch("none"), quantize=rules)
            self.assertFalse((models.scratch("none") / "manifest.json").exists())

    def test_halves(self):
        first, second = weight(64, 96).astype(np.float16), weight(96, 32).astype(np.float16)
        artefact = llmc.compile(two_layers(first, second, TensorProto.FLOAT16), models.scratch("halves"), cpu="native", quantize="int8")
        x = GENERATOR.standard_normal((1, 5, 64)).astype(np.float16)
        want = x.astype(np.float32) @ first.astype(np.float32) @ second.astype(np.float32)
        np.testing.assert_allclose(artefact.load()(x=x)["y"], want, atol=0.05 * np.abs(want).max())

    def test_what_is_not_finite_is_not_hidden(self):
        model = llmc.compile(two_layers(weight(64, 96), weight(96, 32)), models.scratch("finite"), cpu="native", quantize="int8").load()
        for value in (np.nan, np.inf):
            x = np.ones((1, 3, 64), np.float32)
            x[0, 1, 5] = value
            y = model(x=x)["y"]
            self.assertTrue(np.isfinite(y[0, [0, 2]]).all())
            self.assertFalse(np.isfinite(y[0, 1]).any())

    def test_size(self):
        facts = [llmc.compile(two_layers(weight(512, 512), weight(512, 512)), models.scratch("size"), cpu="native", **options).facts
                 for options in ({}, {"quantize": "int8"})]
        floats, bytes_ = (each["weights_bytes"] for each in facts)
        self.assertLess(bytes_, 0.27 * floats)


def n_bits(bits, depth, block, columns, zeros, level):
    """The same product for each level: codes of so many bits in blocks along the depth."""
    generator = np.random.default_rng(bits)
    blocks = -(-depth // block)
    weights = {"w": generator.integers(0, 256, (columns, blocks, block * bits // 8)).astype(np.uint8),
               "s": generator.uniform(0.01, 0.1, (columns, blocks)).astype(np.float32)}
    if zeros == "codes":
        weights["z"] = generator.integers(0, 256, (columns, -(-blocks * bits // 8))).astype(np.uint8)
    elif zeros:
        weights["z"] = generator.uniform(0, 15, (columns, blocks)).astype(np.float32)
    node = helper.make_node("MatMulNBits", ["x", *weights], ["y"], domain="com.microsoft", K=depth, N=columns, bits=bits, block_size=block,
                            accuracy_level=level)
    return models.onnx_model([node], [("x", TensorProto.FLOAT, ["n", depth])], [("y", TensorProto.FLOAT, ["n", columns])], list(weights.items()),
                             domains=["com.microsoft"])


class Coded(unittest.TestCase):
    """Products of bytes and codes of 4 bits."""

    @staticmethod
    def compiled(first, second, quantize="int4", **options):
        return llmc.compile(two_layers(first, second), models.scratch(f"coded-{quantize}"), cpu="native", quantize=quantize, **options).load()

    def test_bytes_that_hold_the_left_side_change_nothing(self):
        """Whole numbers, of which each block has a largest: their step is 1. Sums differ in their order only."""
        first, second = weight(70, 52), weight(52, 21)
        coded, decoded = (self.compiled(first, second, f"{type_},head=float") for type_ in ("int4", "int4-weights"))
        for batch, rows in ((1, 1), (1, 7), (2, 9), (1, 40), (3, 0)):
            x = GENERATOR.integers(-127, 128, (batch, rows, 70)).astype(np.float32)
            x[..., ::32] = 127
            want = decoded(x=x)["y"]
            np.testing.assert_allclose(coded(x=x)["y"], want, rtol=1e-4, atol=1e-5 * np.abs(want).max(initial=1))

    def test_what_bytes_cost(self):
        """A large column costs those of its block something, a twelfth of a step's square, and those of other blocks nothing."""
        first = weight(128, 64)
        first[5] = 0
        x = GENERATOR.standard_normal((1, 50, 128)).astype(np.float32)
        x[..., 5] = 127
        model, decoded = (self.compiled(first, np.eye(64, dtype=np.float32), f"{type_},head=float") for type_ in ("int4", "int4-weights"))
        want = decoded(x=x)["y"]
        error = np.square(model(x=x)["y"] - want).mean() / np.square(want).mean()
        self.assertLess(abs(error - 31 / 127 / 12), 0.01)

    def test_rows_do_not_depend_on_others(self):
        model = self.compiled(weight(64, 96), weight(96, 32))
        x = GENERATOR.standard_normal((1, 40, 64)).astype(np.float32)
        whole = model(x=x)["y"]
        for row in range(40):
            self.assertEqual(model(x=x[:, row:row + 1])["y"].tobytes(), whole[:, row:row + 1].tobytes())

    def test_what_is_not_finite_is_not_hidden(self):
        model = self.compiled(weight(64, 96), weight(96, 32))
        for value in (np.nan, np.inf):
            x = np.ones((1, 30, 64), np.float32)
            x[0, 1, 5] = value
            y = model(x=x)["y"]
            self.assertTrue(np.isfinite(y[0, [0, *range(2, 30)]]).all())
            self.assertFalse(np.isfinite(y[0, 1]).any())

    def test_graphs_that_permit_bytes(self):
        """MatMulNBits with accuracy_level 4: bytes where blocks are large enough and zeros are codes, else floats."""
        for bits, depth, block, zeros, is_coded in ((4, 64, 32, None, True), (4, 100, 32, "codes", True), (8, 128, 128, "codes", True),
                                                    (2, 64, 64, None, True), (4, 64, 16, None, False), (4, 64, 32, "reals", False)):
            exact, coded = (llmc.compile(n_bits(bits, depth, block, 37, zeros, level), models.scratch(f"nbits-{level}"), cpu="native").load()
                            for level in (0, 4))
            for rows in (0, 1, 5, 33):
                whole = GENERATOR.integers(-127, 128, (rows, depth)).astype(np.float32)
                whole[:, ::block] = 127
                want = exact(x=whole)["y"]
                np.testing.assert_allclose(coded(x=whole)["y"], want, rtol=1e-4, atol=1e-5 * np.abs(want).max(initial=1))
            x = GENERATOR.standard_normal((9, depth)).astype(np.float32)
            want, got = exact(x=x)["y"], coded(x=x)["y"]
            self.assertLess(np.square(got - want).mean(), 1e-3 * np.square(want).mean())
            self.assertEqual(np.array_equal(got, want), not is_coded, (bits, block, zeros))

    def test_halves(self):
        first, second = weight(64, 96).astype(np.float16), weight(96, 32).astype(np.float16)
        graph = two_layers(first, second, TensorProto.FLOAT16)
        x = GENERATOR.standard_normal((1, 5, 64)).astype(np.float16)
        coded, decoded = (llmc.compile(graph, models.scratch(f"coded-halves-{type_}"), cpu="native", quantize=type_).load()(x=x)["y"]
                          for type_ in ("int4", "int4-weights"))
        np.testing.assert_allclose(coded, decoded, atol=0.03 * np.abs(decoded).max())


class Forms(unittest.TestCase):
    """Codes of other forms; which numbers they are is held against NumPy in conformance/weight_forms.py."""

    NEAR = {"nf4-weights": 0.03, "fp8-weights": 0.003, "int4-weights/64-symmetric": 0.03, "int4/64": 0.03, "int4/256-symmetric": 0.06}

    def test_halves_and_few_and_many_rows(self):
        first, second = weight(70, 96).astype(np.float16), weight(96, 33).astype(np.float16)
        for quantize, near in self.NEAR.items():
            model = llmc.compile(two_layers(first, second, TensorProto.FLOAT16), models.scratch("forms"), cpu="native", quantize=quantize).load()
            for rows in (0, 1, 7, 50):
                x = GENERATOR.standard_normal((1, rows, 70)).astype(np.float16)
                want = x.astype(np.float32) @ first.astype(np.float32) @ second.astype(np.float32)
                got = model(x=x)["y"].astype(np.float32)
                self.assertLessEqual(np.square(got - want).sum(), near * np.square(want).sum(), quantize)

    def test_what_is_not_finite_is_not_hidden(self):
        first = weight(70, 96)
        first[5, 3], first[69, 4] = np.nan, np.inf
        for quantize in self.NEAR:
            model = llmc.compile(two_layers(first, np.eye(96, dtype=np.float32)), models.scratch("not-finite"), cpu="native",
                                 quantize=f"body/*={quantize}").load()
            y = model(x=np.ones((1, 3, 70), np.float32))["y"]
            self.assertFalse(np.isfinite(y).all(), quantize)

    def test_size(self):
        def size(quantize):
            return llmc.compile(two_layers(weight(512, 512), weight(512, 512)), models.scratch("size"), cpu="native", quantize=quantize).facts["weights_bytes"]
        sizes = [size(quantize) for quantize in ("int4-weights", "int4-weights-symmetric", "int4-weights/64", "nf4-weights")]
        self.assertEqual(sizes, sorted(sizes, reverse=True))
        self.assertEqual(size("int4"), size("int4-weights"))
        self.assertEqual(size("int4-symmetric"), size("int4-weights-symmetric"))


class Tables(unittest.TestCase):
    """Rows that are picked out of a weight."""

    def test_rows_of_few_bits(self):
        """No number is farther off than half a step of its block, and a little for the scale's bf16."""
        table = weight(40, 70)
        table[3] = 0
        table[7, :32] = 1e-3
        model = models.onnx_model([helper.make_node("Gather", ["table", "ids"], ["y"], name="embed")], [("ids", TensorProto.INT64, ["n"])],
                                  [("y", TensorProto.FLOAT, ["n", 70])], [("table", table)])
        ids = np.array([3, 39, 0, 7, -1, 7])
        for quantize, block, codes in (("int4", 32, 15), ("int8", 70, 255)):
            artefact = llmc.compile(model, models.scratch("table"), cpu="native", quantize=quantize)
            got = artefact.load()(ids=ids)["y"]
            for first in range(0, 70, block):
                part = table[ids][:, first:first + block]
                step = (part.max(1, initial=0) - part.min(1, initial=0)) / codes
                off = np.abs(got[:, first:first + block] - part).max(1)
                # Ranges are up to a fifth shorter than from the least to the largest.
                self.assertTrue((off <= step * (0.5 + 0.2 * codes / 2) + 1e-6).all(), quantize)
                self.assertLess(np.square(got[:, first:first + block] - part).mean(), np.square(step).mean() / 8)
            self.assertEqual(artefact.load()(ids=ids[:0])["y"].shape, (0, 70))


class Static(unittest.TestCase):
    """Steps of columns that data told, for left sides whose columns are of very different sizes and far from zero, and which
    count alike, as those of Transformers do."""

    @classmethod
    def setUpClass(cls):
        sizes = np.exp(2 * GENERATOR.standard_normal(96)).astype(np.float32)
        centers = sizes * 2 * GENERATOR.standard_normal(96)
        cls.first, cls.second = weight(96, 64) / sizes[:, None], weight(64, 24)
        cls.samples, cls.others = ((GENERATOR.standard_normal((8, 30, 96)) * sizes + centers).astype(np.float32) for _ in range(2))
        cls.model = two_layers(cls.first, cls.second)
        cls.artefact = cls.compiled("static", cls.model)
        cls.loaded = cls.artefact.load()

    @classmethod
    def compiled(cls, name, model, **options):
        options = {"quantize": "int8-static", "calibration": {"x": cls.samples}, **options}
        return llmc.compile(model, models.scratch(name), cpu="native", **options)

    def floats(self, x):
        return x.astype(np.float64) @ self.first @ self.second

    def error(self, model, x):
        return np.square(model(x=x)["y"] - self.floats(x)).mean() / np.square(self.floats(x)).mean()

    def test_it_is_nearer_than_steps_of_rows(self):
        rows = self.compiled("of-rows", self.model, quantize="int8").load()
        self.assertLess(self.error(self.loaded, self.others), 1e-3)
        self.assertLess(self.error(self.loaded, self.others), self.error(rows, self.others) / 100)

    def test_means_stay(self):
        """What is lost on the samples adds up to nothing, but for what the second product loses of single rows."""
        lost = self.loaded(x=self.samples)["y"] - self.floats(self.samples)
        flat = lost.reshape(-1, lost.shape[-1])
        self.assertLess(np.abs(flat.mean(0)).max(), 0.2 * flat.std(0).max())

    def test_what_is_beyond_the_samples_counts_as_the_largest(self):
        model = self.compiled("single", two_layers(self.first, np.eye(64, dtype=np.float32)), quantize="body/*=int8-static").load()
        x = self.others[:1, :5].copy()
        edge = np.abs(self.samples).max() * 10
        for sign in (-1, 1):
            x[0, :, 7] = sign * edge
            want = model(x=x)["y"]
            x[0, :, 7] = sign * np.inf
            np.testing.assert_array_equal(model(x=x)["y"], want)
            self.assertTrue(np.isfinite(want).all())

    def test_rows_do_not_depend_on_others(self):
        whole = self.loaded(x=self.others)["y"]
        for row in range(0, 30, 7):
            self.assertEqual(self.loaded(x=self.others[3:4, row:row + 1])["y"].tobytes(), whole[3:4, row:row + 1].tobytes())
        self.assertEqual(self.loaded(x=self.others[:0])["y"].shape, (0, 30, 24))

    def test_columns_that_never_change(self):
        """A column of one number has no size, a row of zeros none to give; both stay exact."""
        samples, first = self.samples.copy(), self.first.copy()
        samples[..., 3], samples[..., 4], first[5] = 7, 0, 0
        model = self.compiled("alike", two_layers(first, self.second), calibration={"x": samples}).load()
        want = samples.astype(np.float64) @ first @ self.second
        self.assertLess(np.square(model(x=samples)["y"] - want).mean(), 1e-4 * np.square(want).mean())

    def test_halves(self):
        samples = (self.samples / 100).astype(np.float16)
        first, second = self.first.astype(np.float16), self.second.astype(np.float16)
        model = self.compiled("static-halves", two_layers(first, second, TensorProto.FLOAT16), calibration={"x": samples}).load()
        want = samples.astype(np.float64) @ first.astype(np.float64) @ second.astype(np.float64)
        self.assertLess(np.square(model(x=samples)["y"] - want).mean(), 3e-4 * np.square(want).mean())

    def test_rules_beside_change_no_bit(self):
        """Products that share a left side have its steps, whatever becomes of one of them."""
        nodes = [helper.make_node("MatMul", ["x", name], [f"y{name}"], name=name) for name in ("first", "other")]
        model = models.onnx_model(nodes, [("x", TensorProto.FLOAT, ["b", "n", 96])],
                                  [(f"y{name}", TensorProto.FLOAT, ["b", "n", 64]) for name in ("first", "other")],
                                  [("first", self.first), ("other", 100 * weight(96, 64))])
        both, one = (self.compiled(name, model, quantize=rules).load()(x=self.others)
                     for name, rules in (("both", "int8-static"), ("one", "first=int8-static")))
        np.testing.assert_array_equal(both["yfirst"], one["yfirst"])
        self.assertFalse(np.array_equal(both["yother"], one["yother"]))

    def test_a_weight_that_is_used_twice(self):
        square = weight(96, 96) / 10
        model = models.onnx_model([helper.make_node("MatMul", ["x", "w"], ["h"]), helper.make_node("MatMul", ["h", "w"], ["y"])],
                                  [("x", TensorProto.FLOAT, ["b", "n", 96])], [("y", TensorProto.FLOAT, ["b", "n", 96])], [("w", square)])
        want = self.others.astype(np.float64) @ square @ square
        got = self.compiled("twice-static", model).load()(x=self.others)["y"]
        self.assertLess(np.square(got - want).mean(), 1e-3 * np.square(want).mean())

    def test_data_are_needed(self):
        with self.assertRaisesRegex(llmc.CompileError, "int8-static takes what data tell of the left sides of products; try: --calibration"):
            self.compiled("none", self.model, calibration=None)
        self.assertFalse((models.scratch("none") / "manifest.json").exists())


if __name__ == "__main__":
    unittest.main()
