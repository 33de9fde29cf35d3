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
        """The memory that NumPy hands out for a run is that of its outputs."""
        x = np.ones(1_000_000, np.float32)
        model = models.scale()
        model(x=x)
        tracemalloc.start()
        before = tracemalloc.get_traced_memory()[0]
        tracemalloc.reset_peak()
        model(x=x)
        peak = tracemalloc.get_traced_memory()[1] - before
        tracemalloc.stop()
        self.assertGreater(peak, x.nbytes - 1)
        self.assertLess(peak, x.nbytes + 50_000)


if __name__ == "__main__":
    unittest.main()
