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
        with self.assertRaisesRegex(llmc.CompileError, "the precision .bf17. is not known; try: f32, bf16 or auto"):
            llmc.compile(product, models.scratch("none"), precision="bf17")


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


if __name__ == "__main__":
    unittest.main()
