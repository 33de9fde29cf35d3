"""A TODO names its issue, `TODO(#123)`, or it does not go in."""
import re
from pathlib import Path

from sources import CPP, listed

MARK = re.compile(r"\b(TODO|FIXME|XXX)\b(?!\(#\d+\))")


def problems(root: Path) -> list[str]:
    found = []
    for path in listed(root, *CPP, "*.td", "*.def", "*.py", "*.sh", "*.cmake", "*CMakeLists.txt", "*.mlir"):
        if path.parts[:2] == ("tools", "check"):
            continue
        for number, line in enumerate((root / path).read_text(errors="replace").splitlines(), 1):
            if mark := MARK.search(line):
                found.append(f"{path}:{number}: {mark.group(1)} without an issue, as in {mark.group(1)}(#123)")
    return found
