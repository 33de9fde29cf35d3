"""Compiling: sources, options, errors, cancel; and loading what was compiled."""

import os
import signal
import subprocess
import sys
import time
import unittest
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper

import llmc
import models

BERT = models.ROOT / "test/models/bert_tiny/model.onnx"


def doubling(operator="Add"):
    return models.onnx_model([helper.make_node(operator, ["x", "x"], ["y"])], [("x", TensorProto.FLOAT, ["n"])],
                             [("y", TensorProto.FLOAT, ["n"])])


class Compile(unittest.TestCase):
    def test_sources(self):
        model = doubling()
        file = models.scratch("source.onnx")
        onnx.save(model, file)
        contents = file.read_bytes()
        for source in (file, str(file), contents, bytearray(contents), memoryview(contents), model):
            with self.subTest(type(source).__name__):
                artefact = llmc.compile(source, models.scratch("sources"), name="source", cpu="native")
                self.assertEqual(artefact.name, "source")
                np.testing.assert_array_equal(artefact.load()(x=np.ones(2, np.float32))["y"], [2, 2])

    def test_options(self):
        folder = models.scratch("options")
        heard = []
        artefact = llmc.compile(BERT, folder, name="other", cpu="x86-64-v3", forms=("so", "a", "h"),
                                embed_weights=True, dims={"batch_size": 1, "sequence_length": (1, 64)}, threads=1,
                                debug_lines=True, progress=heard.append)
        again = llmc.compile(BERT, models.scratch("given"), cpu="x86-64-v3", dims={"batch_size": 1, "sequence_length": (1, 64)},
                             decisions=folder / "manifest.json")
        self.assertIn("given by ", (again.folder / "manifest.json").read_text())
        self.assertEqual(sorted(os.listdir(folder)),
                         ["manifest.json", "other.a", "other.h", "other.nodes.txt", "other.so"])
        begun = [(progress.phase, progress.number, progress.count) for progress in heard if not progress.share]
        self.assertEqual(begun, [(phase, number, 5) for number, phase in
                                 enumerate(("import", "passes", "code", "weights", "link"), 1)])
        shares = [progress.share for progress in heard if progress.phase == "code"]
        self.assertEqual(shares, sorted(shares))
        self.assertGreater(len(set(shares)), 20)  # one for each function
        self.assertGreater(shares[-1], 0.5)
        self.assertLessEqual(shares[-1], 1)
        self.assertRegex(" ".join(map(str, heard)), r"3 of 5: code 3 of 5: code, \d+%")
        self.assertEqual((artefact.facts["levels"], artefact.facts["embedded"]), (["x86-64-v3"], True))
        model = llmc.load(folder)
        self.assertEqual(model.inputs["input_ids"].dims, (1, "sequence_length"))
        self.assertEqual(model.symbols["sequence_length"], llmc.Symbol(1, 64))
        feeds, wanted = models.read_case("bert_tiny")
        np.testing.assert_allclose(model(feeds)["last_hidden_state"], wanted["last_hidden_state"], 1e-4, 1e-4)

    def test_external_data(self):
        weight = np.arange(4096, dtype=np.float32)
        model = models.onnx_model([helper.make_node("Add", ["x", "w"], ["y"])], [("x", TensorProto.FLOAT, ["n", 4096])],
                                  [("y", TensorProto.FLOAT, ["n", 4096])], [("w", weight)])
        folder = models.scratch("external")
        folder.mkdir()
        onnx.save(model, folder / "model.onnx", save_as_external_data=True, location="data", size_threshold=0)
        contents = (folder / "model.onnx").read_bytes()
        with self.assertRaisesRegex(llmc.CompileError, "data"):
            llmc.compile(contents, folder / "out")
        loaded = llmc.compile(contents, folder / "out", model_folder=folder, cpu="native").load()
        np.testing.assert_array_equal(loaded(x=np.ones((1, 4096), np.float32))["y"], [weight + 1])

    def test_several_at_once(self):
        with ThreadPoolExecutor(4) as pool:
            artefacts = list(pool.map(lambda name: llmc.compile(doubling(), models.scratch(name), name=name, threads=1),
                                      "abcdefgh"))
        self.assertEqual([artefact.load()(x=np.ones(1, np.float32))["y"][0] for artefact in artefacts], [2] * 8)

    def test_expected_outputs(self):
        x = np.arange(3, dtype=np.float32)
        artefact = llmc.compile(doubling(), models.scratch("expected"), inputs={"x": x}, verify_numerics=True)
        expected = artefact.expected["y"]
        np.testing.assert_array_equal(expected.array, x * 2)
        got = artefact.load()(x=x)["y"]
        self.assertTrue((abs(got - expected.array) <= expected.absolute + expected.relative * abs(expected.array)).all())

    def test_warnings(self):
        overflowing = models.onnx_model([helper.make_node("Exp", ["x"], ["y"], name="too_steep")],
                                        [("x", TensorProto.FLOAT, ["n"])], [("y", TensorProto.FLOAT, ["n"])])
        with self.assertWarnsRegex(llmc.CompileWarning, 'gives 1 infinite of 2 values in output "y".*"too_steep"'):
            llmc.compile(overflowing, models.scratch("overflow"), inputs={"x": np.array([1, 1000], np.float32)})

    def test_errors(self):
        for source, options, status, words in (
                (b"not a model", {}, llmc.CompileStatus.BROKEN, "not an ONNX model"),
                (Path("/no/such/model.onnx"), {}, llmc.CompileStatus.BROKEN, "/no/such/model.onnx"),
                (doubling(), {"cpu": "z80"}, llmc.CompileStatus.USAGE, "z80"),
                (doubling(), {"dims": {"n": (5, 2)}}, llmc.CompileStatus.USAGE, "the range is empty"),
                (doubling(), {"dims": {"n": (1, 1 << 20)}, "max_memory": 1 << 20}, llmc.CompileStatus.REFUSED, "needs 4MB"),
                (doubling("NoSuchOperator"), {}, llmc.CompileStatus.REFUSED, "NoSuchOperator")):
            with self.subTest(words):
                folder = models.scratch("nothing")
                with self.assertRaisesRegex(llmc.CompileError, words) as caught:
                    llmc.compile(source, folder, **options)
                error = caught.exception
                self.assertEqual(error.status, status)
                self.assertEqual(error.diagnostics[0].severity, "error")
                self.assertIn(error.diagnostics[0].message, str(error))
                self.assertFalse(folder.exists() and os.listdir(folder))

    def test_arguments(self):
        for source, options, kind, words in (
                (doubling(), {"forms": ["dll"]}, ValueError, 'there is no form "dll"; try: so, a, h'),
                (3, {}, TypeError, "model must be the path of a file, its bytes or an onnx.ModelProto, not int"),
                (None, {}, TypeError, "an onnx.ModelProto, not None"),
                (doubling(), {"threads": -3}, ValueError, "threads is -3; try: a positive number, or 0 for as many as"),
                (doubling(), {"threads": 0.5}, TypeError, "float"),
                (doubling(), {"inputs": np.ones(3, np.float32)}, TypeError, "a dict {name: array}, not ndarray"),
                (doubling(), {"inputs": {"x": None}}, llmc.ModelError, 'input "x": expected numbers .* got None'),
                (doubling(), {"inputs": {"x": ["a"]}}, llmc.ModelError, "got an array of <U1")):
            with self.subTest(words):
                with self.assertRaisesRegex(kind, words):
                    llmc.compile(source, models.scratch("nothing"), **options)
                self.assertFalse(models.scratch("nothing").exists())

    def test_missing_library(self):
        code = "import llmc; llmc.load(%r); llmc.compile(b'', '.')" % str(models.stored("bert_tiny")._opened.library.path)
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True,
                              env={**os.environ, "LLMC_LIBRARY": "/no/libllmc.so"})
        self.assertIn("llmc.errors.CompilerNotFound: the compiler can't be loaded: /no/libllmc.so", done.stderr)

    def test_beside_other_users_of_protobuf(self):
        code = "import onnxruntime, onnx, llmc; onnx.load(%r); print(llmc.compiler_version())" % str(BERT)
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        self.assertRegex(done.stdout, r"^llmc \d+\.\d+\.\d+ \(LLVM 22")


