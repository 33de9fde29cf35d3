"""Compiling a model: options to the C API, its errors to exceptions."""

from __future__ import annotations

import ctypes
import json
import os
import threading
import warnings
from concurrent.futures import ThreadPoolExecutor
from ctypes import byref
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable, Iterable, Mapping, Protocol, Sequence, Union

import numpy as np
import numpy.typing as npt

from . import _compiler, arguments, arrays, dtypes
from .errors import CompileError, CompileStatus, CompileWarning, Diagnostic, ModelError, Status
from .model import Model, load

_FORMS = {"so": _compiler.FORM_SO, "a": _compiler.FORM_A, "h": _compiler.FORM_HEADER}
_SEVERITIES = {_compiler.DIAGNOSTIC_ERROR: "error", _compiler.DIAGNOSTIC_NOTE: "note",
               _compiler.DIAGNOSTIC_WARNING: "warning"}


class ModelProto(Protocol):
    """onnx.ModelProto, which this package does not need."""

    def SerializeToString(self) -> bytes: ...


Source = Union[str, "os.PathLike[str]", bytes, bytearray, memoryview, ModelProto]
#: A size, or the least and the greatest.
Dim = Union[int, "tuple[int, int]", "list[int | tuple[int, int]]"]


@dataclass(frozen=True)
class Expected:
    """What an output should be: a compiled value may be off by absolute + relative * |this one|."""

    array: npt.NDArray[Any]
    absolute: float
    relative: float


@dataclass(frozen=True)
class Progress:
    """How far a compilation is."""

    phase: str  # "calibration", where there are values for it, "import", "passes", "code", "weights", "link"
    number: int  # of the phase, from 1 on
    count: int  # the last one's
    share: float  # of the phase: 0 when it begins; moves towards 1 during "code", which takes longest

    def __str__(self) -> str:
        return f"{self.number} of {self.count}: {self.phase}" + (f", {self.share:.0%}" if self.share else "")


@dataclass(frozen=True)
class Artefact:
    """What compile() wrote."""

    folder: Path
    name: str
    facts: Mapping[str, Any]  # levels of code, kernels, what was recognised, memory, weights
    expected: Mapping[str, Expected]  # of the outputs, where inputs were given

    def load(self, *, threads: int = 0, verify_weights: bool = False) -> Model:
        return load(self.folder / f"{self.name}.so", threads=threads, verify_weights=verify_weights)


