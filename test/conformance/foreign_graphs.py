#!/usr/bin/env python3
"""Graphs of a published generator (nnsmith_models.py) against ONNX Runtime: any operators in any order, half of them with sizes
that are known at run time only.

usage: foreign_graphs.py LLMC [SEED... | --fresh]
"""

import sys

import numpy as np
from onnx import helper

import nnsmith_models
import trials
from oracle import NoAnswer, Open, Oracle

# What becomes of the sizes that the generator chose, first themselves. Never 0: ONNX Runtime lets empty tensors pass where their
# other sizes do not fit.
CHANGES = (lambda size: size, lambda size: size + 1, lambda size: 1)


def feeds_of(model, sizes, random):
    feeds = {}
    for each in model.graph.input:
        tensor = each.type.tensor_type
        dtype = helper.tensor_dtype_to_np_dtype(tensor.elem_type)
        shape = [sizes[dim.dim_param] if dim.dim_param else dim.dim_value for dim in tensor.shape.dim]
        values = random.uniform(-2, 2, shape) if dtype.kind == "f" else random.integers(0, 2 if dtype == bool else 5, shape)
        feeds[each.name] = np.asarray(values).astype(dtype)
    return feeds


def trial(seed):
    """The model and its runs, see trials.py."""
    if not (found := nnsmith_models.generate(seed)):
        raise NoAnswer("NNSmith has no graph")
    model, symbols = found
    random = np.random.default_rng(seed)
    oracle = Oracle(model)
    runs = []
    for change in CHANGES if symbols else CHANGES[:1]:
        sizes = {name: change(size) for name, size in symbols.items()}
        try:
            feeds = feeds_of(model, sizes, random)
            runs.append((str(sizes), feeds, *oracle.judgement(feeds)))
        except (NoAnswer, Open):
            if not runs:
                raise  # other sizes need not fit constants of the graph, its own do
    return model, runs


if __name__ == "__main__":
    sys.exit(trials.main(__doc__, trial))
