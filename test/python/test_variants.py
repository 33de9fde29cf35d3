"""Code for some sizes: the same results as without it, whichever variant runs, and states go from one to the other."""

import itertools
import unittest

import llmc
import models
import numpy as np


def bert(name, dims):
    return llmc.compile(models.ROOT / "test/models/bert_tiny/model.onnx", models.scratch(name), cpu="native", dims=dims).load()


class Variants(unittest.TestCase):
    def test_results_and_names(self):
        plain = bert("plain", None)
        model = bert("variants", {"batch_size": [1, 3], "sequence_length": [1, 5, 32, (1, 64)]})
        self.assertEqual(plain.variants, ("",))
        self.assertEqual(model.variants, ("", *(f"batch_size={b}, sequence_length={s}" for b in (1, 3) for s in (1, 5, 32))))
        random, context = np.random.default_rng(3), model.context()
        for batch, sequence in itertools.product((3, 1, 2), (5, 1, 6, 32, 33)):
            feeds = {name: random.integers(0, 2 if name != "input_ids" else 500, (batch, sequence)) for name in model.inputs}
            feeds["attention_mask"][:, 0] = 1
            got = context.run(feeds, profile=True)["last_hidden_state"]
            np.testing.assert_allclose(got, plain(feeds)["last_hidden_state"], rtol=1e-4, atol=1e-5)
            of_its_own = batch != 2 and sequence in (1, 5, 32)
            self.assertEqual(context.variant, f"batch_size={batch}, sequence_length={sequence}" if of_its_own else "")
            self.assertTrue(context.profile() and all(kernel.calls == 1 for kernel in context.profile()))
        with self.assertRaisesRegex(llmc.ModelError, "sequence_length is 65, but the model takes at most 64"):
            model({name: np.ones((1, 65), np.int64) for name in model.inputs})

    def test_an_artefact_of_variants_holds_its_weights_once(self):
        sizes = [bert(name, dims)._opened.library.path.stat().st_size
                 for name, dims in (("once", None), ("thrice", {"batch_size": [1], "sequence_length": [7, 9]}))]
        self.assertLess(sizes[1] - sizes[0], 512 * 1024)  # of code; the weights take 2 MB

    def test_states_go_from_one_to_the_other(self):
        plain = llmc.load(models.decoder().folder, threads=1)
        model = llmc.compile(models.Decoder.onnx(), models.scratch("steps"), name="decoder", cpu="native",
                             dims={"n": [1, 4], "batch": [2]}).load(threads=1)
        contexts = plain.context(), model.context()
        for context in contexts:
            context.reserve_states(40)
        random, seen = np.random.default_rng(5), []
        for step, count in enumerate((4, 1, 1, 3, 1, 4, 2, 1)):
            tokens = random.integers(0, models.Decoder.WORDS, (2, count))
            want, got = (context.run({"tokens": tokens})["logits"] for context in contexts)
            np.testing.assert_allclose(got, want, rtol=1e-4, atol=1e-5, err_msg=f"step {step}")
            seen.append(contexts[1].variant)
        self.assertEqual(seen, ["batch=2, n=4", "batch=2, n=1", "batch=2, n=1", "", "batch=2, n=1", "batch=2, n=4", "", "batch=2, n=1"])
        self.assertEqual(contexts[1].state_length(), 17)
        for state in model.states:
            np.testing.assert_allclose(contexts[1].read_state(state.output), contexts[0].read_state(state.output), rtol=1e-4, atol=1e-5)

    def test_the_length_of_a_state_is_no_size_of_a_variant(self):
        with self.assertRaisesRegex(llmc.CompileError, "with past=3 not the same inputs are states"):
            llmc.compile(models.Decoder.onnx(), models.scratch("refused"), name="decoder", cpu="native", dims={"past": [3, 4]})


if __name__ == "__main__":
    unittest.main()
