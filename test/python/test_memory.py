"""A thousand runs leave nothing behind, whatever their sizes and however they end."""

import gc
import tracemalloc
import unittest

import numpy as np

import llmc
import models


def resident_bytes():
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * 4096


class Memory(unittest.TestCase):
    def test_runs(self):
        model = models.stored("bert_tiny")
        feeds, _ = models.read_case("bert_tiny")

        def runs(count):
            for turn in range(count):
                length = 1 + turn % 7
                model({name: array[:, :length] for name, array in feeds.items()})
                with self.assertRaises(llmc.ModelError):
                    model({**feeds, "input_ids": feeds["input_ids"][:, :-1]})
                if turn % 100 == 0:
                    with model.context() as context:
                        context.run(feeds)

        runs(200)
        gc.collect()
        tracemalloc.start()
        traced, resident = tracemalloc.get_traced_memory()[0], resident_bytes()
        runs(1000)
        gc.collect()
        self.assertLess(tracemalloc.get_traced_memory()[0] - traced, 100_000)
        tracemalloc.stop()
        self.assertLess(resident_bytes() - resident, 4_000_000)

    def test_results_do_not_copy(self):
        """The memory that NumPy hands out for a run is that of its outputs, with room for them to grow, or nothing where an
        earlier output has left its own."""
        x = np.ones(1_000_000, np.float32)
        model = models.scale()

        def peak_of_run():
            before = tracemalloc.get_traced_memory()[0]
            tracemalloc.reset_peak()
            result = model(x=x)
            return tracemalloc.get_traced_memory()[1] - before, result

        model(x=x)
        tracemalloc.start()
        reused, kept = peak_of_run()
        fresh, _ = peak_of_run()
        tracemalloc.stop()
        self.assertLess(reused, 50_000)
        self.assertGreater(fresh, x.nbytes - 1)
        self.assertLess(fresh, x.nbytes * 9 / 8 + 50_000)
        self.assertEqual(kept["y"][0], 2)


if __name__ == "__main__":
    unittest.main()
