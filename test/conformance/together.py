"""Makes one graph of several that know nothing of each other. Their names get the seed as a prefix."""

from onnx import compose, helper


def merged(trials):
    """The model and the runs (see guards.run_each) of trials, {seed: (model, runs)}."""
    graphs = [renamed(f"g{seed}_", model).graph for seed, (model, _) in trials.items()]
    parts = [[part for graph in graphs for part in getattr(graph, kind)] for kind in ("node", "input", "output", "initializer")]
    first = next(iter(trials.values()))[0]
    model = helper.make_model(helper.make_graph(parts[0], "together", *parts[1:]), opset_imports=first.opset_import,
                              ir_version=first.ir_version)
    most = max(len(runs) for _, runs in trials.values())
    return model, [merged_run({seed: runs[min(number, len(runs) - 1)] for seed, (_, runs) in trials.items()})
                   for number in range(most)]


def renamed(prefix, model):
    model = compose.add_prefix(model, prefix)
    for each in [*model.graph.input, *model.graph.output]:
        for dim in each.type.tensor_type.shape.dim:
            if dim.dim_param:
                dim.dim_param = prefix + dim.dim_param
    return model


def merged_run(runs):
    """One run of all, from one of each: where it is, feeds, wanted, masks."""
    where = "; ".join(f"g{seed}: {run[0]}" for seed, run in runs.items())
    return where, *({f"g{seed}_{name}": array for seed, run in runs.items() for name, array in run[part].items()} for part in (1, 2, 3))
