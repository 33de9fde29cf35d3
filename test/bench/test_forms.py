"""What peers open in the place of a graph: made once, and whoever has none knows why."""

import contextlib
import io
import tempfile
import unittest
from pathlib import Path
from unittest import mock

import numpy as np

from racing import forms, making
from racing.errors import NotRaced
from racing.peers.llamacpp import LlamaCppQ8
from racing.peers.onnx_runtime import OnnxRuntime, OnnxRuntimeDynamic, OnnxRuntimeQdq


class Absent(OnnxRuntimeDynamic):
    name, makers = "absent", ("no_such_module",)


class Forms(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = Path(scratch.name)
        self.model = self.folder / "graph" / "model.onnx"
        self.model.parent.mkdir()

    def forms(self, *peers, code=0, workload="bert-b1"):
        """And how many were made, by makers that end with this code."""
        commands = []

        def run(command, stdout, **_):
            commands.append(command)
            (Path(command[-1]) / "model.onnx").write_text("form")
            stdout.write(f"ValueError: {self.model} has no weights")
            return mock.Mock(returncode=code)

        with mock.patch.object(making.subprocess, "run", run), contextlib.redirect_stdout(io.StringIO()):
            made = forms.of(peers, self.model, workload, self.folder, self.model.parent, self.folder)
        return made, len(commands)

    def test_each_is_made_once(self):
        peers = [OnnxRuntime, OnnxRuntimeDynamic, OnnxRuntimeQdq]
        made, count = self.forms(*peers)
        self.assertEqual((set(made), count), ({"onnxruntime-dynamic", "onnxruntime-qdq"}, 2))
        self.assertEqual([path.read_text() for path in made.values()], ["form"] * 2)
        self.assertEqual(self.forms(*peers), (made, 0))

    def test_those_of_inputs_are_made_for_each_workload(self):
        peers = [OnnxRuntimeDynamic, OnnxRuntimeQdq]
        first, _ = self.forms(*peers)
        second, count = self.forms(*peers, workload="bert-b8")
        self.assertEqual(count, 1)
        self.assertEqual([first[peer.name] == second[peer.name] for peer in peers], [True, False])

    def test_who_has_none_knows_why(self):
        made, _ = self.forms(OnnxRuntimeDynamic, Absent, code=1)
        self.assertEqual(str(made["onnxruntime-dynamic"]), "bert-b1 for ONNX Runtime int8 dynamic can't be made: "
                         "ValueError: model.onnx has no weights (bert-b1-onnxruntime-dynamic-making.txt)")
        self.assertEqual(str(made["absent"]), "no_such_module is not installed in the environment")
        self.assertEqual(list(self.model.parent.iterdir()), [])

    def test_only_llamas_are_told_to_llama_cpp(self):
        with self.assertRaisesRegex(NotRaced, "raced with Llamas only"):
            LlamaCppQ8.make(self.model, [], self.folder)

    def test_calibration_is_read(self):
        np.savez(self.folder / "1.npz", x=np.ones(2))
        with mock.patch.object(OnnxRuntimeQdq, "make") as make:
            forms._make("onnxruntime-qdq", self.model, self.folder, self.folder)
        model, calibration, folder = make.call_args.args
        self.assertEqual((model, [each["x"].tolist() for each in calibration], folder),
                         (self.model, [[1.0, 1.0]], self.folder))


if __name__ == "__main__":
    unittest.main()
