"""NAME.so as a file, looked at before the dynamic linker maps it.

The linker believes the headers: a file that is shorter than they say ends the process when its pages are touched, and a
FIFO keeps it waiting for ever.
"""

from __future__ import annotations

import os
import stat
import struct
from pathlib import Path

from .errors import ModelError, Status

_HEADER, _SEGMENT = struct.Struct("<4sBB10xHH12xQ14xHH"), struct.Struct("<I4xQ16xQ")
_SHARED_LIBRARY = 3


def _refuse(path: Path, reason: str) -> ModelError:
    return ModelError(Status.BAD_MODEL, f"{path} can't be loaded: {reason}")


def _machine(file: int) -> int:
    header = os.pread(file, 20, 0)
    return int.from_bytes(header[18:20], "little")


def _check(path: Path, file: int) -> None:
    facts = os.fstat(file)
    if not stat.S_ISREG(facts.st_mode):
        raise _refuse(path, "it is no regular file")
    header = os.pread(file, _HEADER.size, 0)
    if len(header) < _HEADER.size or header[:4] != b"\x7fELF":
        raise _refuse(path, "it is no shared library; try: compile the model again")
    _, width, order, kind, machine, offset, size, count = _HEADER.unpack(header)
    if (width, order, kind, size) != (2, 1, _SHARED_LIBRARY, 56):
        raise _refuse(path, "it is no shared library; try: compile the model again")
    own = os.open("/proc/self/exe", os.O_RDONLY | os.O_CLOEXEC)
    try:
        if machine != _machine(own):
            raise _refuse(path, "it was compiled for another kind of machine; try: compile it without target_triple")
    finally:
        os.close(own)
    table = os.pread(file, size * count, offset)
    if len(table) < size * count:
        raise _refuse(path, "it is damaged, it ends within its headers; try: compile the model again")
    for begin in range(0, len(table), size):
        _, place, length = _SEGMENT.unpack_from(table, begin)
        if place + length > facts.st_size:
            raise _refuse(path, f"it is damaged, it has {facts.st_size} bytes and its headers speak of "
                                f"{place + length}; try: compile the model again")


def check(path: Path) -> None:
    """Raises ModelError unless the file is a whole shared library for this machine."""
    try:
        file = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise _refuse(path, error.strerror or str(error)) from None
    try:
        _check(path, file)
    finally:
        os.close(file)
