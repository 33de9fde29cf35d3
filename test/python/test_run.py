"""Running models: arrays in and out, what is refused and with which words."""

import unittest

import ml_dtypes
import numpy as np
from onnx import TensorProto, helper

import llmc
import models


class Exported:
    """Offers its data by DLPack alone, as arrays of other libraries do."""

    def __init__(self, array):
        self.array = array

    def __dlpack__(self, **options):
        return self.array.__dlpack__(**options)

    def __dlpack_device__(self):
        return self.array.__dlpack_device__()


class Brain(Exported):
    """As JAX has it: NumPy's from_dlpack knows no bfloat16."""

    dtype = np.dtype(ml_dtypes.bfloat16)

    def __array__(self, *arguments, **options):
        return self.array


class Elsewhere(Exported):
    def __dlpack__(self, **options):
        raise BufferError("lies on a GPU")


class StoredModels(unittest.TestCase):
    def test_results(self):
        for name, tolerance in (("bert_tiny", 1e-4), ("vit_tiny", 1e-4), ("llama_tiny.fp16", 2e-2)):
            with self.subTest(name):
                model = models.stored(name)
                for case in ("case0", "case1"):
                    feeds, wanted = models.read_case(name, case)
                    outputs = model(feeds)
                    self.assertEqual(list(outputs), list(model.outputs))
                    for output, array in wanted.items():
                        self.assertEqual(outputs[output].dtype, array.dtype)
                        np.testing.assert_allclose(outputs[output], array, tolerance, tolerance)

    def test_description(self):
        model = models.stored("bert_tiny")
        info = model.inputs["input_ids"]
        self.assertEqual((info.element_type, info.dtype, info.dims),
                         ("i64", np.int64, ("batch_size", "sequence_length")))
        self.assertEqual(model.outputs["last_hidden_state"].dims, ("batch_size", "sequence_length", 128))
        self.assertEqual(model.symbols["batch_size"], llmc.Symbol(0, None))
        self.assertIn("token_type_ids i64[batch_size, sequence_length] -> last_hidden_state f32[", repr(model))

    def test_artefacts_of_older_versions(self):
        folder = models.ROOT / "test/compatibility/image-1"
        case = np.load(folder / "case0.npz")
        model = llmc.load(folder / "network.so")
        results = model({name[3:]: case[name] for name in case.files if name.startswith("in:")})
        for name, result in results.items():
            np.testing.assert_allclose(result, case["out:" + name], rtol=1e-3, atol=1e-4)

    def test_names_and_keywords(self):
        model = models.stored("bert_tiny")
        feeds, _ = models.read_case("bert_tiny")
        np.testing.assert_array_equal(model(**feeds)["last_hidden_state"], model(feeds)["last_hidden_state"])

    def test_profile(self):
        feeds, _ = models.read_case("bert_tiny")
        with models.stored("bert_tiny").context() as context:
            with self.assertRaisesRegex(llmc.ModelError, "no run was profiled") as caught:
                context.profile()
            self.assertEqual(caught.exception.status, llmc.Status.NOT_READY)
            context.run(feeds, profile=True)
            times = context.profile()
        self.assertTrue(all(time.name and time.calls for time in times))
        self.assertGreater(sum(time.seconds for time in times), 0)