def compile(model: Source, output: str | os.PathLike[str], *, name: str | None = None, cpu: str | None = None,
            target_triple: str | None = None, forms: Iterable[str] = (), embed_weights: bool = True,
            dims: Mapping[str, Dim] | None = None, pipeline: str | None = None,
            plugins: Sequence[str | os.PathLike[str]] = (), threads: int = 0,
            model_folder: str | os.PathLike[str] | None = None, inputs: Mapping[str, arrays.Input] | None = None,
            verify_numerics: bool = False, debug_lines: bool = False, decisions: str | os.PathLike[str] | None = None,
            max_memory: int = 0, precision: str | None = None, quantize: str | None = None, prune: str | None = None,
            calibration: Mapping[str, arrays.Input] | None = None, accuracy_budget: str | None = None,
            accuracy_mask: str | None = None, report: str | os.PathLike[str] | None = None,
            progress: Callable[[Progress], object] | None = None,
            cancel: Callable[[], bool] | None = None) -> Artefact:
    """Compiles a model into the folder `output`: all files of the artefact, or none.

    model            the path of an .onnx file (or .mlir in the form of a stage), its bytes, or an onnx.ModelProto
    name             of the artefact; that of the file, or "model" for bytes
    cpu              levels of code, "native" or "x86-64-v3,x86-64-v4"; all that the target has
    target_triple    another machine, "aarch64-linux-gnu"
    forms            some of "so", "a" and "h"; NAME.so and NAME.h
    embed_weights    the weights become part of the code; else they are a file that several libraries can share
    dims             what is known of dims: {"batch": 1, "seq": (1, 512)}; a list gives each size in it code of its own,
                     beside that for all: {"seq": [1, 128, (1, 512)]}
    pipeline         passes in MLIR's textual form
    plugins          files of plugins
    threads          of the compiler; 0: all that the process may use
    model_folder     where the external data of a model in memory lies
    inputs           values by name on which the reference runs; Artefact.expected tells what it gave
    verify_numerics  judge each pass on these inputs
    debug_lines      profilers and debuggers see which node a piece of code comes from: a line of NAME.nodes.txt
    max_memory       bytes that weights, intermediate results and outputs may take at the largest sizes; 0: any number
    precision        of products of weights that `quantize` does not name: "f32", "bf16", which rounds both sides to 16 bits
                     and sums in 32, "fp16", which rounds the weights alone, or "auto": bf16 as far as `accuracy_budget` allows
    quantize         which products of weights become products of bf16 ("bf16") or bytes ("int8", or "int8-static" by what
                     `calibration` tells), or of bytes and codes of 4 bits ("int4"), or keep their weights in 8 or 4 bits
                     ("int8-weights", "int4-weights", "nf4-weights", "fp8-weights"; "int4-weights/64-symmetric" has blocks of
                     64 without zeros): for all, or rules for names of nodes, the last that matches counts:
                     "int8,*lm_head*=float"; "caches=int8" ("fp16", "bf16") stores what decoders keep of the past so,
                     with steps as inputs and outputs of their own
    calibration      values by name as the model meets them when it is used: weights of 8 and 4 bits are rounded so that
                     results on them change least, and what `prune` leaves makes up for the rest; an accuracy budget is
                     judged by them
    accuracy_budget  how near results on `calibration` have to stay to those of floats: "cosine>=0.995", "error<=0.5%"; what
                     costs most accuracy for what it saves stays floats, as Artefact.facts["accuracy"] tells
    accuracy_mask    an input, "attention_mask" for instance: positions of outputs where it is 0 don't count for the budget
                     and the report
    report           a file that tells what became of each layer, a page (.html), Markdown (.md) or JSON (.json): precision,
                     bytes and, with `calibration` or `inputs`, on which the model runs in this process, errors and times
    prune            what the model does without: "channels=0.5" of each feed-forward, "heads=0.25" of each attention,
                     "layers=2" or "layers=0.25" of all by `calibration`, "blocks=0.75" of the numbers of each weight, or
                     "weights=0.5" or "weights=2:4" one by one, "zeros" that are there already, or rules for names of
                     nodes, the last that matches counts: "channels=0.5,*layer.0.*:channels=keep", "*layer.3.*:layers=drop"
    decisions        a file that says how loops of kernels are built: the manifest.json of an earlier compilation
    progress         hears how far it is, when a phase begins and during "code"; what it raises ends the compilation and
                     leaves this function
    cancel           asked often; true ends the compilation (threading.Event().is_set, say)

    Both functions are called by another thread, one at a time. Ctrl-C cancels.

    Raises CompileError, and then nothing was written; CompilerNotFound where libllmc is missing. Warns, with
    CompileWarning, of a model that gives NaN or infinities on `inputs`.
    """
    library = _compiler.library()
    listener = _Listener(progress, cancel)
    options = _compiler.CompileOptions(
        name=_text(name), cpu=_text(cpu), target_triple=_text(target_triple), forms=_forms(forms),
        weights=_compiler.WEIGHTS_INSIDE if embed_weights else _compiler.WEIGHTS_FILE, pipeline=_text(pipeline), threads=arguments.thread_count(threads),
        verify_numerics=int(verify_numerics), debug_lines=int(debug_lines),
        decisions=None if decisions is None else os.fsencode(decisions),
        max_memory=arguments.count_of("max_memory", max_memory), precision=_text(precision), quantize=_text(quantize),
        prune=_text(prune), accuracy_budget=_text(accuracy_budget), accuracy_mask=_text(accuracy_mask),
        report=None if report is None else os.fsencode(report),
        diagnose=listener.diagnose, progress=listener.progress)
    options.dims, options.dim_count = _texts(_dim(*item) for item in (dims or {}).items())
    options.plugins, options.plugin_count = _texts(os.fsencode(plugin) for plugin in plugins)
    values, feeds = _values("inputs", {} if inputs is None else inputs)
    options.inputs, options.input_count = values if feeds else None, len(feeds)
    if calibration is not None:  # empty data are data
        calibrating, samples = _values("calibration", calibration)
        options.calibration, options.calibration_count = calibrating, len(samples)

    folder, result = os.fsencode(output), ctypes.c_void_p()
    if isinstance(model, (str, os.PathLike)):
        path = os.fsencode(model)
        call: Callable[[], int] = lambda: library.llmc_compile_file(path, folder, byref(options), byref(result))
    else:
        contents = np.frombuffer(_bytes_of(model), np.uint8)
        options.name = options.name or b"model"
        data_folder = None if model_folder is None else os.fsencode(model_folder)
        call = lambda: library.llmc_compile_memory(contents.ctypes.data, contents.size, data_folder, folder,
                                                   byref(options), byref(result))
    listener.attend(call)
    try:
        facts = json.loads(library.llmc_compile_result_facts(result))
        return Artefact(Path(os.path.abspath(output)), facts["model"], facts, _expected(library, result))
    finally:
        library.llmc_compile_result_free(result)


