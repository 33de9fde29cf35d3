"""States that a context keeps: the same bits as when they are bound, step by step, and nothing of the past is written."""

import ctypes
import itertools
import mmap
import os
import unittest

import numpy as np

import llmc
import models
from llmc import _runtime
from models import Decoder

STEPS = 40


def loaded(level=None, threads=1):
    """The decoder on a level of the code; the best one unless told otherwise."""
    before = os.environ.get("LLMC_CPU")
    if level:
        os.environ["LLMC_CPU"] = level
    try:
        return llmc.load(models.decoder().folder, threads=threads)
    finally:
        if level:
            os.environ.pop("LLMC_CPU")
        if before:
            os.environ["LLMC_CPU"] = before


def levels():
    """Those of the code that run here."""
    best = loaded().cpu
    return ["x86-64-v3", best] if best == "x86-64-v4" else [best]


class Plain:
    """Runs with the past as an input and the present as an output."""

    def __init__(self, model, batch):
        self.context = model.context()
        self.keys = np.zeros((batch, Decoder.HEADS, Decoder.DEPTH, 0), np.float32)
        self.values = np.zeros((batch, Decoder.HEADS, 0, Decoder.DEPTH), np.float32)

    def step(self, tokens):
        outputs = self.context.run({"tokens": tokens, "known": self.keys, "seen": self.values})
        self.keys, self.values = outputs["all_k"], outputs["all_v"]
        return outputs["logits"]


def following(logits):
    return logits[:, -1:, :].argmax(-1)


