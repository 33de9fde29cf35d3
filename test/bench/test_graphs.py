"""The tables of what is raced, and how graphs come to be: all of one, or nothing."""

import contextlib
import io
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from racing import graphs, making, peers
from racing.errors import NotRaced
from racing.precisions import PRECISIONS
from racing.workloads import GRAPHS, WORKLOADS, of_file, token


class Tables(unittest.TestCase):
    def test_rows_fit_together(self):
        self.assertEqual({workload.graph for workload in WORKLOADS.values()}, set(GRAPHS))
        self.assertEqual(len({workload.title for workload in WORKLOADS.values()}), len(WORKLOADS))
        self.assertEqual(list(peers.PEERS)[:2], [peers.OURS, peers.JUDGE])
        self.assertEqual({precision for peer in peers.PEERS.values() for precision in peer.precisions}, set(PRECISIONS))
        self.assertEqual(set(peers.PEERS[peers.JUDGE].precisions), set(PRECISIONS))

    def test_positions_are_within_what_the_models_have(self):
        for name, most in (("gpt2", 1024), ("llama_05b", GRAPHS["llama_05b"].fields["max_position_embeddings"])):
            for workload in WORKLOADS.values():
                if workload.graph == name:
                    self.assertLessEqual(workload.dims["past_sequence_length"] + workload.dims["sequence_length"], most)

    def test_a_token_has_those_before_it_as_its_past(self):
        self.assertEqual(token(1024), {"batch_size": 1, "sequence_length": 1, "past_sequence_length": 1023})

    def test_names_of_files(self):
        self.assertEqual(of_file(Path("/a/bert/model.onnx"), {}).title, "bert")
        self.assertEqual(of_file(Path("/a/bert/encoder.onnx"), {}).title, "encoder")

    def test_each_peer_that_is_installed_is_pinned(self):
        lists = "".join(path.read_text() for path in Path(graphs.__file__).parent.glob("requirements*.txt"))
        for peer in peers.PEERS.values():
            for module in {*peer.modules, *peer.makers} - {"llmc"}:
                self.assertRegex(lists, rf"(?m)^{module}\w*==")


class Making(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.models, self.logs = Path(scratch.name) / "models", Path(scratch.name)

    def make(self, code, *files):
        """Makes bert_base by an exporter that writes these files and ends with this code."""

        def run(command, stdout, **_):
            for name in files:
                (Path(command[-1]) / name).write_text(name)
            stdout.write("a line\nthe reason\n\n")
            return mock.Mock(returncode=code)

        with mock.patch.object(making.subprocess, "run", run), contextlib.redirect_stdout(io.StringIO()):
            return graphs.graph_file(self.models, "bert_base", self.logs)

    def names(self):
        return sorted(str(path.relative_to(self.models)) for path in self.models.rglob("*"))

    def test_all_files_appear(self):
        self.assertEqual(self.make(0, "config.json", "model.onnx", "model.onnx_data").read_text(), "model.onnx")
        self.assertEqual(self.names(), ["bert_base", *(f"bert_base/{name}" for name in (
            "config.json", "model.onnx", "model.onnx_data"))])

    def test_what_is_there_is_used(self):
        self.make(0, "model.onnx")
        self.assertEqual(self.make(1), self.models / "bert_base" / "model.onnx")

    def test_failures_leave_nothing(self):
        for code, files in ((1, ["model.onnx"]), (0, ["config.json"])):
            with self.assertRaisesRegex(NotRaced, r"bert_base can't be made: the reason \(bert_base-graph"):
                self.make(code, *files)
            self.assertEqual(self.names(), [])


if __name__ == "__main__":
    unittest.main()