class Inputs(unittest.TestCase):
    def refused(self, status, words, model, *arguments, **named):
        with self.assertRaisesRegex(llmc.ModelError, words) as caught:
            model(*arguments, **named)
        self.assertEqual(caught.exception.status, status)

    def test_element_types(self):
        types = {"f4": TensorProto.FLOAT, "f2": TensorProto.FLOAT16, "f8": TensorProto.DOUBLE, "i1": TensorProto.INT8,
                 "u1": TensorProto.UINT8, "i4": TensorProto.INT32, "i8": TensorProto.INT64, "?": TensorProto.BOOL}
        for text, code in types.items():
            with self.subTest(text):
                model = models.build(f"movement_{np.dtype(text).name}", [helper.make_node("Transpose", ["x"], ["y"])],
                                     [("x", code, ["a", "b"])], [("y", code, ["b", "a"])])
                x = np.arange(6).reshape(2, 3).astype(text)
                y = model(x=x)["y"]
                self.assertEqual(y.dtype, x.dtype)
                np.testing.assert_array_equal(y, x.T)

    def test_gaps_byte_order_and_alignment(self):
        x = np.arange(10, dtype=np.float32)
        np.testing.assert_array_equal(models.scale()(x=x[::2])["y"], x[::2] * 2)
        np.testing.assert_array_equal(models.scale()(x=x[::-1])["y"], x[::-1] * 2)
        odd = np.frombuffer(b"-" + x.tobytes(), np.uint8)[1:].view(np.float32)
        self.assertFalse(odd.flags.aligned)
        np.testing.assert_array_equal(models.scale()(x=odd)["y"], x * 2)
        self.refused(llmc.Status.TYPE_MISMATCH, 'input "x": expected f32, got an array of >f4', models.scale(),
                     x=x.astype(">f4"))

    def test_read_only(self):
        x = np.arange(3, dtype=np.float32)
        x.flags.writeable = False
        np.testing.assert_array_equal(models.scale()(x=x)["y"], [0, 2, 4])

    def test_lists_and_other_libraries(self):
        x = np.arange(3, dtype=np.float32)
        np.testing.assert_array_equal(models.scale()(x=Exported(x))["y"], [0, 2, 4])
        np.testing.assert_array_equal(models.scale()(x=memoryview(x))["y"], [0, 2, 4])
        np.testing.assert_array_equal(np.from_dlpack(models.scale()(x=x)["y"]), [0, 2, 4])
        model = models.build("integers", [helper.make_node("Add", ["x", "x"], ["y"])], [("x", TensorProto.INT64, ["n"])],
                             [("y", TensorProto.INT64, ["n"])])
        np.testing.assert_array_equal(model(x=[1, 2])["y"], [2, 4])
        self.refused(llmc.Status.INVALID_ARGUMENT, "input \"x\": can't be read as an array: lies on a GPU",
                     models.scale(), x=Elsewhere(x))

    def test_empty_and_scalar(self):
        self.assertEqual(models.scale()(x=np.empty(0, np.float32))["y"].shape, (0,))
        model = models.build("scalar", [helper.make_node("Mul", ["x", "s"], ["y"]), helper.make_node("Neg", ["s"], ["z"])],
                             [("x", TensorProto.FLOAT, ["n"]), ("s", TensorProto.FLOAT, [])],
                             [("y", TensorProto.FLOAT, ["n"]), ("z", TensorProto.FLOAT, [])])
        for scalar in (np.float32(3), np.array(3, np.float32)):
            outputs = model(x=np.ones(2, np.float32), s=scalar)
            np.testing.assert_array_equal(outputs["y"], [3, 3])
            self.assertEqual((outputs["z"].shape, outputs["z"].item()), ((), -3))

    def test_bfloat16_is_taken_by_its_bits(self):
        bits = llmc.dtypes.of_code(16)
        self.assertEqual((bits.name, bits.dtype), ("bf16", np.uint16))
        self.assertTrue(llmc.dtypes.fits(np.ones(2, ml_dtypes.bfloat16), bits))
        self.assertFalse(llmc.dtypes.fits(np.ones(2, np.int16), bits))
        array = np.ones(2, ml_dtypes.bfloat16)
        self.assertIs(llmc.arrays.as_array("x", Brain(array)), array)
        tensor = llmc.arrays.tensor_of(array, bits)
        self.assertEqual((tensor.dtype, tensor.rank, tensor.dims[0], tensor.bytes), (16, 1, 2, 4))

    def test_refused(self):
        status, x = llmc.Status, np.ones(3, np.float32)
        self.refused(status.NOT_READY, 'input "x" is missing', models.scale())
        self.refused(status.INVALID_ARGUMENT, 'there is no input "z"; the model has: x', models.scale(), x=x, z=x)
        self.refused(status.TYPE_MISMATCH, r'"x": expected f32, got an array of int64; try: .astype\(numpy.float32\)',
                     models.scale(), x=np.array([1, 2]))
        self.refused(status.TYPE_MISMATCH, r"got an array of int64; try: numpy.asarray\(..., numpy.float32\)",
                     models.scale(), x=[1, 2])
        self.refused(status.SHAPE_MISMATCH, '"x": expected rank 1, got 2', models.scale(), x=x.reshape(1, 3))
        self.refused(status.SHAPE_MISMATCH, '"x": axis 1 is 3, expected 1024', models.slow(), x=x.reshape(1, 3))
        feeds, _ = models.read_case("bert_tiny")
        feeds["input_ids"] = feeds["input_ids"] + 10**6
        self.refused(status.CHECK_FAILED, "index .* is outside an axis of size 1024", models.stored("bert_tiny"), feeds)


    def test_what_is_no_numbers(self):
        for value, got in ((None, "None"), ("text", "str"), ({}, "dict"), ([None, 1], "an array of object"),
                           (["a", "bc"], "an array of <U2"), (np.array("a"), "an array of <U1")):
            self.refused(llmc.Status.TYPE_MISMATCH,
                         f'input "x": expected f32, got {got}; try: an array of numpy.float32', models.scale(), x=value)
        self.refused(llmc.Status.TYPE_MISMATCH,
                     "got str; try: an array of numpy.int64, such as a tokenizer's ids of a text", models.stored("bert_tiny"),
                     input_ids="text", attention_mask=[[1]], token_type_ids=[[0]])

    def test_what_is_no_dict(self):
        for inputs, got in ((np.ones(3, np.float32), "ndarray"), ("text", "str"), ([1, 2], "list")):
            words = f"inputs must be a dict {{name: array}}, not {got}; the model has: x"
            with self.assertRaisesRegex(TypeError, words):
                models.scale()(inputs)
            with models.scale().context() as context, self.assertRaisesRegex(TypeError, words):
                context.run(inputs)
        with models.scale().context() as context, self.assertRaisesRegex(TypeError, "not None; the model has: x"):
            context.run(None)

    def test_spelling_of_types(self):
        self.assertEqual([llmc.dtypes.spelled(llmc.dtypes.of_code(code)) for code in (1, 9, 16)],
                         ["numpy.float32", "bool", "ml_dtypes.bfloat16"])
        self.assertEqual(llmc.dtypes.spelled(llmc.dtypes.BF16, bits=True), "numpy.uint16")


