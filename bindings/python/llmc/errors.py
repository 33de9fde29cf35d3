"""What can go wrong. Messages are those of the C API, or follow their form."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Any, NoReturn, Sequence


class Status(enum.IntEnum):
    """llmc_status: what a call of the runtime came to."""

    OK = 0
    INVALID_ARGUMENT = 1
    NO_MEMORY = 2
    BAD_MODEL = 3
    UNSUPPORTED_CPU = 4
    WEIGHTS_UNREADABLE = 5
    WEIGHTS_MISMATCH = 6
    TYPE_MISMATCH = 7
    SHAPE_MISMATCH = 8
    BUFFER_TOO_SMALL = 9
    NOT_READY = 10
    CHECK_FAILED = 11
    CANCELLED = 12
    DEADLINE = 13
    BUSY = 14
    THREADS = 15


class CompileStatus(enum.IntEnum):
    """llmc_compile_status: how a compilation ended."""

    OK = 0
    BROKEN = 1
    USAGE = 2
    REFUSED = 3
    DIFFERS = 4
    CANCELLED = 5
    NO_MEMORY = 6


class Error(Exception):
    """The base of all exceptions of this package."""


class ModelError(Error):
    """A model can't be loaded or run. `status` is one of Status, or a number that only a newer runtime knows."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status: int = Status(status) if status in list(Status) else status

    def __reduce__(self) -> tuple[Any, ...]:  # pickled, it reaches whoever asked a worker process
        return type(self), (int(self.status), str(self))


class Cancelled(ModelError):
    """Context.cancel() ended the run. The context stays usable."""


class DeadlineExceeded(ModelError, TimeoutError):
    """The run took longer than its deadline allowed. The context stays usable."""


def model_error(status: int, message: str) -> ModelError:
    if status == Status.CANCELLED:
        return Cancelled(status, message)
    if status == Status.DEADLINE:
        return DeadlineExceeded(status, message)
    return ModelError(status, message)


@dataclass(frozen=True)
class Diagnostic:
    """A message of the compiler: an error, a note that belongs to the error before it, or a warning."""

    severity: str  # "error", "note" or "warning"
    message: str


class CompileWarning(RuntimeWarning):
    """What the compiler has to say about a model that it compiled."""


class CompileError(Error):
    """A model can't be compiled; nothing was written."""

    def __init__(self, status: CompileStatus, diagnostics: Sequence[Diagnostic]) -> None:
        lines = [diagnostic.message for diagnostic in diagnostics]
        super().__init__("\n".join(lines) or status.name.lower().replace("_", " "))
        self.status = status
        self.diagnostics = tuple(diagnostics)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.status, self.diagnostics)


class CompilerNotFound(Error):
    """libllmc is missing, or a library that it needs. Compiled models run without it."""


def refuse_pickling(what: object) -> NoReturn:
    """For __reduce__ of what lives in the memory of one process."""
    raise TypeError(f"a {type(what).__name__} belongs to its process and can't be pickled; try: load it in the worker, "
                    "with llmc.load(folder)")
