"""Sizes and inputs: what is given counts, the rest is by the meaning of names."""

import unittest
from types import SimpleNamespace

import numpy as np

from racing import feeds, formulas
from racing.errors import NotRaced


def tensor(dtype, *dims):
    return SimpleNamespace(dtype=np.dtype(dtype), dims=dims)


class Sizes(unittest.TestCase):
    def test_given_then_meaning_then_possible(self):
        possible = {"batch_size": 128, "past_sequence_length": 128, "height": 224, "seq": 64}
        self.assertEqual(feeds.sizes(possible, {"seq": 7, "of_another_model": 1}),
                         {"batch_size": 1, "past_sequence_length": 0, "height": 224, "seq": 7})
        self.assertEqual(feeds.sizes(possible, {"batch_size": 0})["batch_size"], 0)

    def test_formulas(self):
        sizes = {"a": 7, "b": 2, "one": 1}
        for formula, value in ((3, 3), ("a", 7), ("2 * a * b + 1", 29), ("floordiv(a, b)", 3), ("mod(a, b)", 1),
                               ("min(a, b)", 2), ("max(a, b)", 7), ("broadcast(one, a)", 7), ("broadcast(a, one)", 7)):
            self.assertEqual(formulas.evaluate(formula, sizes), value, formula)
        for formula in ("c", "a b", "floordiv(a, 0)", "open(a)"):
            with self.assertRaisesRegex(NotRaced, "can't be computed"):
                formulas.evaluate(formula, sizes)


class Feeds(unittest.TestCase):
    def make(self, vocabulary=100, **inputs):
        return feeds.make(SimpleNamespace(inputs=inputs), {"b": 2, "s": 50, "past": 3}, vocabulary)

    def test_meaning(self):
        made = self.make(input_ids=tensor("i8", "b", "s"), attention_mask=tensor("i8", "b", "past + s"),
                         position_ids=tensor("i8", "b", "s"), token_type_ids=tensor("i8", "b", "s"),
                         pixel_values=tensor("f4", "b", 3))
        self.assertEqual({name: array.shape for name, array in made.items()},
                         {"input_ids": (2, 50), "attention_mask": (2, 53), "position_ids": (2, 50),
                          "token_type_ids": (2, 50), "pixel_values": (2, 3)})
        self.assertTrue((made["attention_mask"] == 1).all())
        self.assertTrue((made["position_ids"] == np.arange(3, 53)).all())
        self.assertGreater(made["input_ids"].max(), 1)
        self.assertLess(made["input_ids"].max(), 100)
        self.assertEqual(set(made["token_type_ids"].flat), {0, 1})
        self.assertEqual(made["pixel_values"].dtype, np.float32)

    def test_always_the_same(self):
        inputs = {"input_ids": tensor("i8", "b", "s"), "x": tensor("f4", "s")}
        first, second = self.make(**inputs), self.make(**inputs)
        self.assertTrue(all((first[name] == second[name]).all() for name in inputs))


if __name__ == "__main__":
    unittest.main()
