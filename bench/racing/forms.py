"""What peers open in the place of a graph: made of it by their own tools, once.

usage: python -m racing.forms PEER MODEL CALIBRATION FOLDER      CALIBRATION is a folder of .npz
"""
from __future__ import annotations

import sys
from pathlib import Path
from typing import Iterable

from . import making
from .errors import NotRaced
from .peers import PEERS
from .peers.peer import Peer, require


def of(peers: Iterable[type[Peer]], model: Path, workload: str, calibration: Path, under: Path,
       logs: Path) -> dict[str, Path | NotRaced]:
    """By peer the file that it opens, or why there is none, which is part of the results."""
    forms: dict[str, Path | NotRaced] = {}
    for peer in peers:
        if not peer.form:
            continue
        path = under / (f"{peer.name}-{workload}" if peer.calibrated else peer.name) / peer.form
        try:
            forms[peer.name] = _ensure(peer, path, model, workload, calibration, logs)
        except NotRaced as reason:
            forms[peer.name] = reason
    return forms


def _ensure(peer: type[Peer], path: Path, model: Path, workload: str, calibration: Path, logs: Path) -> Path:
    require(peer.modules)
    if not path.exists():
        require(peer.makers)
    return making.ensure(path, f"{workload} for {peer.title}", logs / f"{workload}-{peer.name}-making.txt",
                         "racing.forms", peer.name, model, calibration)


def _make(name: str, model: Path, calibration: Path, folder: Path) -> None:
    import numpy as np

    feeds = [dict(np.load(path)) for path in sorted(calibration.glob("*.npz"))]
    try:
        PEERS[name].make(model, feeds, folder)
    except NotRaced as reason:
        sys.exit(str(reason))


if __name__ == "__main__":
    _make(sys.argv[1], *map(Path, sys.argv[2:]))