class KeptStates(unittest.TestCase):
    def compare(self, model, capacity, batch, prefill, steps=STEPS):
        plain, kept = Plain(model, batch), model.context()
        kept.reserve_states(capacity)
        tokens = np.arange(batch * prefill).reshape(batch, prefill) % Decoder.WORDS
        for step in range(steps):
            wanted, outputs = plain.step(tokens), kept.run({"tokens": tokens})
            self.assertEqual(list(outputs), ["logits"])
            self.assertEqual(outputs["logits"].tobytes(), wanted.tobytes(), f"step {step}")
            self.assertEqual(kept.read_state("all_k").tobytes(), plain.keys.tobytes(), f"step {step}")
            self.assertEqual(kept.read_state("seen").tobytes(), plain.values.tobytes(), f"step {step}")
            tokens = following(wanted) if tokens.size else np.ones((batch, 1), np.int64)
        self.assertEqual(kept.state_length(), plain.values.shape[2])
        return kept

    def test_is_recognised(self):
        self.assertEqual(loaded().states, (llmc.StateInfo("known", "all_k", 3), llmc.StateInfo("seen", "all_v", 2)))
        self.assertEqual(models.stored("bert_tiny").states, ())
        rows = [(state.input, state.output, state.axis) for state in models.stored("llama_tiny.fp16").states]
        self.assertEqual(rows, [(f"past_key_values.{layer}.{part}", f"present.{layer}.{part}", 2)
                                for layer in range(2) for part in ("key", "value")])

    def test_same_bits_as_the_plain_loop(self):
        for level, threads in itertools.product(levels(), (1, 2)):
            model = loaded(level, threads)
            self.assertEqual(model.cpu, level)
            for batch, prefill, more in ((1, 0, 0), (1, 7, 1), (2, 1, 0), (2, 0, 80), (2, 7, 0)):
                with self.subTest(level=level, threads=threads, batch=batch, prefill=prefill, more=more):
                    self.compare(model, prefill + STEPS - 1 + more, batch, prefill)

    def test_half_precision(self):
        model = models.stored("llama_tiny.fp16")
        kept, plain = model.context(), model.context()
        kept.reserve_states(16)
        past = {state.input: np.zeros((1, 2, 0, 32), np.float16) for state in model.states}
        for length, count in ((0, 5), (5, 1), (6, 1), (7, 3)):
            feeds = {"input_ids": np.arange(count)[None], "attention_mask": np.ones((1, length + count), np.int64),
                     "position_ids": np.arange(length, length + count)[None]}
            wanted, outputs = plain.run({**feeds, **past}), kept.run(feeds)
            self.assertEqual(outputs["logits"].tobytes(), wanted["logits"].tobytes())
            past = {state.input: wanted[state.output] for state in model.states}
            for state in model.states:
                self.assertEqual(kept.read_state(state.output).tobytes(), wanted[state.output].tobytes())
        with self.assertRaisesRegex(llmc.ModelError, "attention_mask"):  # a mask for another length
            kept.run({**feeds, "attention_mask": np.ones((1, 4), np.int64)})
        self.assertEqual(kept.state_length(), 10)

    def test_overflow(self):
        kept = self.compare(loaded(), capacity=4, batch=2, prefill=2, steps=3)
        token = np.ones((2, 1), np.int64)
        with self.assertRaises(llmc.ModelError) as raised:
            kept.run({"tokens": token})
        self.assertEqual(raised.exception.status, llmc.Status.BUFFER_TOO_SMALL)
        self.assertEqual(str(raised.exception), 'output "all_k" needs room for 5 positions, 4 are reserved; try: reserve more '
                                                "(llmc_context_state_reserve)")
        before = kept.read_state("known")
        kept.reserve_states(9)
        self.assertEqual(kept.read_state("known").tobytes(), before.tobytes())
        kept.run({"tokens": token})
        self.assertEqual(kept.read_state("known")[..., :4].tobytes(), before.tobytes())
        self.assertEqual(kept.state_length("seen"), 5)

    def test_reset_and_truncate(self):
        model = loaded()
        kept = self.compare(model, capacity=12, batch=1, prefill=7, steps=4)
        rejected, right = np.array([[3, 4]]), np.array([[5, 6]])
        kept.truncate_states(6)
        kept.run({"tokens": rejected})
        kept.truncate_states(6)
        plain = Plain(model, 1)
        plain.step(np.arange(7)[None] % Decoder.WORDS)
        plain.keys, plain.values = np.ascontiguousarray(plain.keys[..., :6]), np.ascontiguousarray(plain.values[:, :, :6])
        self.assertEqual(kept.run({"tokens": right})["logits"].tobytes(), plain.step(right).tobytes())
        kept.reset_states()
        self.assertEqual(kept.state_length(), 0)
        plain = Plain(model, 2)  # another batch
        both = np.array([[1, 2], [3, 4]])
        self.assertEqual(kept.run({"tokens": both})["logits"].tobytes(), plain.step(both).tobytes())
        with self.assertRaisesRegex(llmc.ModelError, "axis 0 is 1, but the context keeps a state in which it is 2"):
            kept.run({"tokens": right})

    def test_failed_runs_leave_states(self):
        model = loaded()
        kept, plain = model.context(), Plain(model, 1)
        kept.reserve_states(8)
        for tokens in ([[1, 2]], [[3]]):
            with self.assertRaises(llmc.ModelError):
                kept.run({"tokens": np.array([[Decoder.WORDS + 5]])})  # no such word
            self.assertEqual(kept.run({"tokens": np.array(tokens)})["logits"].tobytes(),
                             plain.step(np.array(tokens)).tobytes())
        self.assertEqual(kept.read_state("all_v").tobytes(), plain.values.tobytes())

    def test_contexts_are_apart(self):
        model = loaded()
        contexts, plain = [model.context() for _ in range(2)], [Plain(model, 1) for _ in range(2)]
        for context in contexts:
            context.reserve_states(8)
        for step in range(4):
            for number, (context, other) in enumerate(zip(contexts, plain)):
                tokens = np.array([[step + 7 * number]])
                self.assertEqual(context.run({"tokens": tokens})["logits"].tobytes(), other.step(tokens).tobytes())

    def test_plain_again(self):
        model = loaded()
        context, plain = model.context(), Plain(model, 1)
        context.reserve_states(8)
        context.run({"tokens": np.array([[1, 2, 3]])})
        with self.assertRaisesRegex(llmc.ModelError, '"known" belongs to a state that this context keeps'):
            context.run({"tokens": np.array([[1]]), "known": plain.keys, "seen": plain.values})
        context.reserve_states(0)
        outputs = context.run({"tokens": np.array([[1]]), "known": plain.keys, "seen": plain.values})
        self.assertEqual(list(outputs), ["all_k", "logits", "all_v"])
        self.assertEqual(outputs["logits"].tobytes(), plain.step(np.array([[1]])).tobytes())
        with self.assertRaisesRegex(llmc.ModelError, "this context keeps no states"):
            context.state_length()
        with self.assertRaisesRegex(llmc.ModelError, "no states to reserve room for"):
            models.scale().context().reserve_states(4)
        with self.assertRaises(ValueError):
            context.reserve_states(-1)


