# Import, judgement, simplification and planning are near linear: what is long takes a moment, not minutes.
# RUN: %python %s %t
# RUN: timeout 60 llmc check %t.adds.onnx | FileCheck %s --check-prefix=ADDS
# RUN: timeout 60 llmc check %t.relus.onnx | FileCheck %s --check-prefix=RELUS
# RUN: timeout 60 llmc check %t.parts.onnx | FileCheck %s --check-prefix=PARTS
# RUN: timeout 60 llmc check %t.outputs.onnx | FileCheck %s --check-prefix=OUTPUTS
# RUN: timeout 60 llmc check %t.doubles.onnx | FileCheck %s --check-prefix=DOUBLES
# RUN: not timeout 60 llmc check %t.tiles.onnx 2>&1 | FileCheck %s --check-prefix=TILES
# RUN: not timeout 60 llmc check %t.powers.onnx 2>&1 | FileCheck %s --check-prefix=POWERS
# ADDS: 5000 nodes, all supported
# RELUS: 20000 nodes, all supported
# PARTS: 1 nodes, all supported
# OUTPUTS: 5000 nodes, all supported
# DOUBLES: 45 nodes, all supported
# TILES: error: {{.*}}holds more bytes than 64 bits can count; declare smaller sizes
# POWERS: error: {{.*}}holds more bytes than 64 bits can count; declare smaller sizes

import sys

import onnx
from onnx import TensorProto, helper


def value(name, *dims):
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, dims)


def save(name, nodes, inputs, outputs, constants=()):
    graph = helper.make_graph(nodes, name, inputs, [onnx.ValueInfoProto(name=output) for output in outputs], constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    onnx.save(model, f"{sys.argv[1]}.{name}.onnx")


def chain(name, length, make, inputs, constants=()):
    nodes = [make(f"v{i}" if i else "x", f"v{i + 1}") for i in range(length)]
    save(name, nodes, inputs, [f"v{length}"], constants)


x, scalar = value("x", "n", 8), helper.make_tensor("c", TensorProto.FLOAT, [], [2])
two = helper.make_tensor("two", TensorProto.INT64, [1], [2])
chain("adds", 5000, lambda before, after: helper.make_node("Add", [before, "y"], [after]), [x, value("y", "n", 8)])
chain("relus", 20000, lambda before, after: helper.make_node("Relu", [before], [after]), [x])
names = [f"x{i}" for i in range(5000)]
save("parts", [helper.make_node("Concat", names, ["y"], axis=0)], [value(name, f"n{i}", 8) for i, name in enumerate(names)], ["y"])
save("outputs", [helper.make_node("Relu", ["x"], [name]) for name in names], [x], names)
chain("doubles", 45, lambda before, after: helper.make_node("Concat", [before.replace("x", "c")] * 2, [after], axis=0), [],
      [helper.make_tensor("c", TensorProto.FLOAT, [2], [1, 2])])
chain("tiles", 70, lambda before, after: helper.make_node("Tile", [before, "two"], [after]), [value("x", 2)], [two])
powers = [helper.make_node("Shape", ["x"], ["s0"], end=1)] + [helper.make_node("Mul", [f"s{i}", f"s{i}"], [f"s{i + 1}"]) for i in range(31)]
save("powers", powers + [helper.make_node("Expand", ["c", "s31"], ["y"])], [x], ["y"], [scalar])
