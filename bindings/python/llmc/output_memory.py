"""Memory of large outputs that nobody refers to any more, for those of later runs: the system fills pages with zeros before
a process gets them, which takes as long as many a kernel."""
from __future__ import annotations

import ctypes
import weakref
from typing import Any

import numpy as np
import numpy.typing as npt

LEAST_BYTES = 1 << 18  # smaller ones come out of memory that NumPy's allocator keeps anyhow
RUNS_KEPT = 2          # without being used


class _Block:
    """A little larger than what it is for: outputs that grow, as caches do, fit for some runs."""

    def __init__(self, least: int) -> None:
        self.memory = np.empty(least + least // 8, np.uint8)
        self.last_run = 0


class OutputMemory:
    def __init__(self) -> None:
        self._free: list[_Block] = []
        self._run = 0

    def begin_run(self) -> None:
        """What no run has taken for a while goes back to the system."""
        self._run += 1
        self._free[:] = [block for block in self._free if self._run - block.last_run <= RUNS_KEPT]

    def array(self, shape: tuple[int, ...], dtype: np.dtype[Any]) -> npt.NDArray[Any]:
        """A new array; its memory comes back when nobody refers to it, nor to a view of it."""
        size = int(np.prod(shape, dtype=np.int64)) * dtype.itemsize
        if size < LEAST_BYTES:
            return np.empty(shape, dtype)
        block = self._take(size) or _Block(size)
        block.last_run = self._run
        lease = (ctypes.c_ubyte * size).from_address(block.memory.ctypes.data)
        weakref.finalize(lease, self._free.append, block)
        return np.frombuffer(memoryview(lease), dtype).reshape(shape)

    def clear(self) -> None:
        self._free.clear()

    def _take(self, size: int) -> _Block | None:
        """The smallest free block that is large enough, but not twice as large."""
        fitting = [block for block in self._free if size <= block.memory.nbytes <= 2 * size]
        best = min(fitting, key=lambda block: block.memory.nbytes, default=None)
        if best is not None:
            self._free.remove(best)
        return best
