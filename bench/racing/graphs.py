"""Makes the graphs that are raced, and the weights for PyTorch, in processes of their own: exporters leave much behind.

usage: python -m racing.graphs graph|weights NAME FOLDER      needs torch, transformers, optimum-onnx
"""
from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path
from typing import Any, Callable

from . import making
from .workloads import GRAPHS, Graph

WEIGHTS = "torch"  # the folder of a graph's weights, as save_pretrained writes them


def graph_file(models: Path, name: str, logs: Path) -> Path:
    """The ONNX graph, made if it is not there."""
    return _ensure(models / name / GRAPHS[name].file, "graph", name, logs)


def weights_folder(models: Path, name: str, logs: Path) -> Path:
    """The same model for PyTorch, made if it is not there."""
    return _ensure(models / name / WEIGHTS, "weights", name, logs)


def _ensure(path: Path, what: str, name: str, logs: Path) -> Path:
    return making.ensure(path, f"the {what} of {name}", logs / f"{name}-{what}.txt", "racing.graphs", what, name)


def part_class(graph: Graph) -> Any:
    """The class of transformers that reads the weights."""
    module, _, name = f"transformers.{graph.part_class or graph.model}".rpartition(".")
    return getattr(importlib.import_module(module), name)


def _model(graph: Graph) -> Any:
    """Always the same random weights."""
    os.environ["HF_HUB_OFFLINE"] = "1"
    torch, transformers = importlib.import_module("torch"), importlib.import_module("transformers")
    torch.manual_seed(0)
    config = getattr(transformers, graph.config)(**graph.fields)
    return getattr(transformers, graph.model)(config).eval()


def _export(graph: Graph, folder: Path) -> None:
    model = _model(graph)
    exporters = importlib.import_module("optimum.exporters.onnx")
    exporters.onnx_export_from_model(model, folder, task=graph.task, opset=18, do_validation=False)


def _save(graph: Graph, folder: Path) -> None:
    part = _model(graph)
    for name in filter(None, graph.part.split(".")):
        part = getattr(part, name)
    part.save_pretrained(folder / WEIGHTS)


MAKERS: dict[str, Callable[[Graph, Path], None]] = {"graph": _export, "weights": _save}

if __name__ == "__main__":
    MAKERS[sys.argv[1]](GRAPHS[sys.argv[2]], Path(sys.argv[3]))
