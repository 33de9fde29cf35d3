"""Do two contenders give the same numbers?"""
from __future__ import annotations

import math
from typing import Any, Mapping

import numpy as np
import numpy.typing as npt


def judge(got: Mapping[str, npt.NDArray[Any]], want: Mapping[str, npt.NDArray[Any]],
          tolerance: float) -> tuple[dict[str, float], dict[str, float], str]:
    """The error of each output, infinite where it can't be told, its cosine, and what is wrong, nothing if all is well."""
    errors = {name: error(got[name], want[name]) if name in got else math.inf for name in want}
    cosines = {name: cosine(got[name], want[name]) if errors[name] < math.inf else 0.0 for name in want}
    worst = max(errors, key=lambda name: errors[name], default="")
    if not errors or errors[worst] <= tolerance:
        return errors, cosines, ""
    if worst not in got:
        return errors, cosines, f"gave no output {worst}"
    return errors, cosines, f"other numbers than ONNX Runtime's: {worst} is off by {errors[worst]:.1e} of its greatest value"


def error(got: npt.NDArray[Any], want: npt.NDArray[Any]) -> float:
    if got.shape != want.shape:
        return math.inf
    if not want.size:
        return 0.0
    with np.errstate(invalid="ignore"):
        difference = np.where(got == want, 0, np.abs(got.astype(np.float64) - want.astype(np.float64)))
    greatest = float(np.max(np.abs(want), where=np.isfinite(want), initial=0.0)) or 1.0
    worst = float(np.max(difference)) / greatest
    return math.inf if math.isnan(worst) else worst


def cosine(got: npt.NDArray[Any], want: npt.NDArray[Any]) -> float:
    """Of the whole, without what is infinite on both sides; 1 where there is nothing to tell apart."""
    finite = np.isfinite(want)
    a, b = got[finite].astype(np.float64), want[finite].astype(np.float64)
    lengths = float(np.linalg.norm(a) * np.linalg.norm(b))
    return float(a @ b) / lengths if lengths else float(np.array_equal(a, b))