class Cancel(unittest.TestCase):
    def test_by_function(self):
        with self.assertRaises(llmc.CompileError) as caught:
            llmc.compile(BERT, models.scratch("cancelled"), cancel=lambda: True)
        self.assertEqual(caught.exception.status, llmc.CompileStatus.CANCELLED)

    def test_by_exception(self):
        def stop(progress):
            raise KeyError(progress.phase)

        with self.assertRaises(KeyError) as caught:
            llmc.compile(BERT, models.scratch("cancelled"), progress=stop)
        self.assertEqual(caught.exception.args, ("import",))
        self.assertFalse((models.scratch("cancelled") / "manifest.json").exists())

    def test_by_interrupt(self):
        def interrupt(progress):
            if progress.phase == "passes":
                os.kill(os.getpid(), signal.SIGINT)
                time.sleep(1)  # for the main thread to hear of it before the work is done

        with self.assertRaises(KeyboardInterrupt):
            llmc.compile(BERT, models.scratch("cancelled"), progress=interrupt)
        self.assertFalse((models.scratch("cancelled") / "manifest.json").exists())


class Changing(unittest.TestCase):
    """Files that somebody writes to while they are read: one error, whatever was read by then."""

    def setUp(self):
        self.folder = models.scratch(self.id())
        self.folder.mkdir()

    def compile(self, change, during, model="model.onnx"):
        """Compiles while `change` happens to the files."""
        def listen(progress):
            if progress.phase == during and not progress.share:
                change()

        return llmc.compile(self.folder / model, self.folder / "out", cpu="x86-64-v3", progress=listen)

    def write(self, **how):
        weight = np.ones((64, 4096), np.float32)
        model = models.onnx_model([helper.make_node("MatMul", ["x", "w"], ["y"])], [("x", TensorProto.FLOAT, ["n", 64])],
                                  [("y", TensorProto.FLOAT, ["n", 4096])], [("w", weight)])
        onnx.save(model, self.folder / "model.onnx", **how)

    def refused(self, file, change):
        for during in ("passes", "code", "weights", "link"):
            with self.subTest(f"{file}, {change.__name__}, {during}"):
                self.write(**({"save_as_external_data": True, "location": "data", "size_threshold": 0}
                              if file == "data" else {}))
                with self.assertRaisesRegex(llmc.CompileError, f"{file} was changed while it was read; try: ") as caught:
                    self.compile(lambda: change(self.folder / file), during)
                self.assertEqual(caught.exception.status, llmc.CompileStatus.BROKEN)
                self.assertFalse((self.folder / "out").exists())

    def test_shorter(self):
        def truncate(file):
            os.truncate(file, 1000)

        for file in ("model.onnx", "data"):
            self.refused(file, truncate)

    def test_overwritten(self):
        def overwrite(file):
            times = file.stat()
            with open(file, "r+b") as stream:
                stream.seek(-8, os.SEEK_END)
                stream.write(bytes(8))
            os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))  # as tools do that copy times, too

        for file in ("model.onnx", "data"):
            self.refused(file, overwrite)

    def test_replaced(self):
        """The file that was opened is still whole."""
        self.write()
        artefact = self.compile(lambda: os.unlink(self.folder / "model.onnx"), "passes")
        self.assertEqual(artefact.load()(x=np.ones((1, 64), np.float32))["y"][0, 0], 64)


