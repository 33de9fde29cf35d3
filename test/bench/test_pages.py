"""The results as they are written: the JSON holds all, and the pages leave nothing out that it holds."""

import re
import tempfile
import unittest
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import races
from racing import pages, results, summary, tables
from racing.errors import RaceError
from racing.results import Race


class Json(unittest.TestCase):
    def test_what_is_read_is_what_was_written(self):
        with tempfile.TemporaryDirectory() as folder:
            race = races.race()
            race.write(Path(folder) / "race.json")
            self.assertEqual(results.read(Path(folder) / "race.json"), race)
            self.assertEqual([path.name for path in Path(folder).iterdir()], ["race.json"])

    def test_other_files(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "race.json"
            for text, message in (("{", "holds no race"), ("[]", "holds no race"), ('{"format": 0}', "another version"),
                                  ('{"format": 1}', "holds no race"), (None, "can't be read: No such file")):
                path.unlink(missing_ok=True)
                if text is not None:
                    path.write_text(text)
                with self.assertRaisesRegex(RaceError, message):
                    results.read(path)


class Pages(unittest.TestCase):
    def setUp(self):
        self.race = races.race()
        self.markdown, self.html = pages.markdown(self.race), pages.html(self.race)

    def test_speeds(self):
        table = next(table for table in tables.of_race(self.race) if table.title == "Speed on 1 thread")
        self.assertEqual(table.header, ["workload", "ONNX Runtime", "OpenVINO", "PyTorch"])
        self.assertEqual(table.rows[0], ["bert", "1.00 (1.00 to 2.00)", "0.50 (0.50 to 1.00) *", "–"])
        self.assertEqual([row[0] for row in table.rows], ["bert", "gpt2"])

    def test_limits(self):
        table = next(table for table in tables.of_race(self.race) if table.title.endswith("limits on 2 threads"))
        self.assertEqual(table.rows, [["bert", "reads", "1", "1000", "10 % / 100 %", "10 % / 100 %",
                                       "10 % / 100 % *", "–"]])

    def test_numbers(self):
        table = next(table for table in tables.of_race(self.race) if table.title.startswith("Numbers"))
        self.assertEqual(table.rows[0], ["bert", "1", "1.0e-06", "2.0e-02, 0.99000 *", "–"])
        self.assertIn("more than 1e-04", table.text)

    def test_nobody_is_left_out(self):
        for page in (self.markdown, self.html):
            for text in ("bert", "gpt2", "vit", "llmc can", "PyTorch", "torch is not installed", "is off by 2.0e-02",
                         "avx2", "onnxruntime 1.2.3", "2026-01-02", "3 rounds of 0.2 s",
                         "bert (1), bert (2), gpt2 (1)"):
                self.assertIn(text, page)

    def test_markdown_is_tables(self):
        widths = [line.replace("\\|", "").count("|") for line in self.markdown.splitlines() if line.startswith("|")]
        for table in tables.of_race(self.race):
            for row in [table.header, *table.rows]:
                self.assertEqual(len(row), len(table.header), table.title)
        self.assertEqual(len(widths), sum(2 + len(table.rows) for table in tables.of_race(self.race)))

    def test_the_page_stands_alone(self):
        self.assertNotIn("<script", self.html)
        self.assertEqual(set(re.findall(r'https?://[^"\s]*', self.html)), {"http://www.w3.org/2000/svg"})
        self.assertIn("the &lt;environment&gt;", self.html)

    def test_plots(self):
        plots = [ElementTree.fromstring(text) for text in re.findall(r"<svg.*?</svg>", self.html, re.DOTALL)]
        self.assertEqual(len(plots), 4)  # speeds and limits, on 1 and on 2 threads
        marks = [mark for mark in plots[0].iter("{http://www.w3.org/2000/svg}circle")
                 if mark.find("{http://www.w3.org/2000/svg}title") is not None]
        self.assertEqual(len(marks), 4)  # two workloads, two peers that raced
        self.assertEqual([mark.get("fill") == "none" for mark in marks], [False, True] * 2)
        at_one, faster_than_us = (float(mark.get("cx")) for mark in marks[:2])
        self.assertLess(faster_than_us, at_one)

    def test_same_results_same_pages(self):
        self.assertEqual((pages.markdown(races.race()), pages.html(races.race())), (self.markdown, self.html))

    def test_a_race_that_nobody_ran(self):
        race = Race("2026-01-02", self.race.machine, {}, 0.2, 3, {"bert": "no"})
        self.assertIn("bert", pages.markdown(race))
        self.assertIn("bert", pages.html(race))

    def test_contests_where_something_is_missing(self):
        for missing in ("limits", "results"):
            contest = races.contest(**{missing: []}) if missing == "limits" else races.contest()
            if missing == "results":
                contest.results = [races.result("llmc", "llmc", refusal="no"), races.result("torch", "PyTorch", 1.0)]
            self.race.contests = [contest]
            self.assertIn("bert", pages.html(self.race))
            self.assertIn("bert", pages.markdown(self.race))
            self.assertIn("bert", summary.of_contest(contest))


class Summary(unittest.TestCase):
    def test_lines(self):
        text = summary.of_contest(races.contest())
        self.assertIn("bert, 1 thread: llmc reaches 10 % of the machine's multiply-adds, 100 % of its reads\n", text)
        self.assertIn("1.00 times as fast as ONNX Runtime (1.00 to 2.00 in 3 rounds), which takes 2 times as long to "
                      "start and 1.00 times the memory\n", text)
        self.assertIn("PyTorch: torch is not installed", text)
        self.assertNotIn("mean little", text)
        self.assertIn("others had 50 % of the CPUs", summary.of_contest(races.contest(others_share=0.5)))


if __name__ == "__main__":
    unittest.main()
