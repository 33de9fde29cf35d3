"""Weights that are rounded by what they are multiplied with: how near results stay, and what data are refused."""

import functools
import unittest
from pathlib import Path

import numpy as np
from onnx import TensorProto, helper

import llmc
import models

GENERATOR = np.random.default_rng(3)
WIDTH, HIDDEN = 96, 160
MIXTURE = GENERATOR.standard_normal((12, WIDTH)) * np.exp(GENERATOR.standard_normal(WIDTH))


def rows(batch, seq, generator=GENERATOR):
    """What few things cause, in many numbers, as in the layers of models."""
    x = generator.standard_normal((batch, seq, len(MIXTURE))) @ MIXTURE
    return (x + 0.1 * generator.standard_normal(x.shape)).astype(np.float32)


def weight(*shape):
    return (GENERATOR.standard_normal(shape) / np.sqrt(shape[0])).astype(np.float32)


def two_layers(dims=("b", "n"), element=TensorProto.FLOAT, type_=np.float32):
    return models.onnx_model([helper.make_node("MatMul", ["x", "first"], ["h"], name="body/first"),
                              helper.make_node("Relu", ["h"], ["r"], name="body/relu"),
                              helper.make_node("MatMul", ["r", "second"], ["y"], name="head")],
                             [("x", element, [*dims, WIDTH])], [("y", element, [*dims, 24])],
                             [("first", FIRST.astype(type_)), ("second", SECOND.astype(type_))])


FIRST, SECOND = weight(WIDTH, HIDDEN), weight(HIDDEN, 24)
SAMPLES, OTHERS = rows(20, 7), rows(20, 9)


def true(x):
    return np.maximum(x.astype(np.float64) @ FIRST, 0) @ SECOND


def compiled(name, model=None, **options):
    options = {"quantize": "int4", **options}
    return llmc.compile(two_layers() if model is None else model, models.scratch(name), cpu="native", **options)


@functools.lru_cache(maxsize=None)
def plain(quantize="int4"):
    return compiled(f"plain_{quantize}", quantize=quantize)


def error(artefact, x=OTHERS):
    return float(np.square(artefact.load()(x=x)["y"] - true(x)).mean())


