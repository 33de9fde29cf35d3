"""Reports: their figures are those of NumPy and of the model, names are no markup, and what is not known is not there."""

import json
import unittest

import numpy as np
from onnx import TensorProto, helper

import llmc
import models

GENERATOR = np.random.default_rng(11)
HOSTILE = '</script><script>alert(1)</script>|`"\''


def product(rows, columns, name="layer", spoil=lambda weight: weight):
    """y = x w, with columns of x that go together, as those of models do."""
    weight = spoil(GENERATOR.standard_normal((rows, columns)).astype(np.float32))
    return models.onnx_model([helper.make_node("MatMul", ["x", "w"], ["y"], name=name)],
                             [("x", TensorProto.FLOAT, ["n", rows])], [("y", TensorProto.FLOAT, ["n", columns])],
                             [("w", weight)])


def samples(rows, count=200):
    mixture = GENERATOR.standard_normal((rows, rows)) * np.linspace(0.1, 2, rows)
    return {"x": (GENERATOR.standard_normal((count, rows)) @ mixture).astype(np.float32)}


def reported(name, model, **options):
    """A compiled model and what its report tells."""
    file = models.scratch(f"{name}.json")
    artefact = llmc.compile(model, models.scratch(name), cpu="native", report=file, **options)
    return artefact, json.loads(file.read_text(), parse_constant=lambda word: 1 / 0)


def error_of(distance):
    return 10 ** (-distance["sqnr"] / 20)


class Figures(unittest.TestCase):
    def test_what_compensation_won_back_is_what_products_of_the_data_show(self):
        for rows, columns in ((64, 32), (70, 33), (1, 1500), (1500, 1)):
            with self.subTest(rows=rows, columns=columns):
                model, data = product(rows, columns), samples(rows)
                _, calibrated = reported("calibrated", model, quantize="int4-weights", calibration=data)
                _, nearest = reported("nearest", model, quantize="int4-weights", inputs=data)
                rounding = calibrated["layers"][0]["rounding"]
                compensated = error_of(calibrated["outputs"][0]["error"])
                self.assertAlmostEqual(rounding["compensated_error"], compensated, delta=0.01 * compensated + 1e-6)
                byItself = error_of(nearest["outputs"][0]["error"])
                self.assertAlmostEqual(rounding["nearest_error"], byItself, delta=0.01 * byItself + 1e-6)
                self.assertNotIn("compensated_error", nearest["layers"][0]["rounding"])

    def test_a_layer_alone_is_the_model_where_it_has_one(self):
        _, report = reported("alone", product(48, 40), quantize="int8", calibration=samples(48))
        (layer,) = report["layers"]
        self.assertAlmostEqual(layer["alone"]["sqnr"], report["outputs"][0]["error"]["sqnr"], delta=0.5)
        self.assertEqual(layer["nodes"], ["layer"])
        self.assertEqual(layer["shape"], [48, 40])
        self.assertTrue(0 < report["times"]["layers"][0]["seconds"] <= report["times"]["run"]["seconds"] * 1.5)

    def test_rounding_of_the_weight_is_that_of_numpy(self):
        weights = []
        model = product(33, 65, spoil=lambda weight: weights.append(weight) or weight)
        _, report = reported("bf16", model, precision="bf16")
        bits = weights[0].view(np.uint32)
        rounded = ((bits + 0x7FFF + (bits >> 16 & 1)) & 0xFFFF0000).astype(np.uint32).view(np.float32)
        noise = np.square(rounded.astype(np.float64) - weights[0]).sum()
        self.assertAlmostEqual(report["layers"][0]["rounding"]["sqnr"],
                               10 * np.log10(np.square(weights[0].astype(np.float64)).sum() / noise), places=6)

    def test_zeros_of_weights_are_counted(self):
        def spoil(weight):
            weight[::4] = 0
            return weight
        _, report = reported("zeros", product(64, 32, spoil=spoil))
        self.assertEqual(report["layers"][0]["zeros"], 0.25)


