"""Contexts in threads: they overlap, can be cancelled, and are closed in any order."""

import gc
import os
import subprocess
import sys
import threading
import unittest

import numpy as np

import llmc
import models

LONG = np.zeros((16384, 1024), np.float32)  # seconds of work for models.slow()


class Threads(unittest.TestCase):
    def long_run(self, context, meanwhile):
        """Calls meanwhile() while another thread is inside a long run of `context`, ends that run, gives its error."""
        errors, begun = [], threading.Event()

        def run():
            begun.set()
            try:
                context.run({"x": LONG})
            except llmc.ModelError as error:
                errors.append(error)

        thread = threading.Thread(target=run)
        thread.start()
        begun.wait()
        try:
            return meanwhile()
        finally:
            while thread.is_alive():  # a cancel before the run begins is none
                context.cancel()
                thread.join(0.01)
            self.assertEqual([type(error) for error in errors], [llmc.Cancelled])

    def test_runs_overlap(self):
        """Whole runs go by while another context is inside one: nobody holds the GIL."""
        x = np.arange(3, dtype=np.float32)
        with models.slow().context() as context:
            results = self.long_run(context, lambda: [models.scale()(x=x)["y"] for _ in range(100)])
            np.testing.assert_array_equal(results, [x * 2] * 100)
            small = context.run({"x": LONG[:2]})["y"]
        self.assertEqual(small.shape, (2, 1024))

    def test_one_thread_at_a_time(self):
        def enter():
            while True:  # until the other thread is inside
                try:
                    context.trim()
                except llmc.ModelError as error:
                    status = error.status
                    break
            with self.assertRaisesRegex(llmc.ModelError, "a context for each thread"):
                context.close()
            return status

        with models.slow().context() as context:
            self.assertEqual(self.long_run(context, enter), llmc.Status.BUSY)

    def test_deadline(self):
        with models.slow().context() as context:
            with self.assertRaises(llmc.DeadlineExceeded) as caught:
                context.run({"x": LONG}, deadline_ms=20)
            self.assertEqual(caught.exception.status, llmc.Status.DEADLINE)
            self.assertIsInstance(caught.exception, TimeoutError)
            np.testing.assert_array_equal(context.run({"x": LONG[:2]}, deadline_ms=60_000)["y"], LONG[:2])

    def test_deadlines_that_are_no_whole_milliseconds(self):
        x = {"x": np.ones(3, np.float32)}
        with models.slow().context() as context, self.assertRaises(llmc.DeadlineExceeded):
            context.run({"x": LONG}, deadline_ms=0.5)
        with models.scale().context() as context:
            for deadline in (59_999.5, np.float32(60_000), float("inf"), 2**70):
                np.testing.assert_array_equal(context.run(x, deadline_ms=deadline)["y"], [2, 2, 2])
            for deadline in (0, -0.5, float("nan")):
                with self.assertRaisesRegex(ValueError, f"deadline_ms is {deadline}; try: more than 0"):
                    context.run(x, deadline_ms=deadline)
            with self.assertRaisesRegex(TypeError, "deadline_ms must be a number of milliseconds, not str"):
                context.run(x, deadline_ms="20")

    def test_eight_threads_on_one_model(self):
        model = models.stored("bert_tiny")
        cases = [models.read_case("bert_tiny", case) for case in ("case0", "case1")]
        wanted = [model(feeds)["last_hidden_state"] for feeds, _ in cases]
        failures = []

        def work(number):
            for turn in range(50):
                case = (number + turn) % 2
                got = model(cases[case][0])["last_hidden_state"]
                if not np.array_equal(got, wanted[case]):
                    failures.append((number, turn))

        threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(failures, [])


class Lifetimes(unittest.TestCase):
    def test_child_process(self):
        """A child of fork() runs what its parent has loaded."""
        feeds, _ = models.read_case("bert_tiny")
        model = models.stored("bert_tiny")
        wanted = model(feeds)["last_hidden_state"]
        child = os.fork()
        if child == 0:
            same = np.array_equal(model(feeds)["last_hidden_state"], wanted)
            os._exit(0 if same else 1)
        self.assertEqual(os.waitpid(child, 0)[1], 0)

    def test_end_of_the_process(self):
        """A daemon thread that is inside a run does not keep the process from ending well."""
        models.slow()
        code = ("import llmc, numpy, sys, threading, time; model = llmc.load(sys.argv[1], threads=2);"
                "x = numpy.zeros((16384, 1024), numpy.float32);"
                "threading.Thread(target=lambda: model(x=x), daemon=True).start(); time.sleep(0.2)")
        subprocess.run([sys.executable, "-c", code, models.scratch("slow")], check=True)

    def test_context_outlives_model(self):
        models.scale()
        model = llmc.load(models.scratch("scale"))
        context = model.context(threads=2)
        del model
        gc.collect()
        np.testing.assert_array_equal(context.run({"x": np.ones(2, np.float32)})["y"], [2, 2])

    def test_closed_context(self):
        context = models.scale().context()
        context.close()
        context.close()
        context.cancel()
        with self.assertRaisesRegex(llmc.ModelError, "this context is closed"):
            context.run({"x": np.ones(2, np.float32)})

    def test_library_is_unloaded(self):
        artefact = llmc.compile(models.ROOT / "test/models/bert_tiny/model.onnx", models.scratch("unloaded"))
        model = artefact.load()
        model(models.read_case("bert_tiny")[0])

        def mapped():
            with open("/proc/self/maps") as maps:
                return any(str(artefact.folder) in line for line in maps)

        self.assertTrue(mapped())
        del model
        gc.collect()
        self.assertFalse(mapped())


if __name__ == "__main__":
    unittest.main()
