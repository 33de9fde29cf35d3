"""What is derived from measurements: ratios, shares of limits, and whether numbers agree."""

import math
import unittest

import numpy as np

import races
from racing import figures
from racing.figures import Spread
from racing.judge import judge


class Ratios(unittest.TestCase):
    def test_speed_is_a_ratio_of_each_round(self):
        ours, theirs = races.result("a", "A", 1.0, 2.0, 4.0), races.result("b", "B", 3.0, 2.0, 6.0)
        self.assertEqual(figures.speed(ours, theirs), Spread(1.0, 1.5, 3.0))  # the ratio of medians would be 1.5, too,
        self.assertEqual(figures.speed(theirs, ours), Spread(1 / 3, 2 / 3, 1.0))
        slow_round = races.result("b", "B", 3.0, 9.0, 6.0)  # ... but here 3, and the median of ratios is not 6 / 2
        self.assertEqual(figures.speed(ours, slow_round), Spread(1.5, 3.0, 4.5))

    def test_rounds_of_a_contender_that_ended_early(self):
        ours, theirs = races.result("a", "A", 1.0, 1.0, 1.0), races.result("b", "B", 2.0)
        self.assertEqual(figures.speed(ours, theirs), Spread(2.0, 2.0, 2.0))
        self.assertIsNone(figures.speed(ours, races.result("b", "B")))

    def test_an_even_number_of_rounds(self):
        self.assertEqual(figures.spread([4.0, 1.0, 2.0, 3.0]), Spread(1.0, 2.5, 4.0))
        self.assertIsNone(figures.spread([]))

    def test_cold_start(self):
        ours, theirs = races.result("a", "A", 1.0), races.result("b", "B", 4.0)
        self.assertEqual(figures.later(ours, theirs), 4.0)
        self.assertIsNone(figures.later(ours, races.result("b", "B")))


class Limits(unittest.TestCase):
    def test_best_round_beside_best_limit(self):
        contest = races.contest()  # 1 GFLOP and 1 GB, at best in 0.1 s; 100 GFLOP/s and 10 GB/s at best
        shares = figures.shares(contest, contest.results[0])
        self.assertAlmostEqual(shares.flops, 0.1)
        self.assertAlmostEqual(shares.reads, 1.0)
        self.assertEqual(figures.nearer_limit(contest), "reads")
        contest.bytes = 1e6
        self.assertEqual(figures.nearer_limit(contest), "multiply-adds")

    def test_nothing_measured(self):
        contest = races.contest(limits=[])
        self.assertIsNone(figures.shares(contest, contest.results[0]))
        self.assertEqual(figures.nearer_limit(contest), "")
        contest = races.contest()
        self.assertIsNone(figures.shares(contest, contest.results[3]))


class Numbers(unittest.TestCase):
    def judged(self, got, want):
        errors, _, judgement = judge({"y": np.array(got, np.float32)}, {"y": np.array(want, np.float32)}, 1e-4)
        return errors["y"], judgement

    def test_error_is_a_share_of_the_greatest_value(self):
        error, judgement = self.judged([100.001, 0.001], [100.0, 0.0])
        self.assertAlmostEqual(error, 1e-5, places=6)
        self.assertEqual(judgement, "")

    def test_other_numbers(self):
        error, judgement = self.judged([100.0, 0.1], [100.0, 0.0])
        self.assertAlmostEqual(error, 1e-3, places=6)
        self.assertIn("y is off by 1.0e-03", judgement)

    def test_nan_and_infinities(self):
        self.assertEqual(self.judged([math.nan], [1.0])[0], math.inf)
        self.assertEqual(self.judged([math.inf], [1.0])[0], math.inf)
        self.assertEqual(self.judged([1.0], [math.nan])[0], math.inf)
        self.assertEqual(self.judged([-math.inf, 1.0], [-math.inf, 1.0]), (0.0, ""))  # a mask, on both sides

    def test_shapes_and_names(self):
        self.assertEqual(self.judged([[1.0]], [1.0])[0], math.inf)
        self.assertEqual(self.judged([], []), (0.0, ""))
        self.assertEqual(judge({}, {"y": np.ones(1)}, 1e-4), ({"y": math.inf}, {"y": 0.0}, "gave no output y"))

    def test_cosine_is_of_the_whole(self):
        def cosine(got, want):
            return judge({"y": np.array(got, np.float32)}, {"y": np.array(want, np.float32)}, 10)[1]["y"]

        self.assertAlmostEqual(cosine([[3.0], [4.0]], [[4.0], [3.0]]), 0.96)
        self.assertAlmostEqual(cosine([1.0, -math.inf], [2.0, -math.inf]), 1.0)
        self.assertEqual(cosine([1.0], [0.0]), 0.0)
        self.assertEqual((cosine([0.0], [0.0]), cosine([], [])), (1.0, 1.0))


if __name__ == "__main__":
    unittest.main()
