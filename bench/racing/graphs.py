"""Makes the graphs that are raced, and the weights for PyTorch, in processes of their own: exporters leave much behind.

usage: python -m racing.graphs graph|weights NAME FOLDER      needs torch, transformers, optimum-onnx
"""
from __future__ import annotations

import importlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, Callable

from .errors import NotRaced
from .workloads import GRAPHS, Graph

WEIGHTS = "torch"  # the folder of a graph's weights, as save_pretrained writes them


def graph_file(models: Path, name: str, logs: Path) -> Path:
    """The ONNX graph, made if it is not there."""
    return _ensure(models / name / GRAPHS[name].file, "graph", name, logs)


def weights_folder(models: Path, name: str, logs: Path) -> Path:
    """The same model for PyTorch, made if it is not there."""
    return _ensure(models / name / WEIGHTS, "weights", name, logs)


def _ensure(path: Path, what: str, name: str, logs: Path) -> Path:
    """All files of a making appear when it is done, `path` last."""
    if path.exists():
        return path
    print(f"race: making the {what} of {name}", flush=True)
    scratch = path.parent.with_name(f"{name}.part")
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    log = logs / f"{name}-{what}.txt"
    try:
        with open(log, "w") as output:
            code = subprocess.run([sys.executable, "-m", "racing.graphs", what, name, str(scratch)], stdout=output,
                                  stderr=output, cwd=Path(__file__).resolve().parents[1]).returncode
        if code or not (scratch / path.name).exists():
            raise NotRaced(f"the {what} of {name} can't be made: {_last_line(log)} ({log.name})")
        path.parent.mkdir(exist_ok=True)
        for made in sorted(scratch.iterdir(), key=lambda each: each.name == path.name):
            os.replace(made, path.parent / made.name)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return path


def _last_line(log: Path) -> str:
    lines = [line for line in log.read_text(errors="replace").splitlines() if line.strip()]
    return lines[-1].strip() if lines else "no reason given"


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
