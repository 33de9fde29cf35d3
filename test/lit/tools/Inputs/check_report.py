"""usage: check_report.py REPORT.json ARTEFACT     parts of a report and of its artefact agree, and no figure is none."""
import json
import math
import sys
from pathlib import Path

report = json.loads(Path(sys.argv[1]).read_text(), parse_constant=lambda word: sys.exit(f"{word} is no number of JSON"))
folder = Path(sys.argv[2])
manifest = json.loads((folder / "manifest.json").read_text())

weights, layers = report["totals"]["weights"], report["layers"]
assert weights["bytes"] == manifest["weights"]["bytes"]
assert sum(layer.get("bytes", 0) for layer in layers) + weights["of_no_layer_bytes"] == weights["bytes"]
for file in report["totals"]["files"]:
    assert (folder / file["name"]).stat().st_size == file["bytes"], file

encoded = [layer for layer in layers if layer["precision"] == "int4" and layer["kind"] == "product"]
assert len(encoded) == manifest["compensated"]
for layer in encoded:
    assert layer["bytes"] < 0.2 * layer["float_bytes"], layer
    rounding = layer["rounding"]
    assert 0 < rounding["compensated_error"] < rounding["nearest_error"] < 1, layer
    assert 10 < rounding["sqnr"] < 60, layer
    assert layer["alone"]["sqnr"] > report["outputs"][0]["error"]["sqnr"], layer  # one costs less than all

curve = report["curve"]
assert curve["metric"] == "error" and "bound" not in curve
by_saving = sorted(curve["tried"], key=lambda point: point["saved"])
assert by_saving[0]["floats"] == curve["choices"] and by_saving[0]["value"] < 1e-5  # all as floats
assert by_saving[-1]["floats"] == 0 and math.isclose(by_saving[-1]["saved"], 1)
assert by_saving[-1]["value"] > by_saving[0]["value"]
