"""Arguments that several functions take, checked before the C API sees them, which would read other numbers."""

from __future__ import annotations

import math
import operator
from numbers import Real
from typing import Mapping

from .errors import ModelError, Status

_MOST_THREADS = 2**32 - 1
_MOST_MS = 2**53  # as good as no deadline


def kind_of(value: object) -> str:
    """What a message calls a value of a wrong type."""
    return "None" if value is None else type(value).__name__


def thread_count(threads: int) -> int:
    count = operator.index(threads)
    if not 0 <= count <= _MOST_THREADS:
        raise ValueError(f"threads is {count}; try: a positive number, or 0 for as many as the process may use")
    return count


def count_of(name: str, value: int) -> int:
    count = operator.index(value)
    if not 0 <= count < 2**63:
        raise ValueError(f"{name} is {count}; try: a number of positions")
    return count


def milliseconds(deadline_ms: float | None) -> int:
    """Whole ones, rounded up; 0 where there is no deadline."""
    if deadline_ms is None:
        return 0
    if not isinstance(deadline_ms, Real):
        raise TypeError(f"deadline_ms must be a number of milliseconds, not {kind_of(deadline_ms)}")
    if not deadline_ms > 0:
        raise ValueError(f"deadline_ms is {deadline_ms}; try: more than 0, or None for no deadline")
    return math.ceil(min(deadline_ms, _MOST_MS))


def check_names(side: str, declared: Mapping[str, object], given: object) -> None:
    """Of inputs or outputs: a dict, with names that the model has."""
    names = ", ".join(declared)
    if not isinstance(given, Mapping):
        raise TypeError(f"{side}s must be a dict {{name: array}}, not {kind_of(given)}; the model has: {names}")
    if unknown := [name for name in given if name not in declared]:
        raise ModelError(Status.INVALID_ARGUMENT, f'there is no {side} "{unknown[0]}"; the model has: {names}')