class Absence(unittest.TestCase):
    def test_without_data_nothing_is_measured(self):
        _, report = reported("without", product(64, 32), quantize="int8")
        for member in ("data", "times", "curve"):
            self.assertNotIn(member, report)
        self.assertNotIn("alone", report["layers"][0])
        self.assertNotIn("error", report["outputs"][0])
        self.assertIn("--calibration", " ".join(report["missing"]))

    def test_floats_have_no_errors(self):
        _, report = reported("floats", product(64, 32), inputs=samples(64))
        self.assertNotIn("float_bytes", report["totals"]["weights"])
        self.assertNotIn("error", report["outputs"][0])
        self.assertIn("seconds", report["times"]["run"])
        self.assertNotIn("float_seconds", report["times"]["run"])

    def test_whole_numbers_are_equal_or_not(self):
        model = models.onnx_model([helper.make_node("MatMul", ["x", "w"], ["p"], name="layer"),
                                   helper.make_node("ArgMax", ["p"], ["y"], axis=1, keepdims=0)],
                                  [("x", TensorProto.FLOAT, ["n", 64])], [("y", TensorProto.INT64, ["n"])],
                                  [("w", GENERATOR.standard_normal((64, 32)).astype(np.float32))])
        _, report = reported("whole", model, quantize="int4", inputs=samples(64))
        self.assertEqual(list(report["outputs"][0]["error"]), ["equal_share"])
        self.assertTrue(0.5 < report["outputs"][0]["error"]["equal_share"] <= 1)

    def test_rows_that_are_no_numbers_in_floats_are_not_counted(self):
        model = models.onnx_model([helper.make_node("MatMul", ["x", "w"], ["p"], name="layer"),
                                   helper.make_node("Log", ["p"], ["y"])],
                                  [("x", TensorProto.FLOAT, ["n", 64])], [("y", TensorProto.FLOAT, ["n", 32])],
                                  [("w", np.ones((64, 32), np.float32))])
        x = np.ones((6, 64), np.float32)
        x[:2] = -1  # of which there is no logarithm
        _, report = reported("boundless", model, quantize="int8-weights", inputs={"x": x})
        self.assertEqual(report["outputs"][0]["error"]["boundless_rows"], 2)
        _, report = reported("nothing", model, quantize="int8-weights", inputs={"x": x[:2]})
        self.assertEqual(report["outputs"][0]["error"], {"boundless_rows": 2})

    def test_a_model_without_layers(self):
        model = models.onnx_model([helper.make_node("Add", ["x", "x"], ["y"])], [("x", TensorProto.FLOAT, ["n"])],
                                  [("y", TensorProto.FLOAT, ["n"])])
        for suffix in ("json", "md", "html"):
            llmc.compile(model, models.scratch("bare"), cpu="native", report=models.scratch(f"bare.{suffix}"),
                         inputs={"x": np.ones(3, np.float32)})
        self.assertEqual(json.loads(models.scratch("bare.json").read_text())["layers"], [])


class Files(unittest.TestCase):
    def test_names_are_no_markup(self):
        for suffix in ("html", "md"):
            file = models.scratch(f"hostile.{suffix}")
            llmc.compile(product(64, 32, name=HOSTILE), models.scratch("hostile"), cpu="native", report=file)
            self.assertNotIn("<script>alert", file.read_text())
        _, report = reported("hostile", product(64, 32, name=HOSTILE))
        self.assertEqual(report["layers"][0]["nodes"], [HOSTILE])

    def test_the_artefact_does_not_depend_on_it(self):
        model, data = product(64, 32), samples(64)
        with_report, _ = reported("same", model, quantize="int4", calibration=data)
        bytes_with = (with_report.folder / f"{with_report.name}.so").read_bytes()
        plain = llmc.compile(model, models.scratch("same"), cpu="native", quantize="int4", calibration=data)
        self.assertEqual((plain.folder / f"{plain.name}.so").read_bytes(), bytes_with)

    def test_nonsense_is_said_and_nothing_is_written(self):
        model = product(64, 32)
        for report, word in ((models.scratch("report.txt"), r"\.html, \.md or \.json"), (models.scratch(""), "ends in"),
                             (models.scratch("no/such.html"), "No such file"), ("", "ends in")):
            with self.subTest(report=report), self.assertRaisesRegex(llmc.CompileError, word):
                llmc.compile(model, models.scratch("none"), report=report)
        with self.assertRaisesRegex(llmc.CompileError, "is no input of the model"):
            llmc.compile(model, models.scratch("none"), report=models.scratch("none.md"), quantize="int8",
                         calibration=samples(64), accuracy_mask="mask")
        with self.assertRaisesRegex(llmc.CompileError, "empty"):
            llmc.compile(model, models.scratch("none"), report=models.scratch("none.md"), inputs=samples(64, count=0))
        self.assertFalse(models.scratch("none").exists() or models.scratch("none.md").exists())


if __name__ == "__main__":
    unittest.main()