class Load(unittest.TestCase):
    def refused(self, path, words, status=llmc.Status.BAD_MODEL, **options):
        with self.assertRaisesRegex(llmc.ModelError, words) as caught:
            llmc.load(path, **options)
        self.assertEqual(caught.exception.status, status)

    def test_folder_and_library(self):
        x = np.ones(2, np.float32)
        models.scale()
        for path in (models.scratch("scale"), models.scratch("scale") / "scale.so"):
            model = llmc.load(path, verify_weights=True)
            self.assertEqual(model.name, "scale")
            np.testing.assert_array_equal(model(x=x)["y"], [2, 2])

    def test_errors(self):
        with self.assertRaises(FileNotFoundError):
            llmc.load("/no/such/folder")
        with self.assertRaisesRegex(ValueError, "threads is -3"):
            llmc.load(models.scratch("nothing"), threads=-3)
        for threads in (-3, 2**32):
            with self.assertRaisesRegex(ValueError, f"threads is {threads}; try: a positive number"):
                models.scale().context(threads=threads)
        folder = models.scratch("broken")
        folder.mkdir()
        self.refused(folder, "holds no compiled model")
        (folder / "manifest.json").write_text("{}")
        self.refused(folder, "names no model")
        (folder / "manifest.json").write_text('{"model": "broken"}')
        self.refused(folder, 'holds no broken.so; try: compile with the form "so"')
        (folder / "broken.so").write_text("text")
        self.refused(folder, "can't be loaded")
        models.scale()
        foreign = bytearray((models.scratch("scale") / "scale.so").read_bytes())
        foreign[18:20] = b"\xf3\0"  # RISC-V
        (folder / "broken.so").write_bytes(foreign)
        self.refused(folder, "can't be loaded: it was compiled for another kind of machine")
        self.refused(llmc._compiler.library()._name, "has no llmc_get_api")

    def test_weights_file(self):
        folder = models.scratch("weights_file")
        library = llmc.compile(BERT, folder, cpu="native", embed_weights=False).folder / "bert_tiny.so"
        self.refused(library, "/no/weights", llmc.Status.WEIGHTS_UNREADABLE, weights="/no/weights")
        damaged = models.scratch("damaged.weights")
        weights, = folder.glob("bert_tiny-*.weights")
        contents = bytearray(weights.read_bytes())
        contents[-1] ^= 1
        damaged.write_bytes(contents)
        self.refused(library, "are damaged", llmc.Status.WEIGHTS_MISMATCH, weights=damaged, verify_weights=True)
        damaged.unlink()
        os.mkfifo(damaged)
        self.refused(library, "not a regular file", llmc.Status.WEIGHTS_UNREADABLE, weights=damaged)
        self.assertEqual(llmc.load(folder).name, "bert_tiny")

    def test_damaged_libraries(self):
        """Whatever is cut off: an error, before the dynamic linker maps what is not there."""
        models.scale()
        contents = (models.scratch("scale") / "scale.so").read_bytes()
        library = models.scratch("cut.so")
        refused = 0
        for part in range(0, len(contents), len(contents) // 40):
            library.write_bytes(contents[:part])
            try:
                np.testing.assert_array_equal(llmc.load(library)(x=np.ones(2, np.float32))["y"], [2, 2])
            except llmc.ModelError as error: # but for the end, which only other tools read
                self.assertIn("can't be loaded: it is ", str(error))
                refused += 1
        self.assertGreater(refused, 30)
        library.unlink()
        os.mkfifo(library)
        self.refused(library, "it is no regular file")

    def test_one_file(self):
        models.scale()
        folder = models.scratch("one_file")
        folder.mkdir()
        (folder / "scale.so").write_bytes((models.scratch("scale") / "scale.so").read_bytes())
        np.testing.assert_array_equal(llmc.load(folder)(x=np.ones(2, np.float32))["y"], [2, 2])
        (folder / "other.so").write_bytes(b"")
        self.refused(folder, "more than one library")

    def test_compiled_anew_to_the_same_place(self):
        folder, x = models.scratch("anew"), np.full(2, 3, np.float32)
        old = llmc.compile(doubling("Add"), folder).load()
        new = llmc.compile(doubling("Mul"), folder).load()
        again = llmc.load(folder)
        self.assertEqual([model(x=x)["y"][0] for model in (old, new, again)], [6, 9, 9])


if __name__ == "__main__":
    unittest.main()