class Calibrate(unittest.TestCase):
    def test_padding_does_not_count(self):
        generator = np.random.default_rng(11)
        mask = (np.arange(9) < generator.integers(2, 10, 24)[:, None]).astype(np.int64)
        ids = generator.integers(0, 100, mask.shape)

        def weights(number, where, **options):
            values = {"input_ids": np.where(where, ids, generator.integers(100, 200, ids.shape)), "attention_mask": mask,
                      "token_type_ids": np.zeros_like(ids)}
            artefact = llmc.compile(models.ROOT / "test/models/bert_tiny/model.onnx", models.scratch(f"padded_{number}"), cpu="native",
                                    calibration=values, **options)
            return next(Path(artefact.folder).glob("*.so")).read_bytes()

        for quantize in ("int4", "int8-static"):
            one, other = (weights(f"{quantize}{each}", mask == 1, quantize=quantize) for each in "ab")
            self.assertEqual(one, other, quantize)
        self.assertNotEqual(one, weights("words", mask == 0, quantize=quantize))

    def test_products_are_nearer_on_other_data(self):
        for quantize, share in (("int4", 0.5), ("int4-weights", 0.5), ("int8-weights", 0.7), ("int8", 0.95),
                                ("nf4-weights", 0.5), ("int4-weights/64-symmetric", 0.5), ("fp8-weights", 0.7)):
            calibrated = compiled("calibrated", quantize=quantize, calibration={"x": SAMPLES})
            self.assertLess(error(calibrated), share * error(plain(quantize)), quantize)
            self.assertEqual(calibrated.facts["compensated"], 2)
            self.assertEqual(plain(quantize).facts["compensated"], 0)

    def test_means_stay(self):
        """What rounding changes for the mean of the data is taken back, also where columns lie far from 0."""
        model = models.onnx_model([helper.make_node("MatMul", ["x", "w"], ["y"])], [("x", TensorProto.FLOAT, ["b", "n", WIDTH])],
                                  [("y", TensorProto.FLOAT, ["b", "n", 24])], [("w", weight(WIDTH, 24))])
        x = SAMPLES + 20 * GENERATOR.standard_normal(WIDTH).astype(np.float32)
        want = compiled("floats", model, quantize=None).load()(x=x)["y"]
        for quantize, share in (("int4", 0.1), ("int4-weights", 0.1), ("int4/64-symmetric", 0.1), ("int8", 0.25),
                                ("int8-weights", 0.1), ("nf4-weights", 0.1), ("fp8-weights", 0.1)):
            with self.subTest(quantize):
                means = [np.abs((compiled("means", model, quantize=quantize, **options).load()(x=x)["y"] - want).mean((0, 1))).mean()
                         for options in ({}, {"calibration": {"x": x}})]
                self.assertLess(means[1], share * means[0])

    def test_a_mean_that_every_row_has(self):
        """Nothing varies, so nothing tells how to round; but the results of such rows are known."""
        model = models.onnx_model([helper.make_node("MatMul", ["x", "w"], ["y"])], [("x", TensorProto.FLOAT, ["n", WIDTH])],
                                  [("y", TensorProto.FLOAT, ["n", 24])], [("w", weight(WIDTH, 24))])
        x = np.tile(GENERATOR.standard_normal(WIDTH).astype(np.float32), (5, 1))
        want = compiled("floats", model, quantize=None).load()(x=x)["y"]
        got = compiled("one", model, quantize="int4-weights", calibration={"x": x}).load()(x=x)["y"]
        np.testing.assert_allclose(got, want, atol=1e-4)

    def test_the_same_data_give_the_same_bytes(self):
        made = [(compiled(f"threads{threads}", calibration={"x": SAMPLES}, threads=threads).folder / "model.so").read_bytes()
                for threads in (1, 3)]
        self.assertEqual(made[0], made[1])
        self.assertNotEqual(made[0], (compiled("other", calibration={"x": OTHERS}).folder / "model.so").read_bytes())

    def test_only_what_rules_name(self):
        artefact = compiled("rules", quantize="int4,head=bf16", calibration={"x": SAMPLES})
        self.assertEqual(artefact.facts["compensated"], 1)

    def test_a_fixed_batch_takes_multiples(self):
        one = two_layers((2, "n"))
        artefact = compiled("fixed", one, calibration={"x": SAMPLES})
        self.assertLess(error(artefact, OTHERS[:2]), 0.5 * error(plain(), OTHERS[:2]))
        with self.assertRaisesRegex(llmc.CompileError, "first size of the calibration data is 3, the model takes 2; try: a multiple"):
            compiled("none", one, calibration={"x": SAMPLES[:3]})

    def test_halves_and_variants(self):
        half = two_layers(element=TensorProto.FLOAT16, type_=np.float16)
        artefact = compiled("halves", half, calibration={"x": SAMPLES.astype(np.float16)}, dims={"n": [1, (1, 16)]})
        self.assertEqual(artefact.facts["compensated"], 2)
        x = OTHERS.astype(np.float16)
        for rows_ in (x, x[:, :1]):
            self.assertLess(error(artefact, rows_), 0.6 * error(plain(), rows_.astype(np.float32)))

    def test_a_weight_that_is_used_twice(self):
        square = weight(WIDTH, WIDTH)
        model = models.onnx_model([helper.make_node("MatMul", ["x", "w"], ["h"]), helper.make_node("MatMul", ["h", "w"], ["y"])],
                                  [("x", TensorProto.FLOAT, ["b", "n", WIDTH])], [("y", TensorProto.FLOAT, ["b", "n", WIDTH])], [("w", square)])
        want = OTHERS.astype(np.float64) @ square @ square
        errors = [np.square(compiled("twice", model, **options).load()(x=OTHERS)["y"] - want).mean()
                  for options in ({}, {"calibration": {"x": SAMPLES}})]
        self.assertLess(errors[1], 0.5 * errors[0])

    def test_data_that_say_nothing(self):
        """A weight that meets only zeros is rounded as without data, and so is the one behind it."""
        artefact = compiled("zeros", calibration={"x": np.zeros((4, 5, WIDTH), np.float32)})
        self.assertEqual(artefact.load()(x=OTHERS)["y"].tobytes(), plain().load()(x=OTHERS)["y"].tobytes())

    def test_bad_data(self):
        hole = SAMPLES.copy()
        hole[3, 2, 1] = np.nan
        huge = np.full_like(SAMPLES, 3e38)
        for words, options in (
                ("holds a number that is not finite", {"calibration": {"x": hole}}),
                ("holds a number that is not finite", {"calibration": {"x": np.full_like(SAMPLES, np.inf)}}),
                ("what is multiplied with weight @.* is not finite", {"calibration": {"x": huge}}),
                ("the calibration data are empty", {"calibration": {"x": SAMPLES[:0]}}),
                ("the calibration data are empty", {"calibration": {"x": SAMPLES[:, :0]}}),
                ('no value for input "x"', {"calibration": {"z": SAMPLES}}),
                ('no value for input "x"', {"calibration": {}}),
                ('no input "z"', {"calibration": {"x": SAMPLES, "z": SAMPLES}}),
                ("other sizes than the model takes, \\[b, n, 96\\]", {"calibration": {"x": SAMPLES[0]}}),
                ("other sizes than the model takes", {"calibration": {"x": SAMPLES[..., :95]}}),
                ("dtype", {"calibration": {"x": SAMPLES.astype(np.float64)}}),
                ("are for quantization", {"calibration": {"x": SAMPLES}, "quantize": None}),
                ("nothing asks for those", {"calibration": {"x": SAMPLES}, "quantize": "bf16"}),
                ("default pipeline", {"calibration": {"x": SAMPLES}, "pipeline": "llmc-kernels"})):
            with self.assertRaisesRegex(llmc.CompileError, words):
                compiled("bad", **options)
            self.assertFalse(models.scratch("bad").exists(), words)
        with self.assertRaisesRegex(TypeError, "calibration must be a dict"):
            compiled("bad", calibration=[SAMPLES])

    def test_values_that_the_model_refuses(self):
        table = models.onnx_model([helper.make_node("Gather", ["table", "ids"], ["e"]), helper.make_node("MatMul", ["e", "w"], ["y"])],
                                  [("ids", TensorProto.INT64, ["b", "n"])], [("y", TensorProto.FLOAT, ["b", "n", 48])],
                                  [("table", weight(50, 32)), ("w", weight(32, 48))])
        self.assertEqual(compiled("table", table, calibration={"ids": np.arange(50).reshape(5, 10)}).facts["compensated"], 1)
        with self.assertRaisesRegex(llmc.CompileError, "can't be run on the calibration data"):
            compiled("bad", table, calibration={"ids": np.full((2, 3), 50)})
        self.assertFalse(models.scratch("bad").exists())

    def test_progress_and_cancelling(self):
        seen = []
        compiled("progress", calibration={"x": SAMPLES}, progress=lambda now: seen.append((now.number, now.count, now.phase)))
        self.assertEqual(list(dict.fromkeys(seen)), [(i + 1, 6, phase) for i, phase in enumerate(
            ("calibration", "import", "passes", "code", "weights", "link"))])
        with self.assertRaises(llmc.CompileError) as raised:
            compiled("bad", calibration={"x": SAMPLES}, cancel=lambda: True)
        self.assertEqual(raised.exception.status, llmc.CompileStatus.CANCELLED)
        self.assertFalse(models.scratch("bad").exists())


if __name__ == "__main__":
    unittest.main()
