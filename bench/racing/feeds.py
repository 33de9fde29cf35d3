"""Inputs for a compiled model: random, always the same, and such as the model is meant for."""
from __future__ import annotations

from typing import Any, Mapping

import llmc
import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]


def sizes(model: llmc.Model, dims: Mapping[str, int]) -> dict[str, int]:
    """A size for each symbol: the given one, or by what its name means: one text, no past, 128 tokens, as far as the
    model takes these."""

    def usual(name: str, symbol: llmc.Symbol) -> int:
        wanted = 1 if "batch" in name else 0 if "past" in name else 128
        return max(symbol.least, wanted if symbol.most is None else min(wanted, symbol.most))

    return {name: dims[name] if name in dims else usual(name, symbol) for name, symbol in model.symbols.items()}


def make(model: llmc.Model, chosen: Mapping[str, int], vocabulary: int) -> dict[str, Array]:
    """By the meaning that names of inputs have with exporters: masks hide nothing, positions count on from the past,
    ids are of the vocabulary, other integers are 0 or 1."""
    generator = np.random.default_rng(0)
    past = max((size for name, size in chosen.items() if "past" in name), default=0)

    def values(name: str, info: llmc.TensorInfo) -> Array:
        # Formulas of our own compiler, which are Python's where they are sums and products.
        shape = [eval(str(dim), {"__builtins__": {}}, dict(chosen)) for dim in info.dims]
        if info.dtype.kind == "f":
            return generator.standard_normal(shape).astype(info.dtype)
        if "mask" in name:
            return np.ones(shape, info.dtype)
        if "position" in name and shape:
            return np.broadcast_to(np.arange(past, past + shape[-1], dtype=info.dtype), shape).copy()
        return generator.integers(0, vocabulary if name == "input_ids" else 2, shape).astype(info.dtype)

    return {name: values(name, info) for name, info in model.inputs.items()}
