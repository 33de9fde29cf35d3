"""What a peer is. Each runs in a process of its own.

`load` imports libraries, before the clock of the cold start runs. `open` makes the model ready from its files, and
`run` gives the outputs of one feed in the peer's own form, which `arrays` names and turns into NumPy's after the race.
A peer that can't open the graph itself has a `form` of it, which `make` writes ahead of time.
"""
from __future__ import annotations

import importlib
import importlib.util
from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Mapping, Sequence

from ..errors import NotRaced
from ..workloads import Graph

if TYPE_CHECKING:
    from ..feeds import Array


@dataclass(frozen=True)
class Entry:
    """What there is to open. `weights` is the model for PyTorch, where one is known."""

    model: Path
    artefact: Path
    weights: Path | None
    graph: Graph | None
    outputs: tuple[str, ...]
    feeds: Path  # an .npz
    threads: int
    scratch: Path
    forms: Mapping[str, Path | NotRaced]  # by peer: what it opens in the place of the graph, or why there is none


class Peer(ABC):
    name: ClassVar[str]
    title: ClassVar[str]
    precisions: ClassVar[tuple[str, ...]] = ()  # in whose races it takes part unless told otherwise
    modules: ClassVar[tuple[str, ...]]  # what has to be installed; the first one's version is told
    speed_only: ClassVar[str] = ""  # why its results can't be compared
    form: ClassVar[str] = ""  # the file that it opens, where that is not the graph
    makers: ClassVar[tuple[str, ...]] = ()  # what has to be installed to make the form
    calibrated: ClassVar[bool] = False  # the form depends on the workload's inputs, not on the graph alone

    def __init__(self, entry: Entry) -> None:
        import numpy as np

        self.entry = entry
        with np.load(entry.feeds) as arrays:
            self.feeds: dict[str, Array] = dict(arrays)

    def load(self) -> None:
        for module in self.modules:
            importlib.import_module(module)

    @abstractmethod
    def open(self) -> None: ...

    @abstractmethod
    def run(self) -> Any: ...

    @abstractmethod
    def arrays(self, results: Any) -> dict[str, Array]: ...

    def note(self) -> str:
        """What would surprise a reader of the results."""
        return ""

    @classmethod
    def make(cls, model: Path, calibration: Sequence[Mapping[str, Array]], folder: Path) -> None:
        """Writes the form, and what belongs to it, into the folder."""
        raise NotImplementedError

    @classmethod
    def opened(cls, entry: Entry) -> Path:
        """The graph, or what is opened in its place."""
        found: Path | NotRaced = entry.forms[cls.name] if cls.form else entry.model
        if isinstance(found, NotRaced):
            raise found
        return found

    @classmethod
    def files(cls, entry: Entry) -> list[Path]:
        """What running needs besides libraries: the artefact whose size is told."""
        return sorted(cls.opened(entry).parent.glob("*")) if cls.form else graph_files(entry.model)


def graph_files(model: Path) -> list[Path]:
    """A graph and its external data."""
    return sorted(model.parent.glob(f"{model.name}*"))


def require(modules: Sequence[str]) -> None:
    for module in modules:
        if importlib.util.find_spec(module) is None:
            raise NotRaced(f"{module} is not installed in the environment")
