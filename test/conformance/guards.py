"""Runs models with all memory between pages that nobody may touch: an access beyond a tensor ends the process, so it
happens in a child."""

import contextlib
import ctypes
import functools
import mmap
import os
import pickle
import signal
import traceback
from unittest import mock

import numpy as np

import cases

LIBC = ctypes.CDLL(None, use_errno=True)
LIBC.mmap.restype = ctypes.c_void_p
LIBC.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long]
LIBC.mprotect.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
LIBC.munmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t]
SIDES = ("before", "behind")
PROT_NONE = 0


class Memory:
    """Hands out memory that borders on a guard page on one side. It lives as long as this does."""

    def __init__(self, side):
        self.behind = side == "behind"
        self.mappings = []
        allocate = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_size_t)
        release = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t)
        self.functions = (allocate(lambda _, size, alignment: self.take(size, alignment)), release(lambda *_: None))
        self.allocator = Allocator(ctypes.sizeof(Allocator), None, *(ctypes.cast(f, ctypes.c_void_p) for f in self.functions))

    def take(self, size, alignment):
        page = mmap.PAGESIZE
        inside = -(-size // page) * page
        base = LIBC.mmap(None, inside + 2 * page, PROT_NONE, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, -1, 0)
        assert base != ctypes.c_void_p(-1).value, "no memory"
        self.mappings.append((base, inside + 2 * page))
        LIBC.mprotect(base + page, inside, mmap.PROT_READ | mmap.PROT_WRITE)
        return base + page + ((inside - size) // alignment * alignment if self.behind else 0)

    def empty(self, shape, dtype):
        dtype = np.dtype(dtype)
        size = int(np.prod(shape, dtype=np.int64)) * dtype.itemsize
        buffer = (ctypes.c_char * size).from_address(self.take(size, dtype.alignment))
        return np.ndarray(shape, dtype, buffer)

    def copy(self, array):
        array = np.asarray(array)
        placed = self.empty(array.shape, array.dtype)
        placed[...] = array
        return placed

    def free(self):
        for base, size in self.mappings:
            LIBC.munmap(base, size)
        self.mappings = []


class Allocator(ctypes.Structure):
    """llmc_allocator"""

    _fields_ = [("size", ctypes.c_size_t), ("user", ctypes.c_void_p), ("allocate", ctypes.c_void_p), ("release", ctypes.c_void_p)]


def run(model, feeds, wanted, threads, side):
    """The outputs, of which `wanted` has shapes and types. Inputs, outputs and scratch border on a guard page."""
    memory = Memory(side)
    options = functools.partial(cases.llmc._runtime.ContextOptions, allocator=ctypes.addressof(memory.allocator))
    with contextlib.ExitStack() as stack:
        stack.callback(memory.free)
        with mock.patch.object(cases.llmc._runtime, "ContextOptions", options):
            context = stack.enter_context(model.context(threads=threads))
        outputs = {name: memory.empty(want.shape, want.dtype) for name, want in wanted.items()}
        context.run({name: memory.copy(array) for name, array in feeds.items()}, outputs=outputs)
        return {name: np.array(output) for name, output in outputs.items()}


def run_each(folder, runs, threads, side):
    """[(where, what is wrong)] of runs, each (where, feeds, wanted, and for each output a mask of what is judged)."""
    problems = []
    model = cases.llmc.load(folder)
    for where, feeds, wanted, masks in runs:
        try:
            results = run(model, feeds, wanted, threads, side)
        except cases.llmc.ModelError as error:
            problems.append((f"{where}, {threads} threads", str(error)))
            continue
        for name, want in wanted.items():
            if wrong := cases.judge(results[name][masks[name]], want[masks[name]], loose=False):
                problems.append((f"{where}, {threads} threads", f"{name}: {wrong}"))
    return problems


class Ended(Exception):
    """How a child ended that did not return."""


def problems_in_child(function, seconds=300):
    """[(where, what is wrong)] of the function, called in a process of its own, or how that ended."""
    try:
        return in_child(function, seconds)
    except Ended as error:
        return [("in a child", str(error))]


def in_child(function, seconds=300):
    """What the function returns, called in a process of its own."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            os.close(reader)
            signal.alarm(seconds)
            with os.fdopen(writer, "wb") as answer:
                answer.write(pickle.dumps(called(function)))
            code = 0
        finally:
            os._exit(code)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        answer = pipe.read()
    status = os.waitpid(child, 0)[1]
    if os.WIFSIGNALED(status):
        ended = signal.Signals(os.WTERMSIG(status))
        raise Ended(f"not done after {seconds} s" if ended == signal.SIGALRM else f"ended by {ended.name}")
    if not answer:
        raise Ended(f"ended with exit code {os.WEXITSTATUS(status)}")
    result, raised = pickle.loads(answer)
    if raised:
        raise Ended(raised)
    return result


def called(function):
    """(What it returns, None), or (None, what it raised)."""
    try:
        return function(), None
    except Exception:  # pylint: disable=broad-except
        return None, traceback.format_exc()
