"""What the exit code says: of the compiler's model, not of peers."""

import unittest

import races
from racing.command import verdict
from racing.results import Race


class Verdicts(unittest.TestCase):
    def of(self, refusals=(), **ours):
        contest = races.contest(results=[races.result("llmc", "llmc", 1.0, **ours),
                                         races.result("torch", "PyTorch", refusal="no"),
                                         races.result("openvino", "OpenVINO", 1.0, errors={"y": 1.0}, judgement="no")])
        return verdict(Race("", races.race().machine, {}, 0.1, 1, dict(refusals), [races.contest(), contest]))

    def test_exit_codes(self):
        self.assertEqual(self.of(), 0)
        self.assertEqual(self.of(errors={"y": 1.0}, judgement="other numbers"), 4)
        self.assertEqual(self.of(judgement="nothing to judge it by"), 0)
        self.assertEqual(self.of(refusal="no"), 3)
        self.assertEqual(self.of([("vit", "no")]), 3)


if __name__ == "__main__":
    unittest.main()
