"""The command line: what is meant, and what is refused."""

import contextlib
import io
import os
import unittest
from pathlib import Path

from racing import options
from racing.peers import PEERS
from racing.precisions import PRECISIONS
from racing.workloads import WORKLOADS


class Options(unittest.TestCase):
    def refused(self, *arguments):
        said = io.StringIO()
        with contextlib.redirect_stderr(said), self.assertRaises(SystemExit) as end:
            options.parse(arguments)
        self.assertEqual(end.exception.code, 2)
        return said.getvalue()

    def test_defaults_are_everything(self):
        chosen = options.parse(["--threads", "1"])
        self.assertEqual(chosen.workloads, list(WORKLOADS))
        self.assertEqual(chosen.peers, ["onnxruntime", "openvino", "openvino-default", "torch", "torch-compiled"])

    def test_peers_stand_for_the_precision_unless_named(self):
        for precision in PRECISIONS:
            for name in options.parse(["--threads=1", "--precision", precision]).peers:
                self.assertIn(precision, PEERS[name].precisions)
        self.assertEqual(options.parse(["--threads=1", "--precision=int8", "--peers=openvino,onnxruntime-qdq"]).peers,
                         ["onnxruntime", "openvino", "onnxruntime-qdq"])

    def test_the_judge_always_races(self):
        self.assertEqual(options.parse(["--threads=1", "--peers", "torch"]).peers, ["onnxruntime", "torch"])

    def test_quick(self):
        chosen = options.parse(["--quick", __file__, "--dim", "seq=3"])
        self.assertEqual((chosen.threads, chosen.rounds, chosen.dims), ([1], 2, {"seq": 3}))

    def test_places_are_absolute(self):
        self.assertEqual(options.parse(["--quick", "--out", "here"]).out, Path(os.getcwd()) / "here")

    def test_refusals(self):
        self.assertIn('"nothing" is neither a workload nor a file', self.refused("nothing"))
        self.assertIn('"tvm" is none of onnxruntime', self.refused("--peers", "tvm"))
        self.assertIn('"llmc" is none of onnxruntime', self.refused("--peers", "llmc"))
        self.assertIn("--dim is for a MODEL.onnx", self.refused("vit-base", "--dim", "batch_size=2"))
        self.assertIn("--threads 0, but the process may use", self.refused("--threads", "0"))
        self.assertIn(f"try: --threads {len(os.sched_getaffinity(0))}", self.refused("--threads", "4096"))
        self.assertIn("1 round at least", self.refused("--threads=1", "--rounds", "0"))
        self.assertIn("invalid", self.refused("--threads", "many"))
        self.assertIn("invalid", self.refused(__file__, "--dim", "seq"))


if __name__ == "__main__":
    unittest.main()
