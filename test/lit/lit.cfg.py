# How lit runs the tests of this folder. Files that tests share lie in folders named Inputs, which are not searched.
import os

import lit.formats

config.name = "llmc"
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".mlir", ".test", ".py"]
config.excludes = ["lit.cfg.py", "lit.site.cfg.py", "Inputs"]
config.test_source_root = os.path.dirname(__file__)

config.environment["PATH"] = os.pathsep.join(
    [config.llmc_tools_dir, config.llvm_tools_dir, os.environ["PATH"]]
)
for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS"):
    if name in os.environ:
        config.environment[name] = os.environ[name]
config.substitutions.append(("%python", config.python))
config.substitutions.append(("%models", os.path.join(os.path.dirname(os.path.dirname(__file__)), "models")))
config.substitutions.append(("%test_plugins", config.test_plugins_dir))
