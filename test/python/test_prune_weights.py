"""Weights some of whose numbers are zero, against weights that NumPy has put zeros into."""

import unittest

import numpy as np
from onnx import TensorProto, helper

import llmc
import models

GENERATOR = np.random.default_rng(5)
DEPTH, WIDTH = 50, 33
WEIGHT = GENERATOR.standard_normal((DEPTH, WIDTH)).astype(np.float32)


def model(weight=WEIGHT):
    return models.onnx_model([helper.make_node("MatMul", ["x", "w"], ["y"], name="product")], [("x", TensorProto.FLOAT, ["n", weight.shape[0]])],
                             [("y", TensorProto.FLOAT, ["n", weight.shape[1]])], [("w", weight)])


def compiled(weight=WEIGHT, **options):
    return llmc.compile(model(weight), models.scratch("weights"), cpu="native", **options).load()


def weight_of(weight=WEIGHT, **options):
    """What is multiplied, row by row; rounding by data adds a constant."""
    product, unit = compiled(weight, **options), np.eye(weight.shape[0], dtype=np.float32)
    return product(x=unit)["y"] - product(x=np.zeros_like(unit))["y"]


def thinned(weight, kept, span):
    result = np.zeros_like(weight)
    for first in range(0, weight.shape[0], span):
        part = weight[first:first + span]
        rows = np.sort(np.argsort(-np.square(part.astype(np.float64)), axis=0, kind="stable")[:kept], axis=0)
        np.put_along_axis(result[first:first + span], rows, np.take_along_axis(part, rows, 0), 0)
    return result


class PruneWeights(unittest.TestCase):
    def test_the_smallest_go(self):
        for rule, kept, span in (("weights=0.5", 25, DEPTH), ("weights=0.9", 5, DEPTH), ("weights=2:4", 2, 4), ("weights=1:3", 1, 3),
                                 ("weights=7:8", 7, 8), ("product:weights=60:64", DEPTH, 64)):
            with self.subTest(rule):
                if kept == DEPTH:
                    with self.assertRaisesRegex(llmc.CompileError, "no weights are pruned: 50 are too few"):
                        weight_of(prune=rule)
                else:
                    np.testing.assert_array_equal(weight_of(prune=rule), thinned(WEIGHT, kept, span))

    def test_zeros_stay_in_narrow_weights(self):
        zeros = thinned(WEIGHT, 2, 4) == 0
        data = {"x": GENERATOR.standard_normal((200, DEPTH)).astype(np.float32)}
        for quantize in ("int8", "int4", "bf16", "int8-weights", "int4-weights"):
            for calibration in (None, data):
                with self.subTest(quantize, by_data=bool(calibration)):
                    narrow = weight_of(prune="weights=2:4", quantize=quantize, calibration=calibration)
                    counts = np.add.reduceat(narrow != 0, np.arange(0, DEPTH, 4), axis=0)
                    self.assertLessEqual(counts.max(), 2)
                    if calibration is None:
                        self.assertTrue((narrow[zeros] == 0).all())
                        self.assertLess(np.abs(narrow - np.where(zeros, 0, WEIGHT)).max(), 0.5)

    def test_data_choose_and_make_up_for_the_rest(self):
        mixture = GENERATOR.standard_normal((DEPTH, DEPTH)) @ np.diag(np.linspace(0.1, 2, DEPTH))
        rows, others = ((GENERATOR.standard_normal((count, DEPTH)) @ mixture).astype(np.float32) for count in (400, 300))
        for rule, kept, span in (("weights=0.5", 25, DEPTH), ("weights=2:4", 2, 4), ("weights=0.8", 10, DEPTH)):
            found = weight_of(prune=rule, calibration={"x": rows})
            counts = np.add.reduceat(found != 0, np.arange(0, DEPTH, span), axis=0)
            self.assertLessEqual(counts.max(), kept)
            self.assertTrue(np.isfinite(found).all())

            def error(weight, of):
                return np.square(of @ (weight - WEIGHT).astype(np.float64)).sum()

            by_moments = np.where(thinned(np.abs(WEIGHT) * np.sqrt(np.square(rows).mean(0))[:, None], kept, span) != 0, WEIGHT, 0)
            with self.subTest(rule):
                for of, share in ((rows, 0.6), (others, 0.7)):
                    self.assertLess(error(found, of), share * error(thinned(WEIGHT, kept, span), of))
                    self.assertLess(error(found, of), 0.8 * error(by_moments, of))
                # No other numbers in these places would do much better.
                moments = rows.T.astype(np.float64) @ rows
                moments += np.eye(DEPTH) * 0.01 * np.trace(moments) / DEPTH
                best = np.zeros_like(found)
                for column in range(WIDTH):
                    places = found[:, column] != 0
                    best[places, column] = np.linalg.solve(moments[np.ix_(places, places)], moments[places] @ WEIGHT[:, column])
                self.assertLess(error(found, rows), 1.15 * error(best, rows))

    def test_data_of_zeros_say_nothing(self):
        found = weight_of(prune="weights=2:4", calibration={"x": np.zeros((9, DEPTH), np.float32)})
        np.testing.assert_array_equal(found, thinned(WEIGHT, 2, 4))

    def test_few_rows_of_data(self):
        found = weight_of(prune="weights=2:4", calibration={"x": GENERATOR.standard_normal((1, DEPTH)).astype(np.float32)})
        self.assertTrue(np.isfinite(found).all())

    def test_numbers_that_are_not_finite_stay(self):
        weight = WEIGHT.copy()
        weight[3, 2] = np.nan
        data = {"x": GENERATOR.standard_normal((200, DEPTH)).astype(np.float32)}
        for calibration in (None, data):
            x = np.abs(GENERATOR.standard_normal((3, DEPTH))).astype(np.float32)
            got = compiled(weight, prune="weights=0.5", calibration=calibration)(x=x)["y"]
            with self.subTest(by_data=bool(calibration)):
                np.testing.assert_array_equal(np.isnan(got).any(0), np.arange(WIDTH) == 2)

    def test_record(self):
        facts = llmc.compile(model(), models.scratch("record"), cpu="native", prune="weights=2:4").facts
        self.assertEqual(facts["pruned"], [{"kind": "weights", "left": 26, "of": 50}])

    def test_same_data_same_bytes(self):
        data, files = {"x": GENERATOR.standard_normal((90, DEPTH)).astype(np.float32)}, []
        for name in ("one", "two"):
            llmc.compile(model(), models.scratch(name), name="m", cpu="native", prune="weights=0.5", calibration=data)
            files.append((models.scratch(name) / "m.so").read_bytes())
        self.assertEqual(*files)

    def test_rules(self):
        for rules, words in (("weights=4:2", "leaves no part"), ("weights=4:4", "leaves no part"), ("weights=0:4", "leaves no part"),
                             ("weights=2:x", "can't read the pruning"), ("weights=1", "not between 0 and 1"), ("weights", "can't read the pruning"),
                             ("weights=keep", "no weights are pruned"), ("weights=0.001", "50 are too few"),
                             ("weights=0.5,*tail*:weights=keep", "no product of a weight comes from a node")):
            with self.subTest(rules), self.assertRaisesRegex(llmc.CompileError, words):
                llmc.compile(model(), models.scratch("none"), prune=rules)
            self.assertFalse((models.scratch("none") / "manifest.json").exists())


if __name__ == "__main__":
    unittest.main()
