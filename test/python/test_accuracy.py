"""Accuracy budgets: what stays floats, how near results are, and what is refused."""

import unittest

import numpy as np
from onnx import TensorProto, helper

import llmc
import models

GENERATOR = np.random.default_rng(5)
WIDTH, COUNT = 64, 6


def layers(spoiled=()):
    """Layers with residuals; the weights of `spoiled` have a few numbers that leave others no steps."""
    nodes, weights, x = [], [], "x"
    for i in range(COUNT):
        weight = (GENERATOR.standard_normal((WIDTH, WIDTH)) / np.sqrt(WIDTH)).astype(np.float32)
        if i in spoiled:
            weight[GENERATOR.integers(0, WIDTH, 6)] *= 60
        weights.append((f"w{i}", weight))
        nodes += [helper.make_node("Tanh", [x], [f"t{i}"], name=f"layers/{i}/tanh"),
                  helper.make_node("MatMul", [f"t{i}", f"w{i}"], [f"p{i}"], name=f"layers/{i}/product"),
                  helper.make_node("Add", [x, f"p{i}"], [f"x{i}"], name=f"layers/{i}/add")]
        x = f"x{i}"
    nodes[-1].output[0] = "y"
    return models.onnx_model(nodes, [("x", TensorProto.FLOAT, ["b", "n", WIDTH]), ("mask", TensorProto.INT64, ["b", "n"])],
                             [("y", TensorProto.FLOAT, ["b", "n", WIDTH])], weights)


def rows(batch, seq):
    return GENERATOR.standard_normal((batch, seq, WIDTH)).astype(np.float32)


def ones(batch, seq):
    return np.ones((batch, seq), np.int64)


SAMPLES = {"x": rows(40, 8), "mask": ones(40, 8)}
OTHERS = {"x": rows(30, 5), "mask": ones(30, 5)}


def compiled(name, model, **options):
    return llmc.compile(model, models.scratch(name), cpu="native", **options)


def error(artefact, floats, feeds=OTHERS):
    """Root of the mean square error, of that of the values."""
    want = floats.load()(feeds)["y"].astype(np.float64)
    return float(np.sqrt(np.square(artefact.load()(feeds)["y"] - want).mean() / np.square(want).mean()))


class Budget(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.model = layers(spoiled=(1, 4))
        cls.floats = compiled("floats", cls.model)
        cls.narrow = compiled("narrow", cls.model, quantize="int8")

    def test_what_costs_most_stays_floats(self):
        bound = error(self.narrow, self.floats, SAMPLES) / 2
        kept = compiled("kept", self.model, quantize="int8", calibration=SAMPLES, accuracy_budget=f"error<={bound}")
        told = kept.facts["accuracy"]
        self.assertLessEqual(told["reached"], bound)
        self.assertAlmostEqual(told["reached"], error(kept, self.floats, SAMPLES), delta=1e-3 * bound)
        self.assertLess(error(kept, self.floats), 1.5 * bound)  # on data that nobody searched with
        self.assertEqual(told["choices"], COUNT)
        self.assertTrue(0 < len(told["floats"]) < COUNT, told)

    def test_a_single_product_that_is_too_coarse_is_found(self):
        model = layers(spoiled=(3,))
        floats, narrow = compiled("floats3", model), compiled("narrow3", model, quantize="int8")
        healthy = compiled("healthy3", model, quantize="int8,layers/3/product=float")
        bound = (error(healthy, floats, SAMPLES) + error(narrow, floats, SAMPLES)) / 2
        kept = compiled("kept3", model, quantize="int8", calibration=SAMPLES, accuracy_budget=f"error<={bound}")
        self.assertEqual(kept.facts["accuracy"]["floats"], ["layers/3/product"])

    def test_all_types_can_be_taken_back(self):
        for quantize in ("bf16", "int8-static", "int8-weights", "int4-weights", "int4"):
            data = {"calibration": SAMPLES} if quantize == "int8-static" else {}
            bound = error(compiled("coarse", self.model, quantize=quantize, **data), self.floats, SAMPLES) / 2
            kept = compiled("fine", self.model, quantize=quantize, calibration=SAMPLES, accuracy_budget=f"error<={bound}")
            with self.subTest(quantize):
                self.assertLessEqual(error(kept, self.floats, SAMPLES), bound * 1.001)

    def test_positions_can_be_left_out(self):
        spoilt = {"x": SAMPLES["x"].copy(), "mask": SAMPLES["mask"].copy()}
        spoilt["x"][:, 0] *= np.float32(1e6)  # what is there can't be right in few bits
        spoilt["mask"][:, 0] = 0
        bound = error(self.narrow, self.floats, {"x": spoilt["x"][:, 1:], "mask": spoilt["mask"][:, 1:]}) * 1.01
        kept = compiled("masked", self.model, quantize="int8", calibration=spoilt, accuracy_budget=f"error<={bound}",
                        accuracy_mask="mask")
        self.assertEqual(kept.facts["accuracy"]["floats"], [])

    def test_the_same_data_give_the_same_bytes(self):
        bound = error(self.narrow, self.floats, SAMPLES) / 3
        first, second = (compiled(name, self.model, quantize="int8", calibration=SAMPLES,
                                  accuracy_budget=f"error<={bound}", threads=threads)
                         for name, threads in (("first", 1), ("second", 2)))
        self.assertEqual((first.folder / "model.so").read_bytes(), (second.folder / "model.so").read_bytes())

    def test_names_that_look_like_patterns(self):
        model = layers(spoiled=(2,))
        for node in model.graph.node:
            node.name = node.name.replace("layers/", "[*] {\\?} ")
        bound = error(compiled("odd", model, quantize="int8"), compiled("oddfloats", model), SAMPLES) / 2
        kept = compiled("oddkept", model, quantize="int8", calibration=SAMPLES, accuracy_budget=f"error<={bound}")
        self.assertIn("[*] {\\?} 2/product", kept.facts["accuracy"]["floats"])

    def test_what_makes_no_sense_is_refused(self):
        def refuses(pattern, **options):
            with self.assertRaisesRegex(llmc.CompileError, pattern):
                compiled("refused", self.model, **{"quantize": "int8", "calibration": SAMPLES, **options})
            self.assertFalse(models.scratch("refused").exists())

        refuses("can't be kept: with all products as floats", accuracy_budget="cosine>=2")
        refuses("needs data", accuracy_budget="cosine>=0.9", calibration=None)
        refuses("no metric", accuracy_budget="bytes<=9")
        refuses("is no input of the model", accuracy_budget="cosine>=0.9", accuracy_mask="y")
        refuses("for an accuracy budget", accuracy_mask="mask")
        refuses("are for quantization", quantize=None, accuracy_budget="cosine>=0.9")
        refuses("are empty", accuracy_budget="cosine>=0.9", calibration={"x": rows(0, 3), "mask": ones(0, 3)})
        refuses("not finite", accuracy_budget="cosine>=0.9",
                calibration={"x": rows(2, 3) * np.float32(np.inf), "mask": ones(2, 3)})
        refuses("bf16 as far as accuracy allows", precision="auto", quantize=None, calibration=None)


if __name__ == "__main__":
    unittest.main()
