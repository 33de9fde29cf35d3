"""PyTorch: the model of transformers, in the place of the graph that was exported from it."""
from __future__ import annotations

import importlib
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import graphs
from ..errors import NotRaced
from .peer import Entry, Peer

if TYPE_CHECKING:
    from ..feeds import Array


class Torch(Peer):
    """The model of transformers, with its own cache in the place of inputs and outputs for keys and values."""

    name, title, modules = "torch", "PyTorch", ("torch", "transformers")
    precisions = ("f32",)

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