class Outputs(unittest.TestCase):
    def run_into(self, buffer, name="y", count=3):
        with models.scale().context() as context:
            return context.run({"x": np.arange(count, dtype=np.float32)}, {name: buffer})["y"]

    def test_own_memory(self):
        with models.scale().context() as context:
            first = context.run({"x": np.ones(3, np.float32)})["y"]
            context.run({"x": np.zeros(3, np.float32)})
        self.assertTrue(first.flags.owndata and first.flags.writeable)
        np.testing.assert_array_equal(first, [2, 2, 2])

    def test_memory_of_large_outputs_serves_later_runs(self):
        x = np.ones(100_000, np.float32)
        with models.scale().context() as context:
            run = lambda factor, count=x.size: context.run({"x": factor * x[:count]})["y"]
            first = run(1)
            place = first.ctypes.data
            second = run(2)
            self.assertFalse(np.shares_memory(first, second))
            view = first[5:7]
            del first
            third = run(3)  # a view is a reference, too
            self.assertNotEqual(third.ctypes.data, place)
            np.testing.assert_array_equal(view, [2, 2])
            del view
            fourth = run(4)
            self.assertEqual(fourth.ctypes.data, place)
            np.testing.assert_array_equal(np.unique(fourth), [8])
            np.testing.assert_array_equal(np.unique(second), [4])
            del fourth
            self.assertEqual(run(1, 99_000).ctypes.data, place)  # shapes may differ, as long as they fit
            small = run(1, 70_000)
            self.assertNotEqual(small.ctypes.data, run(1, 10).ctypes.data)
        np.testing.assert_array_equal(np.unique(small), [2])  # outlives the context

    def test_memory_that_nobody_takes_goes_back(self):
        x = np.ones(1_000_000, np.float32)
        with models.scale().context() as context:
            context.run({"x": x})
            self.assertEqual(len(context._memory._free), 1)
            for _ in range(4):
                context.run({"x": x[:3]})
            self.assertEqual(len(context._memory._free), 0)
            context.run({"x": x})
            context.trim()
            self.assertEqual(len(context._memory._free), 0)

    def test_own_buffers(self):
        buffer = np.full(3, -1, np.float32)
        self.assertIs(self.run_into(buffer), buffer)
        np.testing.assert_array_equal(buffer, [0, 2, 4])
        larger = np.full(5, -1, np.float32)
        result = self.run_into(larger)
        self.assertTrue(np.shares_memory(result, larger))
        np.testing.assert_array_equal(result, [0, 2, 4])
        np.testing.assert_array_equal(larger, [0, 2, 4, -1, -1])

    def test_refused(self):
        status, plain = llmc.Status, np.zeros(3, np.float32)
        frozen = plain.copy()
        frozen.flags.writeable = False
        for buffer, name, code, words in (
                (plain, "z", status.INVALID_ARGUMENT, 'there is no output "z"; the model has: y'),
                ([0, 0, 0], "y", status.INVALID_ARGUMENT, r"got list; try: numpy.empty\(\(3,\), numpy.float32\)"),
                (np.zeros(3), "y", status.TYPE_MISMATCH, 'output "y": expected a buffer of f32, got one of float64; try: '
                                                         r'numpy.empty\(\(3,\), numpy.float32\)'),
                (np.zeros(6, np.float32)[::2], "y", status.INVALID_ARGUMENT, "C-contiguous"),
                (frozen, "y", status.INVALID_ARGUMENT, "writeable"),
                (np.zeros((3, 1), np.float32), "y", status.SHAPE_MISMATCH, r"has shape \[3\], its buffer \[3, 1\]"),
                (plain[:2], "y", status.SHAPE_MISMATCH, "flat buffer of at least 3 elements")):
            with self.subTest(words), self.assertRaisesRegex(llmc.ModelError, words) as caught:
                self.run_into(buffer, name)
            self.assertEqual(caught.exception.status, code)

    def test_what_is_no_dict(self):
        with models.scale().context() as context:
            for outputs, got in ((np.zeros(3, np.float32), "ndarray"), ([], "list")):
                words = f"outputs must be a dict {{name: array}}, not {got}; the model has: y"
                with self.assertRaisesRegex(TypeError, words):
                    context.run({"x": np.ones(3, np.float32)}, outputs)

    def test_outputs_are_inputs_of_the_next_run(self):
        with models.scale().context() as context:
            y = np.ones(3, np.float32)
            for step in range(1, 6):
                y = context.run({"x": y})["y"]
                np.testing.assert_array_equal(y, np.full(3, 2 ** step, np.float32))

    def test_overlap_is_refused(self):
        x = np.ones(3, np.float32)
        with models.scale().context() as context:
            with self.assertRaisesRegex(llmc.ModelError, 'output "y" overlaps input "x"'):
                context.run({"x": x}, {"y": x})
            np.testing.assert_array_equal(context.run({"x": x})["y"], [2, 2, 2])


if __name__ == "__main__":
    unittest.main()
