"""Loading a compiled model and calling it."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path
from typing import Any, Mapping, NoReturn, Sequence

import numpy.typing as npt

from .arguments import check_names, thread_count
from .arrays import Input
from .context import Context
from .errors import ModelError, Status, refuse_pickling
from .opened import OpenModel, StateInfo, Symbol, TensorInfo


class Model:
    """A compiled model: its code and weights, which never change. Any number of threads may use it at once."""

    def __init__(self, opened: OpenModel, threads: int) -> None:
        self._opened = opened
        self._threads = threads
        self._idle: list[Context] = []

    def __reduce__(self) -> NoReturn:
        refuse_pickling(self)

    @property
    def name(self) -> str:
        return self._opened.name

    @property
    def cpu(self) -> str:
        """The level of the code in use: "x86-64-v4"."""
        return self._opened.cpu

    @property
    def compiler(self) -> str:
        """What compiled it: "llmc 0.1.0"."""
        return self._opened.compiler

    @property
    def inputs(self) -> Mapping[str, TensorInfo]:
        return self._opened.inputs

    @property
    def outputs(self) -> Mapping[str, TensorInfo]:
        return self._opened.outputs

    @property
    def states(self) -> Sequence[StateInfo]:
        """Inputs that runs append to, as the keys and values of attention: Context.reserve_states() keeps them."""
        return tuple(self._opened.states)

    @property
    def variants(self) -> Sequence[str]:
        """The sizes that the model has code of its own for, such as "batch=1, seq=128"; the first, "", stands for all others."""
        return tuple(variant.dims for variant in self._opened.variants)

    @property
    def symbols(self) -> Mapping[str, Symbol]:
        """The symbols that dims are written in."""
        return self._opened.symbols

    def context(self, threads: int | None = None) -> Context:
        """A context of its own, with so many threads: those given to load() unless told otherwise."""
        return Context(self._opened, self._threads if threads is None else threads)

    def __call__(self, inputs: Mapping[str, Input] | None = None, /, **named: Input) -> dict[str, npt.NDArray[Any]]:
        """Runs the model once on inputs by name; outputs are new arrays.

        Each call takes a context that no other call uses just then, and leaves it for later ones. Context.run() can
        do more.
        """
        if inputs is not None:
            check_names("input", self.inputs, inputs)
        context = self._idle_context() or self.context()
        try:
            return context.run({**(inputs or {}), **named})
        finally:
            self._idle.append(context)

    def _idle_context(self) -> Context | None:
        """One of an earlier call; not of one before a fork, whose threads stayed in the parent."""
        while self._idle:
            try:
                context = self._idle.pop()
            except IndexError:  # another thread took the last one
                return None
            if context._is_of_this_process:
                return context
        return None

    def __repr__(self) -> str:
        inputs, outputs = (", ".join(map(str, side.values())) for side in (self.inputs, self.outputs))
        return f"<llmc.Model {self.name} ({self.cpu}): {inputs} -> {outputs}>"


def _named_in(folder: Path) -> Path | None:
    """NAME.so of the model that manifest.json names; None where there is no such file."""
    manifest = folder / "manifest.json"
    try:
        if not manifest.is_file(): # nothing, or what reading would wait for
            return None
        name = json.loads(manifest.read_bytes())["model"]
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError):
        raise ModelError(Status.BAD_MODEL, f"{manifest} names no model; try: compile it again") from None
    return folder / f"{name}.so"


def _library_in(folder: Path) -> Path:
    """NAME.so of the artefact in a folder."""
    library = _named_in(folder)
    if library is None:
        libraries = sorted(folder.glob("*.so"))
        if len(libraries) != 1:
            holds = "more than one library and no manifest.json that names one" if libraries else "no compiled model"
            raise ModelError(Status.BAD_MODEL, f"{folder} holds {holds}; try: compile a model into it")
        return libraries[0]
    if not library.exists():
        raise ModelError(Status.BAD_MODEL, f"{folder} holds no {library.name}; try: compile with the form \"so\"")
    return library


def _open(place: Path, weights: Path | None, verify_weights: bool) -> OpenModel:
    """The model of a folder or library. While a compile puts another one in place, the library that manifest.json has named
    may be gone: then manifest.json names another one by now."""
    if not place.is_dir():
        return OpenModel(place, weights, verify_weights)
    while True:
        named = _named_in(place)
        try:
            return OpenModel(_library_in(place), weights, verify_weights)
        except ModelError:
            if _named_in(place) == named:
                raise


def load(path: str | os.PathLike[str], *, threads: int = 0, weights: str | os.PathLike[str] | None = None,
         verify_weights: bool = False) -> Model:
    """Opens the artefact in a folder, or a NAME.so.

    `threads` is how many threads a run uses unless its context says otherwise; 0 means as many CPUs as the process may
    use. `weights` names the weights file where they are neither in the library nor beside it. `verify_weights` reads all weights
    and compares their digest.
    """
    count, place = thread_count(threads), Path(os.path.abspath(path))
    if not place.exists():
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path))
    return Model(_open(place, None if weights is None else Path(weights), verify_weights), count)
