"""A context: the memory and the threads of one run at a time."""

from __future__ import annotations

import ctypes
import os
import threading
from contextlib import contextmanager
from ctypes import byref
from typing import Any, Iterator, Mapping, NoReturn

import numpy as np
import numpy.typing as npt

from . import _runtime, arguments, arrays
from .errors import ModelError, Status, model_error, refuse_pickling
from .opened import KernelTime, OpenModel
from .output_memory import OutputMemory


class Context:
    """Made by Model.context(). One thread at a time may be inside; others get a ModelError (Status.BUSY). Any number of
    contexts run at once: the GIL is not held during a run."""

    def __init__(self, model: OpenModel, threads: int = 0) -> None:
        self._model, self._api = model, model.api
        message, handle = _runtime.Message(), ctypes.c_void_p()
        options = _runtime.ContextOptions(threads=arguments.thread_count(threads), **message.fields())
        status = self._api.context_create(model.handle, byref(options), byref(handle))
        if status:
            raise model_error(status, message.text())
        self._handle, self._process = handle, os.getpid()
        self._kept: frozenset[str] = frozenset()  # inputs and outputs of states, once room is reserved for these
        self._memory = OutputMemory()
        self._inside = threading.Lock()
        self._alive = threading.Lock()  # held by cancel(), which may come while another thread closes
        self._finalizer = _runtime.when_gone(self, _destroy, model, handle, self._process)

    def __reduce__(self) -> NoReturn:
        refuse_pickling(self)

    @property
    def _is_of_this_process(self) -> bool:
        """False in a forked child of the process that made it, where its threads are missing."""
        return self._process == os.getpid()

    def run(self, inputs: Mapping[str, arrays.Input], outputs: Mapping[str, arrays.Buffer] | None = None, *,
            deadline_ms: float | None = None, profile: bool = False) -> dict[str, npt.NDArray[Any]]:
        """Runs the model once and gives all of its outputs by name.

        Inputs are read in place, unless they have gaps between their elements or are misaligned; nobody may write to
        them during the run. Outputs are new arrays of their own; memory of large ones serves later runs when nobody
        refers to it. For those named in `outputs` they are the given arrays instead, or arrays on the memory of the given
        tensors of PyTorch: of the output's shape, or flat and large enough, of which the beginning is returned in that shape. States for which room is reserved are neither given
        nor returned. `deadline_ms` is rounded up to whole milliseconds. `profile` measures each kernel for profile().
        After an error the contents of given arrays are undefined, and the context stays usable.
        """
        deadline = arguments.milliseconds(deadline_ms)
        buffers = {} if outputs is None else outputs
        declared, returned = (
            [(index, info) for index, (name, info) in enumerate(side.items()) if name not in self._kept]
            for side in (self._model.inputs, self._model.outputs))
        self._refuse_kept(inputs)
        self._refuse_kept(buffers)
        arguments.check_names("output", {info.name: info for _, info in returned}, buffers)
        feeds = arrays.gather_inputs({info.name: info for _, info in declared}, inputs)
        with self._entered():
            self._memory.begin_run()
            for array, (index, info) in zip(feeds, declared):
                tensor = arrays.tensor_of(array, info.element)
                self._check(self._api.context_bind_input(self._handle, index, byref(tensor)))
            results = {}
            for index, info in returned:
                result = arrays.place_output(info, self._output_shape(index), buffers.get(info.name), self._memory)
                self._check(self._api.context_bind_output(self._handle, index, result.ctypes.data, result.nbytes))
                results[info.name] = result
            options = _runtime.RunOptions(deadline_ms=deadline, profile=int(profile))
            self._check(self._api.context_run(self._handle, byref(options)))
        return results

    def reserve_states(self, capacity: int) -> None:
        """Lets the context keep all states of the model (Model.states), with room for `capacity` positions in each. Runs then
        take no input for them, and append to what the context keeps. What they hold stays when more is reserved. 0: the
        context keeps none any more."""
        with self._entered():
            if not self._model.states:
                raise ModelError(Status.INVALID_ARGUMENT, f'model "{self._model.name}" has no states to reserve room for')
            self._check(self._api.context_state_reserve(self._handle, arguments.count_of("capacity", capacity)))
            self._kept = frozenset(name for state in self._model.states if capacity
                                   for name in (state.input, state.output))

    def reset_states(self) -> None:
        """Empties all states, in no time."""
        self.truncate_states(0)

    def truncate_states(self, length: int) -> None:
        """Forgets what is behind the first `length` positions of each state, in no time."""
        with self._entered():
            self._state_index(None)
            self._check(self._api.context_state_truncate(self._handle, arguments.count_of("length", length)))

    def state_length(self, name: str | None = None) -> int:
        """How many positions a state holds, named by its input or output; without a name, the first one."""
        length = ctypes.c_int64()
        with self._entered():
            self._check(self._api.context_state_length(self._handle, self._state_index(name), byref(length)))
        return length.value

    def read_state(self, name: str) -> npt.NDArray[Any]:
        """A copy of what a state holds, named by its input or output: the output of the last run."""
        tensor = _runtime.Tensor()
        with self._entered():
            index = self._state_index(name)
            self._check(self._api.context_state_shape(self._handle, index, byref(tensor)))
            array = np.empty(arrays.shape_of(tensor), self._model.outputs[self._model.states[index].output].dtype)
            self._check(self._api.context_state_read(self._handle, index, array.ctypes.data, array.nbytes))
        return array

    def cancel(self) -> None:
        """Ends the run that is under way with Cancelled, soon. For other threads; does nothing when there is no run."""
        with self._alive:
            if self._finalizer.alive:
                self._api.context_cancel(self._handle)

    @property
    def variant(self) -> str:
        """Which of Model.variants has the code for the sizes of the last run."""
        number = ctypes.c_uint32(0)
        with self._entered():
            if len(self._model.variants) > 1:
                self._check(self._api.context_variant(self._handle, byref(number)))
        return self._model.variants[number.value].dims

    def profile(self) -> list[KernelTime]:
        """The times of each kernel in the last run with profile=True."""
        kernels = self._model.kernels
        times = (_runtime.KernelNanoseconds * len(kernels))()
        with self._entered():
            self._check(self._api.context_profile(self._handle, times, len(kernels)))
        ran = next((variant.kernels for variant in self._model.variants if any(times[i].calls for i in variant.kernels)),
                   range(0))
        return [KernelTime(*kernels[i], times[i].calls, times[i].nanoseconds / 1e9) for i in ran]

    def trim(self) -> None:
        """Gives the memory of past runs back; the next run asks for it again."""
        with self._entered():
            self._memory.clear()
            self._check(self._api.context_trim(self._handle))

    def close(self) -> None:
        """Ends the context's threads and frees its memory, which otherwise happens when nobody refers to it."""
        if not self._finalizer.alive:
            return
        with self._entered(), self._alive:
            self._finalizer()

    def __enter__(self) -> Context:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def _entered(self) -> Iterator[None]:
        if not self._inside.acquire(blocking=False):
            raise ModelError(Status.BUSY, "another thread is inside this context; try: a context for each thread")
        try:
            if not self._finalizer.alive:
                raise ModelError(Status.INVALID_ARGUMENT, "this context is closed")
            if not self._is_of_this_process:
                raise ModelError(Status.INVALID_ARGUMENT, "this context was made before the process was forked, and its "
                                                          "threads stayed in the parent; try: model.context() here")
            yield
        finally:
            self._inside.release()

    def _output_shape(self, index: int) -> tuple[int, ...]:
        tensor = _runtime.Tensor()
        self._check(self._api.context_output_shape(self._handle, index, byref(tensor)))
        return arrays.shape_of(tensor)

    def _refuse_kept(self, given: object) -> None:
        """Inputs or outputs that belong to states which the context keeps."""
        if isinstance(given, Mapping) and (kept := [name for name in given if name in self._kept]):
            raise ModelError(Status.INVALID_ARGUMENT, f'"{kept[0]}" belongs to a state that this context keeps; try: leave it '
                                                      "out, or reserve_states(0)")

    def _state_index(self, name: str | None) -> int:
        """Of the state whose input or output has this name."""
        if not self._kept:
            raise ModelError(Status.NOT_READY, "this context keeps no states; try: reserve_states() first")
        names = [(state.input, state.output) for state in self._model.states]
        for index, both in enumerate(names):
            if name is None or name in both:
                return index
        raise ModelError(Status.INVALID_ARGUMENT,
                         f'there is no state "{name}"; the model has: {", ".join(output for _, output in names)}')

    def _check(self, status: int) -> None:
        if status:
            raise model_error(status, self._api.context_message(self._handle).decode(errors="replace"))


def _destroy(model: OpenModel, handle: ctypes.c_void_p, process: int) -> None:
    if process == os.getpid():  # a forked child would wait for threads that it does not have
        model.api.context_destroy(handle)
