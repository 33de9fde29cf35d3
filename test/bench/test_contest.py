"""A contest of contenders that are made for it: whatever one does, it stays in the results, and the others race on."""

import multiprocessing
import os
import signal
import tempfile
import threading
import time
import unittest
from pathlib import Path
from unittest import mock

import numpy as np

from racing import contender, contest
from racing.errors import NotRaced
from racing.peers import JUDGE, OURS
from racing.peers.peer import Entry, Peer
from racing.results import Contest, Limit

SECONDS = 0.001  # of a slice


class Doubles(Peer):
    """Gives twice its input."""

    title, modules = "Doubles", ()

    def open(self):
        print("this goes to the log")

    def run(self):
        return self.feeds["x"] * 2

    def arrays(self, results):
        return {"y": results}

    @classmethod
    def files(cls, entry):
        return [entry.feeds]


class Ours(Doubles):
    name = OURS


class Judge(Doubles):
    name = JUDGE


class Triples(Doubles):
    name, title = "triples", "Triples"

    def run(self):
        return self.feeds["x"] * 3


class Refuses(Doubles):
    name, title = "refuses", "Refuses"

    def open(self):
        raise NotRaced("has its reasons")


class Raises(Doubles):
    name, title = "raises", "Raises"

    def open(self):
        raise ValueError(f"{self.entry.model} is not understood\nand more")


class Absent(Doubles):
    name, title, modules = "absent", "Absent", ("no_such_module",)


class Formless(Doubles):
    """Opens what could not be made."""

    name, title, form = "formless", "Formless", "m.bin"

    @classmethod
    def files(cls, entry):
        return super(Doubles, cls).files(entry)


class SpeedOnly(Triples):
    name, title, speed_only = "speed", "Speed", "speed only: other weights"


class Dies(Doubles):
    """In the second round, which is the third run: one opens, and each fills a slice."""

    name, title = "dies", "Dies"
    runs = 0

    def run(self):
        time.sleep(2 * SECONDS)
        self.runs += 1
        if self.runs == 3:
            os.kill(os.getpid(), signal.SIGKILL)
        return super().run()


class Hangs(Doubles):
    name, title = "hangs", "Hangs"

    def open(self):
        time.sleep(1000)


class Spins(Doubles):
    """Does not sleep when others run."""

    name, title = "spins", "Spins"

    def open(self):
        def spin():
            while True:
                pass

        threading.Thread(target=spin, daemon=True).start()


def limits(cpus):
    return Limit(1e9, 1e9)


class Contests(unittest.TestCase):
    def hold(self, *peers, rounds=3, seconds=SECONDS):
        """The contest, and the results by name."""
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            np.savez(folder / "feeds.npz", x=np.arange(5, dtype=np.float32))
            entry = Entry(folder / "models" / "m.onnx", folder / "artefact", None, None, ("y",),
                          folder / "feeds.npz", 1, folder, {"formless": NotRaced("can't be made")})
            cpus = [min(os.sched_getaffinity(0))]
            held = Contest("w", "W", 1, cpus, {}, 1.0, 1.0)
            contest.hold(held, peers, entry, rounds, seconds, limits, folder, 1e-4)
            self.assertEqual(multiprocessing.active_children(), [])
            self.log = (folder / f"w-1-{OURS}.txt").read_text() if Ours in peers else ""
            return held, {result.peer: result for result in held.results}

    def test_all_is_well(self):
        held, results = self.hold(Ours, Judge)
        for result in results.values():
            self.assertEqual((result.refusal, result.judgement, len(result.slices)), ("", "", 3))
            self.assertGreaterEqual(min(each.runs for each in result.slices), 1)
            self.assertGreater(result.peak_bytes, 0)
            self.assertGreater(result.opening.imported_bytes, 0)
            self.assertGreater(result.files_bytes, 0)
        self.assertEqual((results[OURS].errors, results[OURS].cosines), ({"y": 0.0}, {"y": 1.0}))
        self.assertEqual(held.limits, [limits([])] * 3)
        self.assertEqual(self.log, "this goes to the log\n")

    def test_whatever_others_do(self):
        _, results = self.hold(Ours, Refuses, Dies, Judge, Raises, Triples, Absent, Formless)
        self.assertEqual(results["refuses"].refusal, "has its reasons")
        self.assertEqual(results["raises"].refusal, "ValueError: m.onnx is not understood (w-1-raises.txt)")
        self.assertEqual(results["absent"].refusal, "no_such_module is not installed in the environment")
        self.assertEqual(results["formless"].refusal, "can't be made")
        for name in ("refuses", "raises", "absent", "formless"):
            self.assertEqual((results[name].slices, results[name].opening), ([], None))
        self.assertEqual(results["dies"].refusal, "in round 2: the process ended by SIGKILL (w-1-dies.txt)")
        self.assertEqual([len(results[name].slices) for name in (OURS, "dies", JUDGE, "triples")], [3, 1, 3, 3])
        self.assertIn("y is off by 5.0e-01 of its greatest value", results["triples"].judgement)
        self.assertEqual(results["triples"].refusal, "")
        self.assertEqual((results[OURS].judgement, results[OURS].errors), ("", {"y": 0.0}))

    def test_whose_results_can_not_be_compared(self):
        _, results = self.hold(Ours, Judge, SpeedOnly, rounds=1)
        speed = results["speed"]
        self.assertEqual((speed.judgement, speed.errors, len(speed.slices)), ("speed only: other weights", {}, 1))

    def test_who_never_answers(self):
        with mock.patch.object(contender, "OPEN_SECONDS", 0.2):
            _, results = self.hold(Hangs)
        self.assertEqual(results["hangs"].refusal, "gave no answer in 0.2 s")

    def test_no_judge(self):
        _, results = self.hold(Ours, rounds=1)
        self.assertEqual(results[OURS].judgement, "nothing to judge it by: ONNX Runtime gave no outputs")

    def test_too_little_memory(self):
        with mock.patch.object(contest.machine, "available_bytes", lambda: 0):
            _, results = self.hold(Judge, rounds=1)
        self.assertRegex(results[JUDGE].refusal, "opening it may take 0 MB, and 0 MB are available")

    def test_who_does_not_sleep_is_seen(self):
        held, _ = self.hold(Ours, Spins, rounds=1, seconds=100 * SECONDS)
        self.assertGreater(held.asleep_share, 0.05)


if __name__ == "__main__":
    unittest.main()
