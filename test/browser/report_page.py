"""usage: report_page.py LLMC [FOLDER]     a page of a report opens from disk, asks for nothing, complains of nothing, holds
the layers, sorts, and fits narrow windows; screenshots go to FOLDER where one is given."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

import chromium

ROOT = Path(__file__).resolve().parents[2]
MODEL = ROOT / "test/models/bert_tiny/model.onnx"
SKIPPED = 77
NARROW, WIDE = 400, 1200


def make_reports(llmc, folder):
    generator = np.random.default_rng(1)
    np.savez(folder / "data.npz", input_ids=generator.integers(0, 1000, (16, 12)),
             attention_mask=np.ones((16, 12), np.int64), token_type_ids=np.zeros((16, 12), np.int64))
    common = [llmc, "compile", MODEL, "-o", folder / "out", "--cpu", "native", "--quantize", "int8", "--calibration",
              folder / "data.npz", "--accuracy-budget", "sqnr>=40"]
    for suffix in ("html", "json"):
        subprocess.run([*common, "--report", folder / f"report.{suffix}"], check=True, stdout=subprocess.DEVNULL)
    return folder / "report.html", json.loads((folder / "report.json").read_text())


def check(page, width, dark, url, report, shots):
    page.open(url, width, dark=dark)
    assert page.requests() == [url], page.requests()
    assert not page.complaints(), page.complaints()
    rows = page.value("[...document.querySelectorAll('table.sortable tbody tr')].map(row => row.cells[0].textContent)")
    assert len(rows) == len(report["layers"]), (len(rows), len(report["layers"]))
    for row, layer in zip(rows, report["layers"]):
        assert layer["nodes"][0] in row, (row, layer["nodes"])
    wide = page.value("document.documentElement.scrollWidth")
    assert wide <= width, f"{wide} pixels in a window of {width}"
    drawn = sum("value" in point for point in report["curve"]["tried"])  # that of all floats is no number in dB
    assert page.value("document.querySelectorAll('svg.plot circle.tried').length") == drawn
    assert page.value("document.querySelectorAll('svg.plot circle.chosen').length") == 1
    tree = page.call("Accessibility.getFullAXTree")["nodes"]
    rows_heard = sum(node["role"].get("value") == "row" for node in tree)
    assert rows_heard >= len(report["layers"]) + 1, f"{rows_heard} rows of tables for those who listen"
    assert any(node["role"].get("value") in ("image", "img") and "saved" in node["name"]["value"] for node in tree)
    picture = page.screenshot()
    page.open("about:blank", width)
    assert len(picture) > 4 * len(page.screenshot()), "the page looks blank"
    page.open(url, width, dark=dark)
    if shots:
        height = page.value("document.documentElement.scrollHeight")
        page.open(url, width, height=height, dark=dark)
        (shots / f"{width}-{'dark' if dark else 'light'}.png").write_bytes(page.screenshot())


def check_sorting(page, url, report):
    page.open(url, WIDE)
    titles = page.value("[...document.querySelectorAll('table.sortable thead th')].map(head => head.textContent)")
    column = titles.index("Bytes")
    for clicks, way in ((1, 1), (2, -1)):
        page.value(f"document.querySelectorAll('table.sortable thead th')[{column}].querySelector('button').click()")
        keys = page.value(f"[...document.querySelectorAll('table.sortable tbody tr')]"
                          f".map(row => row.cells[{column}].dataset.key).filter(key => key !== undefined).map(Number)")
        assert len(keys) == sum("bytes" in layer for layer in report["layers"])
        assert keys == sorted(keys, reverse=way < 0), (clicks, keys)
    order = page.value(f"document.querySelectorAll('table.sortable thead th')[{column}].getAttribute('aria-sort')")
    assert order == "descending", order


def main():
    program = chromium.find()
    if program is None:
        print("no Chromium: scripts/setup.sh --full installs it")
        return SKIPPED
    shots = Path(sys.argv[2]) if len(sys.argv) > 2 else None
    with tempfile.TemporaryDirectory(prefix="llmc-page-") as folder, chromium.Chromium(program) as page:
        file, report = make_reports(sys.argv[1], Path(folder))
        url = file.as_uri()
        for width in (WIDE, NARROW):
            for dark in (False, True):
                check(page, width, dark, url, report, shots)
        check_sorting(page, url, report)
    return 0


if __name__ == "__main__":
    sys.exit(main())
