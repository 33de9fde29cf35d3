"""Formulas as the compiler writes them, of dims and of work: sums and products, which are Python's, and functions."""
from __future__ import annotations

from typing import Any, Mapping

from .errors import NotRaced

FUNCTIONS: dict[str, Any] = {"floordiv": lambda a, b: a // b, "mod": lambda a, b: a % b, "min": min, "max": max,
                             "broadcast": lambda a, b: b if a == 1 else a}


def evaluate(formula: int | str, sizes: Mapping[str, int]) -> int:
    try:
        return int(eval(str(formula), {"__builtins__": {}, **FUNCTIONS}, dict(sizes)))
    except (SyntaxError, NameError, TypeError, ArithmeticError) as error:
        raise NotRaced(f"the size {formula} can't be computed: {error}") from None