class Pages:
    """Memory for a context that can be closed to writing, page by page."""

    def __init__(self):
        self.libc = ctypes.CDLL(None, use_errno=True)
        self.libc.mmap.restype = ctypes.c_void_p
        self.libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t] + [ctypes.c_int] * 3 + [ctypes.c_long]
        self.libc.munmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t]
        self.libc.mprotect.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
        self.blocks = {}  # address -> bytes
        allocate = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_size_t)
        release = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t)
        self.functions = allocate(self.allocate), release(self.release)

    def allocate(self, _, size, __):
        address = self.libc.mmap(None, size, mmap.PROT_READ | mmap.PROT_WRITE, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, -1, 0)
        self.blocks[address] = size
        return address

    def release(self, _, address, size):
        self.libc.munmap(address, size)
        del self.blocks[address]

    def close(self, address, size):
        assert self.libc.mprotect(address, size, mmap.PROT_READ) == 0

    def open(self):
        for address, size in self.blocks.items():
            assert self.libc.mprotect(address, size, mmap.PROT_READ | mmap.PROT_WRITE) == 0


class PagesContext(llmc.Context):
    """A context on such memory."""

    def __init__(self, model, pages):
        class Hook(_runtime.Struct):
            _fields_ = [("size", ctypes.c_size_t), ("user", ctypes.c_void_p), ("allocate", type(pages.functions[0])),
                        ("release", type(pages.functions[1]))]
        hook = Hook(allocate=pages.functions[0], release=pages.functions[1])
        original = _runtime.ContextOptions
        _runtime.ContextOptions = lambda **fields: original(allocator=ctypes.addressof(hook), **fields)
        try:
            super().__init__(model, 1)
        finally:
            _runtime.ContextOptions = original


class InPlace(unittest.TestCase):
    def test_no_step_writes_the_past_or_moves_it(self):
        """One position of the state is a page; those that a step must leave alone can't be written."""
        width, capacity = mmap.PAGESIZE // 4, 12
        from onnx import TensorProto, helper
        nodes = [helper.make_node("Concat", ["past", "new"], ["present"], axis=1),
                 helper.make_node("ReduceMean", ["present"], ["mean"], axes=[1], keepdims=0)]
        model = models.build("appends", nodes, [("new", TensorProto.FLOAT, [1, "n", width]), ("past", TensorProto.FLOAT, [1, "past", width])],
                             [("present", TensorProto.FLOAT, [1, "total", width]), ("mean", TensorProto.FLOAT, [1, width])])
        pages = Pages()
        context = PagesContext(model._opened, pages)
        context.reserve_states(capacity)
        context.run({"new": np.full((1, 2, width), 1, np.float32)})
        [state] = [address for address, size in pages.blocks.items() if size == capacity * mmap.PAGESIZE]
        for length in range(2, capacity):
            pages.close(state, length * mmap.PAGESIZE)
            context.run({"new": np.full((1, 1, width), length, np.float32)})
            pages.open()
            self.assertIn(state, pages.blocks)
            last = np.ctypeslib.as_array(ctypes.cast(state, ctypes.POINTER(ctypes.c_float)), (capacity, width))[length]
            self.assertTrue((last == length).all())
        context.close()
        self.assertEqual(pages.blocks, {})


if __name__ == "__main__":
    unittest.main()
