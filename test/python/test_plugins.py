"""A compilation has the plugins that it names, and none that others of this process have named."""

import json
import os
import shutil
import unittest
from pathlib import Path

from onnx import TensorProto, helper

import llmc
import models

PLUGINS = Path(os.environ["LLMC_TEST_PLUGINS"])
TWICE, AGAIN, SAME_PASS = (PLUGINS / f"{name}.so" for name in ("Twice", "TwiceAgain", "TwiceSamePass"))


def model():
    """y = test.Twice(x)"""
    proto = models.onnx_model([helper.make_node("Twice", ["x"], ["y"], domain="test")],
                              [("x", TensorProto.FLOAT, ["n"])], [("y", TensorProto.FLOAT, ["n"])])
    proto.opset_import.append(helper.make_opsetid("test", 1))
    return proto


class Plugins(unittest.TestCase):
    def compile(self, name, *plugins, **options):
        return llmc.compile(model(), models.scratch(name), name="twice", cpu="x86-64-v3", plugins=plugins, **options)

    def refused(self, status, words, *plugins, **options):
        with self.assertRaisesRegex(llmc.CompileError, words) as caught:
            self.compile("refused", *plugins, **options)
        self.assertEqual(caught.exception.status, status)
        self.assertFalse(models.scratch("refused").exists())

    def manifest(self, artefact):
        return json.loads((artefact.folder / "manifest.json").read_text())

    def test_others_have_none_of_it(self):
        for _ in range(2):
            artefact = self.compile("with", TWICE)
            self.assertEqual([plugin["name"] for plugin in self.manifest(artefact)["plugins"]], ["twice"])
            self.refused(llmc.CompileStatus.REFUSED, 'no operator of this name is known in domain "test"')
            pipeline = "llmc-shapes,llmc-graph,func.func(test-do-nothing),llmc-kernels"
            self.compile("spelled", TWICE, pipeline=pipeline)
            self.refused(llmc.CompileStatus.USAGE, "pass test-do-nothing is of plugin twice, which this compilation does "
                         "not load", AGAIN, pipeline=pipeline)

    def test_two_with_the_same_operator(self):
        self.refused(llmc.CompileStatus.USAGE, "plugin twice-again brings test Twice of opset 1 and newer, but plugin "
                     "twice has it", TWICE, AGAIN)
        for plugin, name in ((TWICE, "twice"), (AGAIN, "twice-again")):  # one at a time they are fine
            artefact = self.compile("one", plugin)
            self.assertEqual([plugin["name"] for plugin in self.manifest(artefact)["plugins"]], [name])

    def test_two_with_the_same_pass(self):
        self.compile("first", TWICE)
        self.refused(llmc.CompileStatus.BROKEN, "can't be set up: .*test-do-nothing", SAME_PASS)
        self.compile("first", TWICE)

    def test_built_again(self):
        copy = models.scratch("copy.so")
        shutil.copy(PLUGINS / "KeepFirstOutput.so", copy)
        self.compile("copied", TWICE, copy)
        shutil.copy(PLUGINS / "FailingPasses.so", models.scratch("new.so"))
        os.replace(models.scratch("new.so"), copy)
        self.refused(llmc.CompileStatus.BROKEN, "copy.so was built again after this process had loaded it", TWICE, copy)


if __name__ == "__main__":
    unittest.main()
