import os

import lit.formats

config.name = "op_plugin"
config.test_format = lit.formats.ShTest()
config.suffixes = [".mlir"]
config.test_source_root = os.path.dirname(__file__)
config.environment["PATH"] = os.pathsep.join([lit_config.params["tools"], os.environ["PATH"]])
config.substitutions.append(("%llmc_opt", lit_config.params["llmc_opt"]))
config.substitutions.append(("%plugin", lit_config.params["plugin"]))