def compiler_version() -> str:
    """"llmc 0.1.0 (LLVM 22.1.8)": of libllmc."""
    version: bytes = _compiler.library().llmc_compiler_version()
    return version.decode()


class _Listener:
    """Hears of a compilation, and may end it."""

    def __init__(self, progress: Callable[[Progress], object] | None, cancel: Callable[[], bool] | None) -> None:
        self._on_progress, self._cancel = progress, cancel
        self._stop = threading.Event()
        self._raised: BaseException | None = None
        self._diagnostics: list[Diagnostic] = []
        self.diagnose = _compiler.Diagnose(self._hear)
        self.progress = _compiler.Progress(self._ask)

    def attend(self, call: Callable[[], int]) -> None:
        """Calls in a thread of its own: only Python that is not inside C code can be interrupted."""
        with ThreadPoolExecutor(1, "llmc.compile") as executor:
            future = executor.submit(call)
            try:
                status = future.result()
            except BaseException:
                self._stop.set()
                raise
        if self._raised:
            raise self._raised
        if status:
            raise CompileError(CompileStatus(status), self._diagnostics)
        for diagnostic in self._diagnostics:
            warnings.warn(diagnostic.message, CompileWarning, stacklevel=3)

    def _hear(self, _user: object, diagnostic: Any) -> None:
        found = diagnostic.contents
        self._diagnostics.append(Diagnostic(_SEVERITIES.get(found.severity, "note"),
                                            found.message.decode(errors="replace")))

    def _ask(self, _user: object, progress: Any) -> int:
        try:
            if progress and self._on_progress and not self._raised:
                now = progress.contents
                self._on_progress(Progress(now.phase.decode(), now.number, now.count, now.share))
            return int(self._stop.is_set() or (self._cancel is not None and self._cancel()))
        except BaseException as error:  # must not reach the compiler; leaves attend() instead
            self._raised = error
            self._stop.set()
            return 1


def _text(text: str | None) -> bytes | None:
    return None if text is None else text.encode()


def _texts(texts: Iterable[bytes]) -> tuple[ctypes.Array[ctypes.c_char_p], int]:
    """An array of the C API, and its length."""
    listed = list(texts)
    return (ctypes.c_char_p * max(len(listed), 1))(*listed), len(listed)


def _forms(forms: Iterable[str]) -> int:
    bits = 0
    for form in forms:
        if form not in _FORMS:
            raise ValueError(f'there is no form "{form}"; try: {", ".join(_FORMS)}')
        bits |= _FORMS[form]
    return bits


def _dim(name: str, dim: Dim) -> bytes:
    parts = dim if isinstance(dim, list) else [dim]
    texts = [f"{part[0]}..{part[1]}" if isinstance(part, tuple) else str(part) for part in parts]
    if isinstance(dim, list) and len(dim) == 1 and isinstance(dim[0], int):
        texts.append("0..")  # alone, a size would be the only one
    return f"{name}={','.join(texts)}".encode()


def _bytes_of(model: bytes | bytearray | memoryview | ModelProto) -> bytes | bytearray | memoryview:
    if isinstance(model, (bytes, bytearray, memoryview)):
        return model
    if not hasattr(model, "SerializeToString"):
        raise TypeError("model must be the path of a file, its bytes or an onnx.ModelProto, not "
                        f"{arguments.kind_of(model)}")
    return model.SerializeToString()


def _values(argument: str, inputs: Mapping[str, arrays.Input]) -> tuple[Any, list[arrays.Array]]:
    """llmc_compile_input for each of the inputs, and the arrays that must live as long."""
    if not isinstance(inputs, Mapping):
        raise TypeError(f"{argument} must be a dict {{name: array}}, not {arguments.kind_of(inputs)}")
    feeds = [arrays.as_array(name, value) for name, value in inputs.items()]
    values = (_compiler.CompileInput * max(len(feeds), 1))()
    for value, name, array in zip(values, inputs, feeds):
        element = arrays.element_of(inputs[name], array)
        if element is None:
            raise ModelError(Status.TYPE_MISMATCH, f'input "{name}": expected numbers of a type that the C API has, '
                                                   f"got {arrays.described(inputs[name], array)}")
        value.size, value.name = ctypes.sizeof(value), name.encode()
        value.tensor = ctypes.pointer(arrays.tensor_of(array, element))
    return values, feeds


def _expected(library: ctypes.CDLL, result: ctypes.c_void_p) -> dict[str, Expected]:
    expected: dict[str, Expected] = {}
    output = _compiler.ExpectedOutput()
    while library.llmc_compile_result_expected(result, len(expected), byref(output)) == Status.OK:
        expected[output.name.decode()] = Expected(arrays.array_at(output.tensor.contents), output.absolute, output.relative)
    return expected
