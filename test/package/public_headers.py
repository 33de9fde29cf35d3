"""The installed C headers and the header of a compiled model name nothing of the layout between compiled code and runtime.

  public_headers.py LAYOUT.h MODEL.mlir FOLDER       $LLMC is the prefix of the package
"""
import os
import re
import subprocess
import sys
from pathlib import Path

# That there is compiled code to choose from is public, what it looks like is not.
OPAQUE = "llmc_image_table"


def names_in(header: Path) -> set[str]:
    code = re.sub(r"/\*.*?\*/", "", header.read_text(), flags=re.DOTALL)
    return set(re.findall(r"\bllmc_\w+|\bLLMC_\w+", code))


def main() -> int:
    layout, model, folder = map(Path, sys.argv[1:])
    prefix = Path(os.environ["LLMC"])
    subprocess.run([prefix / "bin/llmc", "compile", model, "-o", folder, "--name", "m", "--emit=h"], check=True,
                   stdout=subprocess.DEVNULL)
    internal = names_in(layout) - {OPAQUE}
    assert {"llmc_image", "llmc_frame", "llmc_task", "LLMC_IMAGE_VERSION"} <= internal, internal
    headers = [*(prefix / "include/llmc").iterdir(), folder / "m.h"]
    assert {"llmc.h", "status.h", "llmc-compiler.h", "m.h"} <= {header.name for header in headers}, headers
    failed = 0
    for header in headers:
        found = sorted(names_in(header) & internal)
        if re.search(rf"struct {OPAQUE}\s*{{", header.read_text()):
            found.append(f"struct {OPAQUE} {{")
        if found:
            failed += 1
            print(f"{header.name} names {', '.join(found)} of {layout.name}")
    return failed


if __name__ == "__main__":
    sys.exit(main())
