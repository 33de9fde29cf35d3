"""Who races: one class each, and its row in PEERS. Each runs in a process of its own.

`load` imports libraries, before the clock of the cold start runs. `open` makes the model ready from its files, and
`run` gives the outputs of one feed in the peer's own form, which `arrays` names and turns into NumPy's after the race.
"""
from __future__ import annotations

import importlib
import os
from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from . import graphs
from .errors import NotRaced
from .feeds import Array
from .workloads import Graph


@dataclass(frozen=True)
class Entry:
    """What there is to open. `weights` is the model for PyTorch, where one is known."""

    model: Path
    artefact: Path
    weights: Path | None
    graph: Graph | None
    outputs: tuple[str, ...]
    feeds: Path  # an .npz
    threads: int
    scratch: Path


class Peer(ABC):
    name: ClassVar[str]
    title: ClassVar[str]
    modules: ClassVar[tuple[str, ...]]  # what has to be installed; the first one's version is told

    def __init__(self, entry: Entry) -> None:
        self.entry = entry
        with np.load(entry.feeds) as arrays:
            self.feeds: dict[str, Array] = dict(arrays)

    def load(self) -> None:
        for module in self.modules:
            importlib.import_module(module)

    @abstractmethod
    def open(self) -> None: ...

    @abstractmethod
    def run(self) -> Any: ...

    @abstractmethod
    def arrays(self, results: Any) -> dict[str, Array]: ...

    def note(self) -> str:
        """What would surprise a reader of the results."""
        return ""

    @classmethod
    def files(cls, entry: Entry) -> list[Path]:
        """What running needs besides libraries: the artefact whose size is told."""
        return sorted(entry.model.parent.glob(f"{entry.model.name}*"))  # with external data


class Llmc(Peer):
    name, title, modules = "llmc", "llmc", ("llmc",)

    def open(self) -> None:
        import llmc

        self.context = llmc.load(self.entry.artefact, threads=self.entry.threads).context()

    def run(self) -> Any:
        return self.context.run(self.feeds)

    def arrays(self, results: Any) -> dict[str, Array]:
        return dict(results)

    @classmethod
    def files(cls, entry: Entry) -> list[Path]:
        return sorted(entry.artefact.glob("*.so"))


class OnnxRuntime(Peer):
    """With its defaults, but for the number of threads."""

    name, title, modules = "onnxruntime", "ONNX Runtime", ("onnxruntime",)

    def open(self) -> None:
        runtime: Any = importlib.import_module("onnxruntime")
        settings = runtime.SessionOptions()
        settings.intra_op_num_threads = self.entry.threads
        self.session = runtime.InferenceSession(str(self.entry.model), settings, providers=["CPUExecutionProvider"])
        self.given = {value.name: self.feeds[value.name] for value in self.session.get_inputs()}

    def run(self) -> Any:
        return self.session.run(None, self.given)

    def arrays(self, results: Any) -> dict[str, Array]:
        return dict(zip((value.name for value in self.session.get_outputs()), results))


class OpenVino(Peer):
    """Computes in f32, as the others do."""

    name, title, modules = "openvino", "OpenVINO f32", ("openvino",)
    precision: ClassVar[str | None] = "f32"

    def open(self) -> None:
        settings: dict[str, Any] = {"INFERENCE_NUM_THREADS": self.entry.threads, "PERFORMANCE_HINT": "LATENCY"}
        if self.precision:
            settings["INFERENCE_PRECISION_HINT"] = self.precision
        core: Any = importlib.import_module("openvino").Core()
        self.compiled = core.compile_model(str(self.entry.model), "CPU", settings)

    def run(self) -> Any:
        return self.compiled(self.feeds, share_inputs=True, share_outputs=True)  # nothing is copied

    def arrays(self, results: Any) -> dict[str, Array]:
        return {port.get_any_name(): results[port] for port in self.compiled.outputs}


class OpenVinoDefault(OpenVino):
    """Computes as it likes best on this machine: in bf16 where that is fast."""

    name, title = "openvino-default", "OpenVINO"
    precision = None

    def open(self) -> None:
        super().open()
        if self._used() == "f32":
            raise NotRaced(f"what it computes in by default is f32 on this machine: see {OpenVino.title}")

    def note(self) -> str:
        return f"computes in {self._used()}"

    def _used(self) -> str:
        used = self.compiled.get_property("INFERENCE_PRECISION_HINT")
        return str(used.get_type_name() if hasattr(used, "get_type_name") else used)


class Torch(Peer):
    """The model of transformers, with its own cache in the place of inputs and outputs for keys and values."""

    name, title, modules = "torch", "PyTorch", ("torch", "transformers")

    def load(self) -> None:
        os.environ["HF_HUB_OFFLINE"] = "1"
        super().load()
        if self.entry.graph is None:
            raise NotRaced("no PyTorch model of this graph is known")
        if self.entry.weights is None:
            raise NotRaced("its weights can't be made; the log of their making tells why")
        self.torch: Any = importlib.import_module("torch")
        self.torch.set_num_threads(self.entry.threads)
        self.reader = graphs.part_class(self.entry.graph)
        self.new_cache: Any = importlib.import_module("transformers").DynamicCache

    def open(self) -> None:
        self.model = self.reader.from_pretrained(self.entry.weights, dtype=self.torch.float32).eval()
        given = {name: self.torch.from_numpy(array) for name, array in self.feeds.items()}
        layers = len({name.split(".")[1] for name in given if name.startswith("past_key_values.")})
        self.past = [(given.pop(f"past_key_values.{i}.key"), given.pop(f"past_key_values.{i}.value"))
                     for i in range(layers)]
        self.given = given
        self.cache = self.new_cache()
        if self._has_past():
            for layer, (key, value) in enumerate(self.past):
                self.cache.update(key, value, layer)

    def run(self) -> Any:
        with self.torch.inference_mode():
            if not self.past:
                return self.model(**self.given)
            cache = self.cache if self._has_past() else self.new_cache()
            for layer, (key, value) in zip(cache.layers, self.past):
                layer.keys, layer.values = key, value  # a run has appended to them, which made copies
            return self.model(**self.given, past_key_values=cache, use_cache=True)

    def _has_past(self) -> bool:
        """Of one token at least."""
        return any(key.shape[2] for key, _ in self.past)

    def arrays(self, results: Any) -> dict[str, Array]:
        return {name: self._output(results, name).numpy() for name in self.entry.outputs}

    def _output(self, results: Any, name: str) -> Any:
        """Optimum calls keys and values "present.LAYER.key" and "present.LAYER.value"."""
        if not name.startswith("present."):
            return results[name]
        _, layer, side = name.split(".")
        return getattr(results.past_key_values.layers[int(layer)], side + "s")

    @classmethod
    def files(cls, entry: Entry) -> list[Path]:
        return sorted(entry.weights.glob("*")) if entry.weights else []


class TorchCompiled(Torch):
    """By torch.compile with its defaults. Compiling is part of the cold start, as it happens in the first run."""

    name, title = "torch-compiled", "PyTorch compiled"

    def load(self) -> None:
        os.environ["TORCHINDUCTOR_CACHE_DIR"] = str(self.entry.scratch)  # nothing is found from an earlier time
        super().load()

    def open(self) -> None:
        super().open()
        self.model = self.torch.compile(self.model)


#: In the order of tables. The first is what ratios are of, the second what results are judged by.
PEERS: dict[str, type[Peer]] = {peer.name: peer for peer in (Llmc, OnnxRuntime, OpenVino, OpenVinoDefault, Torch,
                                                             TorchCompiled)}
OURS, JUDGE = Llmc.name, OnnxRuntime.name
