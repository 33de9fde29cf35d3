"""Processes: what a forked child may do, and what goes from one to the other."""

import copy
import ctypes
import multiprocessing
import pickle
import threading
import unittest
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np

import llmc
import models

BERT = models.ROOT / "test/models/bert_tiny/model.onnx"
FORK = multiprocessing.get_context("fork")
PATIENCE = 120  # seconds, after which a child hangs


def compile_bert(name):
    return llmc.compile(BERT, models.scratch(name), cpu="x86-64-v3").name


def in_child(function, *arguments):
    """What a forked child gives, or raises."""
    answers = FORK.SimpleQueue()

    def work():
        try:
            answers.put((function(*arguments), None))
        except Exception as error:
            answers.put((None, error))

    child = FORK.Process(target=work)
    child.start()
    child.join(PATIENCE)
    if child.is_alive():
        child.kill()
        raise TimeoutError("the child hangs")
    result, error = answers.get()
    if error:
        raise error
    return result


def call_wrongly():
    models.scale()(x=np.zeros(3, np.int32))


def compile_wrongly():
    llmc.compile(b"no model", models.scratch("wrong"))


class SignalStack(ctypes.Structure):
    _fields_ = [("memory", ctypes.c_void_p), ("flags", ctypes.c_int), ("size", ctypes.c_size_t)]


def cpu_beside_a_small_signal_stack(path):
    """Linux does not grant AMX to a process with a thread whose signal stack is too small for its registers."""
    size = 6000
    memory = ctypes.create_string_buffer(size)
    stack = SignalStack(ctypes.cast(memory, ctypes.c_void_p), 0, size)
    if ctypes.CDLL(None).sigaltstack(ctypes.byref(stack), None):
        return None
    model = llmc.load(path)
    model({name: np.ones((1, 4), np.int64) for name in model.inputs})
    return model.cpu


class Permissions(unittest.TestCase):
    @unittest.skipUnless("amx_bf16" in Path("/proc/cpuinfo").read_text(), "this machine has no AMX")
    def test_next_level_where_amx_is_refused(self):
        artefact = llmc.compile(BERT, models.scratch("narrow"), precision="bf16")
        path = artefact.folder / f"{artefact.name}.so"
        self.assertIn(in_child(cpu_beside_a_small_signal_stack, path), ("x86-64-v4-bf16", None))
        self.assertEqual(llmc.load(path).cpu, "x86-64-v4-amx")


class Forks(unittest.TestCase):
    def test_child_compiles_after_its_parent(self):
        compile_bert("parent")
        self.assertEqual(in_child(compile_bert, "child"), "bert_tiny")

    def test_child_of_a_process_that_compiles(self):
        """Locks of the other thread may be held in it for ever, so it says so at once."""
        begun, forked = threading.Event(), threading.Event()

        def wait(progress):
            if progress.phase == "code" and not progress.share:
                begun.set()
                forked.wait(PATIENCE)

        thread = threading.Thread(target=lambda: llmc.compile(BERT, models.scratch("thread"), progress=wait))
        thread.start()
        begun.wait(PATIENCE)
        try:
            with self.assertRaisesRegex(llmc.CompileError, "was forked while another thread compiled"):
                in_child(compile_bert, "amidst")
        finally:
            forked.set()
            thread.join()
        self.assertEqual(in_child(compile_bert, "after"), "bert_tiny")

    def test_child_of_a_process_that_runs(self):
        models.scale()
        x = np.arange(3, dtype=np.float32)
        model = llmc.load(models.scratch("scale"), threads=2)
        context = model.context()
        model(x=x)
        self.assertEqual(in_child(lambda: model(x=x)["y"].tolist()), [0, 2, 4])
        with self.assertRaisesRegex(llmc.ModelError, "made before the process was forked"):
            in_child(context.run, {"x": x})
        self.assertEqual(context.run({"x": x})["y"].tolist(), [0, 2, 4])


class Pickling(unittest.TestCase):
    def test_errors(self):
        note = llmc.Diagnostic("note", "node \"n\"")
        errors = [llmc.ModelError(llmc.Status.BUSY, "busy"), llmc.ModelError(99, "of a newer runtime"),
                  llmc.Cancelled(llmc.Status.CANCELLED, "cancelled"),
                  llmc.DeadlineExceeded(llmc.Status.DEADLINE, "late"),
                  llmc.CompileError(llmc.CompileStatus.REFUSED, [llmc.Diagnostic("error", "refused"), note]),
                  llmc.CompileError(llmc.CompileStatus.NO_MEMORY, []), llmc.CompilerNotFound("none")]
        for error in errors:
            for again in (pickle.loads(pickle.dumps(error)), copy.copy(error)):
                self.assertIs(type(again), type(error))
                self.assertEqual(str(again), str(error))
                self.assertEqual(vars(again), vars(error))

    def test_errors_of_workers(self):
        with ProcessPoolExecutor(1, FORK) as pool:
            with self.assertRaisesRegex(llmc.ModelError, "expected f32") as caught:
                pool.submit(call_wrongly).result(PATIENCE)
            self.assertEqual(caught.exception.status, llmc.Status.TYPE_MISMATCH)
            with self.assertRaises(llmc.CompileError) as caught:
                pool.submit(compile_wrongly).result(PATIENCE)
            self.assertEqual(caught.exception.status, llmc.CompileStatus.BROKEN)
            self.assertTrue(caught.exception.diagnostics)

    def test_models_stay(self):
        model = models.scale()
        with model.context() as context:
            for one in (model, context):
                with self.assertRaisesRegex(TypeError, "try: load it in the worker"):
                    pickle.dumps(one)


if __name__ == "__main__":
    unittest.main()
