#!/usr/bin/env python3
"""bench/race on a small graph of a real exporter, with whoever is installed: pages, exit codes, nothing left behind.

usage: test_whole.py LLMC
"""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

import onnx
from onnx import TensorProto, helper

from racing import results
from racing.peers import JUDGE, OURS, PEERS

ROOT = Path(__file__).resolve().parents[2]
LLMC = sys.argv.pop(1)


def running_in_group(group):
    """Processes of a process group that have not ended."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            state, _, its_group = path.read_text().rpartition(")")[2].split()[:3]
            if int(its_group) == group and state != "Z":
                found.append(path.parent.name)
    return found


class Whole(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = Path(scratch.name)

    def command(self, *arguments):
        return [str(ROOT / "bench" / "race"), "--venv", str(ROOT / ".venv"), "--llmc", LLMC, "--out",
                str(self.folder / "out"), *map(str, arguments)]

    def race(self, *arguments):
        return subprocess.run(self.command("--quick", *arguments), capture_output=True, text=True, cwd=self.folder)

    def graph(self, operator):
        """A file with one node."""
        values = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [3]) for name in "xy"]
        graph = helper.make_graph([helper.make_node(operator, ["x"], ["y"])], "g", values[:1], values[1:])
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
        onnx.save(model, self.folder / f"{operator}.onnx")
        return f"{operator}.onnx"

    def test_a_race(self):
        done = self.race(ROOT / "test/models/bert_tiny/model.onnx", "--dim", "sequence_length=16")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        race = results.read(self.folder / "out" / "race.json")
        (contest,) = race.contests
        self.assertEqual((contest.workload, contest.threads), ("bert_tiny", 1))
        self.assertEqual(contest.dims, {"batch_size": 1, "sequence_length": 16})
        self.assertEqual([result.peer for result in contest.results],
                         [OURS, *(name for name, peer in PEERS.items() if "f32" in peer.precisions)])
        for result in contest.results:
            self.assertEqual(len(result.slices), 0 if result.refusal else 2, result)
            self.assertEqual(result.judgement, "")
        raced = {result.peer: result for result in contest.results if not result.refusal}
        self.assertLessEqual({OURS, JUDGE}, set(raced))
        self.assertEqual(list(raced[OURS].errors), ["last_hidden_state"])
        self.assertGreater(min(contest.flops, contest.bytes, raced[OURS].files_bytes, raced[OURS].compile_seconds), 0)
        self.assertIn("times as fast as ONNX Runtime", done.stdout)
        self.assertEqual(sorted(path.name for path in (self.folder / "out").iterdir()),
                         ["logs", "race.html", "race.json", "race.md"])
        self.assertEqual([path.name for path in self.folder.iterdir()], ["out"])

        html = (self.folder / "out" / "race.html").read_text()
        (self.folder / "out" / "race.html").unlink()
        self.assertEqual(self.race("--render", self.folder / "out" / "race.json").returncode, 0)
        self.assertEqual((self.folder / "out" / "race.html").read_text(), html)

    def test_bytes(self):
        done = self.race(ROOT / "test/models/bert_tiny/model.onnx", "--dim", "sequence_length=16", "--precision=int8")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        (contest,) = results.read(self.folder / "out" / "race.json").contests
        by_peer = {result.peer: result for result in contest.results}
        self.assertEqual(set(by_peer), {OURS, *(name for name, peer in PEERS.items() if "int8" in peer.precisions)})
        for name in (OURS, "onnxruntime-dynamic", "onnxruntime-qdq"):
            self.assertEqual((by_peer[name].refusal, by_peer[name].judgement), ("", ""))
            self.assertGreater(by_peer[name].errors["last_hidden_state"], 1e-4)  # it rounds
            self.assertLess(by_peer[name].files_bytes, by_peer[JUDGE].files_bytes)
        self.assertIn("ONNX Runtime int8 QDQ", (self.folder / "out" / "race.md").read_text())
        self.assertNotIn(str(self.folder), (self.folder / "out" / "race.json").read_text())

    def test_a_graph_that_is_refused(self):
        done = self.race(self.graph("NoSuchThing"))
        self.assertEqual(done.returncode, 3, done.stderr)
        self.assertIn("NoSuchThing.onnx: not raced: llmc can't compile NoSuchThing.onnx:", done.stdout)
        self.assertIn("NoSuchThing", (self.folder / "out" / "race.md").read_text())
        self.assertNotIn(str(self.folder), (self.folder / "out" / "race.json").read_text())

    def test_interrupted(self):
        process = subprocess.Popen(self.command(self.graph("Neg"), "--threads=1", "--rounds=100000"), cwd=self.folder,
                                   stderr=subprocess.PIPE, text=True, start_new_session=True)
        while process.poll() is None and not list(self.folder.glob("out/logs/*-onnxruntime.txt")):
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate()
        self.assertEqual(process.returncode, 130)
        self.assertEqual(said, f"race: error: interrupted; {self.folder}/out tells of 0 contests\n")
        self.assertEqual(sorted(path.name for path in (self.folder / "out").iterdir()),
                         ["logs", "race.html", "race.json", "race.md"])
        patience = time.monotonic() + 10  # a process that was ended goes when the machine has time for it
        while running_in_group(process.pid) and time.monotonic() < patience:
            time.sleep(0.05)
        self.assertEqual(running_in_group(process.pid), [])

    def test_places_that_are_not_good(self):
        (self.folder / "file").write_text("")
        model = ROOT / "test/models/bert_tiny/model.onnx"
        for arguments, message in (
                (["--out", self.folder / "file" / "out"], "Not a directory"),
                (["--venv", self.folder], "exists and is no virtual environment; try: another folder with --venv"),
                (["--render", self.folder / "file"], "holds no race")):
            done = self.race(model, *arguments)
            self.assertEqual((done.returncode, done.stdout), (1, ""))
            self.assertRegex(done.stderr, rf"^race: error: .*{message}.*\n$")
        self.assertEqual(os.listdir(self.folder), ["file"])

    def test_no_compiler(self):
        done = self.race("--llmc", self.folder / "nothing", ROOT / "test/models/bert_tiny/model.onnx")
        self.assertEqual(done.returncode, 1)
        self.assertIn("race: error:", done.stderr)
        self.assertIn("nothing is no program; try: scripts/setup.sh llmc", done.stderr)
        self.assertEqual(os.listdir(self.folder), [])


if __name__ == "__main__":
    unittest.main()
