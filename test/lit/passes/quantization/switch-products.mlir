// RUN: llmc-opt %s --llmc-switch-products='rules=*=int8,head=float' --canonicalize --cse | FileCheck %s
// RUN: llmc-opt %s --llmc-switch-products='rules=*=int8,head=float' --llmc-quantize-products='rules=*=int8,head=float' --canonicalize --cse | FileCheck %s --check-prefix=BOTH
// RUN: llmc-opt %s --llmc-switch-products='rules=bf16' | FileCheck %s --check-prefix=HALVES
// RUN: llmc-opt %s --llmc-switch-products='rules=*=float' | FileCheck %s --check-prefix=NONE

llmc.weight @table : tensor<50x32xf32> from "w.bin" at 0
llmc.weight @q : tensor<32x48xf32> from "w.bin" at 0
llmc.weight @k : tensor<32x48xf32> from "w.bin" at 0
llmc.weight @head : tensor<48x9xf32> from "w.bin" at 0

// Both products of the node "qk" have one element, the rows that are picked another, and what stays floats none. The
// name of the input is one that nothing else has.
// CHECK-LABEL: func.func @main(
// CHECK-SAME: %arg2: tensor<2xi1> {llmc.dims = ["2"], llmc.dtype = 9 : i64, llmc.name = "switches_"})
// CHECK-SAME: llmc.switches = [{flops = "6144 * n", nodes = ["qk"], numbers = 3072 : i64}, {flops = "0", nodes = ["rows"], numbers = 1600 : i64}]
// CHECK: %[[KEPT_ROWS:.*]] = llmc.gather {{.*}} {llmc.kept}
// CHECK: %[[ROWS:.*]] = llmc.gather {{.*}} -> tensor<?x32xf32>
// CHECK: %[[S1:.*]] = llmc.slice %arg2 [1] [1] [1]
// CHECK: %[[X:.*]] = llmc.map ({{.*}} = %[[S1]] : {{.*}} = %[[ROWS]] : {{.*}} = %[[KEPT_ROWS]] :
// CHECK: arith.select
// CHECK: %[[KEPT:.*]] = llmc.matmul %[[X]], %{{.*}} {llmc.kept}
// CHECK: %[[NARROW:.*]] = llmc.matmul %[[X]], %{{[^ ]*}} :
// CHECK: %[[S0:.*]] = llmc.slice %arg2 [0] [1] [1]
// CHECK: llmc.map ({{.*}} = %[[S0]] : {{.*}} = %[[NARROW]] : {{.*}} = %[[KEPT]] :
// CHECK: llmc.map ({{.*}} = %[[S0]] :
// CHECK-NOT: llmc.kept

// Copies that are kept are of floats still.
// BOTH: llmc.matmul {{.*}} {llmc.kept} : tensor<?x32xf32>, tensor<32x48xf32> -> tensor<?x48xf32>
// BOTH: llmc.matmul {{.*}} unsigned, {{.*}} : tensor<?x32xi8>, tensor<32x48xi8> -> tensor<?x48xi32>
// BOTH: llmc.matmul {{.*}} {llmc.kept} : tensor<?x32xf32>, tensor<32x48xf32> -> tensor<?x48xf32>
// BOTH: llmc.matmul {{.*}} unsigned

// HALVES: {llmc.dims = ["4"]
// HALVES-SAME: nodes = ["attention"], numbers = 0 : i64
// HALVES: llmc.attention {{.*}} {llmc.kept}

// NONE-NOT: llmc.switches_
// NONE: llmc.switches = []
// NONE-NOT: llmc.kept
func.func @main(%i: tensor<?xi64> {llmc.dims = ["n"], llmc.name = "i"},
                %m: tensor<?xf32> {llmc.dims = ["n"], llmc.name = "switches"}) -> tensor<?x9xf32> {
  %t = llmc.get_weight @table : tensor<50x32xf32>
  %qw = llmc.get_weight @q : tensor<32x48xf32>
  %kw = llmc.get_weight @k : tensor<32x48xf32>
  %hw = llmc.get_weight @head : tensor<48x9xf32>
  %x = llmc.gather %t, %i axis 0 : tensor<50x32xf32>, tensor<?xi64> -> tensor<?x32xf32> loc("rows")
  %q = llmc.matmul %x, %qw : tensor<?x32xf32>, tensor<32x48xf32> -> tensor<?x48xf32> loc("qk")
  %k = llmc.matmul %x, %kw : tensor<?x32xf32>, tensor<32x48xf32> -> tensor<?x48xf32> loc("qk")
  %a = llmc.attention %q, %k, %k score %s () : tensor<?x48xf32>, tensor<?x48xf32>, tensor<?x48xf32> -> tensor<?x48xf32> {
    llmc.yield %s : f32
  } loc("attention")
  %y = llmc.matmul %a, %hw : tensor<?x48xf32>, tensor<48x9xf32> -> tensor<?x9xf32> loc("head")
  return %y : tensor<?x9xf32>
}
