# Planning is near linear: a chain of 5,000 kernels with a residual every other step takes a moment, not minutes.
# RUN: %python %s > %t.mlir
# RUN: timeout 20 llmc-opt %t.mlir --pass-pipeline='builtin.module(func.func(llmc-plan-arena))' | FileCheck %s
# CHECK: llmc.slots
# CHECK-COUNT-4999: #llmc.place<arena

TYPE = "tensor<64x64xf32>"


def product(result, left, right):
    body = f"%m = llmc.matmul %i, %j : {TYPE}, {TYPE} -> {TYPE} llmc.yield %m : {TYPE}"
    return f"  %{result} = llmc.kernel matmul (%i = %{left} : {TYPE}, %j = %{right} : {TYPE}) -> {TYPE} {{ {body} }}"


print(f"func.func @chain(%v0: {TYPE}) -> {TYPE} {{")
for number in range(1, 5001):
    print(product(f"v{number}", f"v{number - 1}", f"v{max(0, number - 1 - number % 2 * 40)}"))
print(f"  return %v5000 : {TYPE}\n}}")
