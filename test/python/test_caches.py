"""Caches in few bits: codes are what NumPy makes of the floats, steps of a context are those of the plain loop, and a position
counts the same in each run."""

import functools
import itertools
import unittest

import numpy as np

import llmc
import models
from models import Decoder

FORMS = ("int8", "fp16", "bf16")
ROWS = {"known": 2, "seen": 3}  # keys lie transposed
PRESENT = {"known": "all_k", "seen": "all_v"}


@functools.lru_cache(maxsize=None)
def compiled(form):
    return llmc.compile(Decoder.onnx(), models.scratch(f"caches-{form}"), name="decoder", cpu="native", quantize=f"caches={form}")


def narrow(form, threads=1):
    return compiled(form).load(threads=threads)


def coded(floats, axis):
    size = np.abs(floats).max(axis, keepdims=True, initial=0)
    steps = size * np.float32(1 / 127)
    return np.clip(np.rint(floats / np.where(steps == 0, np.float32(1), steps)), -127, 127).astype(np.int8), steps


def empty(model, batch):
    """Values for all inputs but the tokens."""
    sizes = {"batch": batch, "past": 0}
    return {name: np.zeros([sizes.get(dim, dim) for dim in each.dims], each.dtype)
            for name, each in model.inputs.items() if name != "tokens"}


class NarrowCaches(unittest.TestCase):
    def tokens(self, batch, count):
        return (np.arange(batch * count).reshape(batch, count) * 7 + 3) % Decoder.WORDS

    def past_of(self, outputs):
        """The next inputs."""
        return {name.replace(wide, known): value for known, wide in PRESENT.items()
                for name, value in outputs.items() if name.startswith(wide)}

    def test_codes_are_those_of_the_floats(self):
        tokens = self.tokens(3, 5)
        wide = models.decoder().load(threads=1)
        floats = wide.context().run({"tokens": tokens, **empty(wide, 3)})
        model = narrow("int8")
        outputs = model.context().run({"tokens": tokens, **empty(model, 3)})
        for known, present in PRESENT.items():
            codes, steps = coded(floats[present], ROWS[known])
            np.testing.assert_array_equal(outputs[present], codes)
            np.testing.assert_array_equal(outputs[present + ".steps"], steps)
        error = np.linalg.norm(outputs["logits"] - floats["logits"]) / np.linalg.norm(floats["logits"])
        self.assertTrue(0 < error < 0.02, error)

    def test_halves_are_those_of_the_floats(self):
        tokens = self.tokens(2, 4)
        wide = models.decoder().load(threads=1)
        floats = wide.context().run({"tokens": tokens, **empty(wide, 2)})
        model = narrow("fp16")
        self.assertEqual(len(model.inputs), 3)
        outputs = model.context().run({"tokens": tokens, **empty(model, 2)})
        for present in PRESENT.values():
            np.testing.assert_array_equal(outputs[present], floats[present].astype(np.float16))

    def test_kept_states_are_those_of_the_plain_loop(self):
        for form, threads, batch in itertools.product(FORMS, (1, 2), (1, 3)):
            with self.subTest(form=form, threads=threads, batch=batch):
                model = narrow(form, threads)
                plain, kept, past = model.context(), model.context(), empty(model, batch)
                kept.reserve_states(12)
                for count in (4, 1, 0, 2, 1, 1, 1, 1, 1):  # grows past the room, too
                    tokens = self.tokens(batch, count)
                    if kept.state_length() + count > 12:
                        kept.reserve_states(40)
                    wanted, outputs = plain.run({"tokens": tokens, **past}), kept.run({"tokens": tokens})
                    self.assertEqual(outputs["logits"].tobytes(), wanted["logits"].tobytes())
                    past = {name: value.copy() for name, value in self.past_of(wanted).items()}
                    for name in (each.input for each in model.states):
                        self.assertEqual(kept.read_state(name).tobytes(), past[name].tobytes(), name)
                self.assertEqual(len(model.states), 4 if form == "int8" else 2)

    def test_pieces_of_a_prompt_are_the_prompt(self):
        for form in FORMS:
            model = narrow(form)
            whole, pieces = model.context(), model.context()
            tokens = self.tokens(2, 9)
            for context in (whole, pieces):
                context.reserve_states(9)
            wanted = whole.run({"tokens": tokens})["logits"]
            got = [pieces.run({"tokens": tokens[:, at:at + size]})["logits"] for at, size in ((0, 5), (5, 1), (6, 3))]
            for state in model.states:
                self.assertEqual(whole.read_state(state.input).tobytes(), pieces.read_state(state.input).tobytes())
            self.assertEqual(got[-1].shape[1], 3)
            self.assertEqual(wanted.shape[1], 9)

    def test_zeros_and_what_is_no_number(self):
        table = np.random.default_rng(3).standard_normal((Decoder.WORDS, 16), np.float32)
        table[0], table[1, 3], table[2] = 0, np.nan, table[2] * np.float32(1e-42)
        graph = Decoder.onnx()
        next(each for each in graph.graph.initializer if each.name == "table").raw_data = table.tobytes()
        model = llmc.compile(graph, models.scratch("caches-table"), name="decoder", cpu="native", quantize="caches=int8").load(threads=1)
        run = lambda *tokens: model.context().run({"tokens": np.array([tokens]), **empty(model, 1)})
        zeros = run(0)
        self.assertFalse(zeros["all_k"].any() or zeros["all_k.steps"].any())
        self.assertTrue(np.isfinite(zeros["logits"]).all())
        self.assertTrue(np.isnan(run(1)["logits"]).all())
        small = run(2)
        self.assertTrue(np.isfinite(small["all_v.steps"]).all())
        self.assertTrue(np.isfinite(small["logits"]).all())

    def test_empty_sizes(self):
        model = narrow("int8")
        for batch, count in ((0, 3), (2, 0)):
            outputs = model.context().run({"tokens": self.tokens(batch, count), **empty(model, batch)})
            self.assertEqual(outputs["all_v.steps"].shape, (batch, Decoder.HEADS, count, 1))
            self.assertEqual(outputs["logits"].shape, (batch, count, Decoder.WORDS))

    def test_some_stay_floats(self):
        model = llmc.compile(Decoder.onnx(), models.scratch("some"), name="decoder", cpu="native",
                             quantize="caches=int8,se*:caches=float").load(threads=1)
        types = {name: each.dtype for name, each in model.inputs.items()}
        self.assertEqual((types["known"], types["seen"]), (np.int8, np.float32))
        self.assertNotIn("seen.steps", types)

    def test_rules_that_name_nothing(self):
        for rule, message in (("nope:caches=int8", 'that "nope:caches=int8" gives'), ("caches=int3", "caches=int8, caches=fp16 or")):
            with self.assertRaisesRegex(llmc.Error, message):
                llmc.compile(Decoder.onnx(), models.scratch("none"), name="decoder", cpu="native", quantize=rule)
            self.assertFalse(models.scratch("none").exists())


if __name__ == "__main__":
    unittest.main()
