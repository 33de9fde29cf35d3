"""Inputs for a compiled model: random, always the same, and such as the model is meant for."""
from __future__ import annotations

from typing import Any, Mapping

import llmc
import numpy as np
import numpy.typing as npt

from . import formulas

Array = npt.NDArray[Any]


def sizes(possible: Mapping[str, int], dims: Mapping[str, int]) -> dict[str, int]:
    """The given ones; else by what a symbol's name means, one text without a past; else what the model can have."""

    def usual(name: str) -> int:
        return 1 if "batch" in name else 0 if "past" in name else possible[name]

    return {name: dims[name] if name in dims else usual(name) for name in possible}


def make(model: llmc.Model, chosen: Mapping[str, int], vocabulary: int, seed: int = 0) -> dict[str, Array]:
    """By the meaning that names of inputs have with exporters: masks hide nothing, positions count on from the past,
    ids are of the vocabulary, other integers are 0 or 1."""
    generator = np.random.default_rng(seed)
    past = max((size for name, size in chosen.items() if "past" in name), default=0)

    def values(name: str, info: llmc.TensorInfo) -> Array:
        shape = [formulas.evaluate(dim, chosen) for dim in info.dims]
        if info.dtype.kind == "f":
            return generator.standard_normal(shape).astype(info.dtype)
        if "mask" in name:
            return np.ones(shape, info.dtype)
        if "position" in name and shape:
            return np.broadcast_to(np.arange(past, past + shape[-1], dtype=info.dtype), shape).copy()
        return generator.integers(0, vocabulary if name == "input_ids" else 2, shape).astype(info.dtype)

    return {name: values(name, info) for name, info in model.inputs.items()}
