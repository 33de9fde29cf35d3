"""Files that are made once, in processes of their own, since makers leave much behind, and kept."""
from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from .errors import NotRaced


def ensure(path: Path, what: str, log: Path, module: str, *arguments: str | Path) -> Path:
    """Unless it is there, the module makes it in the folder that is its last argument, with files beside it, of which
    all appear when it is done, `path` last."""
    if path.exists():
        return path
    print(f"race: making {what}", flush=True)
    scratch = path.parent.with_name(f"{path.parent.name}.part")
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    try:
        with open(log, "w") as output:
            code = subprocess.run([sys.executable, "-m", module, *map(str, arguments), str(scratch)], stdout=output,
                                  stderr=output, cwd=Path(__file__).resolve().parents[1]).returncode
        if code or not (scratch / path.name).exists():
            raise NotRaced(f"{what} can't be made: {_reason(log, [scratch, *arguments])} ({log.name})")
        path.parent.mkdir(exist_ok=True)
        for made in sorted(scratch.iterdir(), key=lambda each: each.name == path.name):
            os.replace(made, path.parent / made.name)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return path


def _reason(log: Path, places: list[str | Path]) -> str:
    """The last line, without folders of this machine: results are kept."""
    lines = [line for line in log.read_text(errors="replace").splitlines() if line.strip()]
    reason = lines[-1].strip() if lines else "no reason given"
    for place in places:
        if isinstance(place, Path):
            reason = reason.replace(f"{place.parent}/", "")
    return reason[:300]
