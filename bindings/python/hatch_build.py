"""Puts libllmc, and what it links artefacts with, into the wheel: from the build of the source tree, or from the folder of
the libllmc that LLMC_LIBRARY names. Without it the wheel runs compiled models only."""

import os
import sysconfig
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompilerLibraries(BuildHookInterface):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return  # _compiler.py finds the build of the source tree
        named = os.environ.get("LLMC_LIBRARY")
        library = Path(named or Path(self.root).parents[1] / "build/lib/libllmc.so.0")
        if not library.exists():
            if named:
                raise FileNotFoundError(f"LLMC_LIBRARY names {library}, which does not exist")
            self.app.display_warning(f"there is no {library}: this package will run models, but not compile them; try: "
                                     "scripts/setup.sh, or set LLMC_LIBRARY")
            return
        folder = library.parent
        runtimes = [path.relative_to(folder) for path in folder.glob("llmc/*/libllmc_runtime.a")]
        for name in (Path("artefact.ver"), Path("libllmc_runtime.a"), *runtimes):
            build_data["force_include"][str(folder / name)] = f"llmc/lib/{name}"
        build_data["force_include"][str(library.resolve())] = "llmc/lib/libllmc.so.0"
        build_data["pure_python"] = False
        build_data["tag"] = f"py3-none-{sysconfig.get_platform().replace('-', '_')}"
