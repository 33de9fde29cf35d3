// RUN: llmc-opt %s --llmc-add-probes='rules=*=int4,head=bf16,plain=float' --canonicalize --cse | FileCheck %s
// RUN: llmc-opt %s --llmc-add-probes='rules=*=int4,head=bf16,plain=float skip=1' --canonicalize --cse | FileCheck %s --check-prefix=SKIP
// RUN: llmc-opt %s --llmc-add-probes='rules=*=int4,head=bf16,plain=float most-bytes=5000' --canonicalize --cse | FileCheck %s --check-prefix=SMALL
// RUN: llmc-opt %s --llmc-add-probes='rules=bf16' | FileCheck %s --check-prefix=NONE
// RUN: llmc-opt %s --llmc-add-probes='rules=q=int8-static,*shared*=float,first=int8-static' --canonicalize --cse | FileCheck %s --check-prefix=EXTENTS

llmc.weight @q : tensor<32x48xf32> from "w.bin" at 0
llmc.weight @k : tensor<32x16xf32> from "w.bin" at 0
llmc.weight @shared : tensor<48x48xf32> from "w.bin" at 0
llmc.weight @half : tensor<16x8xf16> from "w.bin" at 0
llmc.weight @head : tensor<48x9xf32> from "w.bin" at 0
llmc.weight @plain : tensor<48x9xf32> from "w.bin" at 0

// Products with one left side share its covariances; those of a weight that two left sides meet are about the mean of
// the rows of both. What only outputs needed goes.
// CHECK-LABEL: func.func @main(
// CHECK-SAME: -> (tensor<34x32xf32> {llmc.covariances_of = ["q", "k"]}, tensor<50x48xf32> {llmc.covariances_of = ["shared"]}, tensor<18x16xf32> {llmc.covariances_of = ["half"]})
// CHECK-SAME: llmc.probes_left = 0
// CHECK-NOT: @head
// CHECK-NOT: @plain
// CHECK: %[[Q:.*]] = llmc.matmul %arg0
// CHECK: %[[S:.*]] = llmc.matmul %[[Q]]
// CHECK: %[[X:.*]] = llmc.reshape %arg0 {{.*}} -> tensor<?x32xf32>
// CHECK: %[[COUNT:.*]] = llmc.reduce %[[X]] axes [0]
// CHECK: %[[SUM:.*]] = llmc.reduce %[[X]] axes [0]
// CHECK: %[[MEAN:.*]] = llmc.map ({{.*}} = %[[SUM]] : {{.*}} = %[[COUNT]] :
// CHECK: %[[ABOUT:.*]] = llmc.map ({{.*}} = %[[X]] : {{.*}} = %[[MEAN]] :
// CHECK: %[[T:.*]] = llmc.transpose %[[ABOUT]] perm [1, 0] : tensor<?x32xf32> -> tensor<32x?xf32>
// CHECK: %[[C0:.*]] = llmc.matmul %[[T]], %[[ABOUT]] : tensor<32x?xf32>, tensor<?x32xf32> -> tensor<32x32xf32>
// CHECK: %[[R0:.*]] = llmc.concat %[[COUNT]], %[[MEAN]], %[[C0]] axis 0
// CHECK: llmc.concat {{.*}} axis 0 : tensor<?x48xf32>, tensor<?x48xf32> -> tensor<?x48xf32>
// CHECK: %[[R1:.*]] = llmc.concat {{.*}} -> tensor<50x48xf32>
// CHECK: arith.extf {{.*}} : f16 to f32
// CHECK: %[[R2:.*]] = llmc.concat {{.*}} -> tensor<18x16xf32>
// CHECK: return %[[R0]], %[[R1]], %[[R2]]
// CHECK-NOT: @variant

// SKIP-LABEL: func.func @main(
// SKIP-SAME: -> (tensor<50x48xf32> {llmc.covariances_of = ["shared"]}, tensor<18x16xf32> {llmc.covariances_of = ["half"]})

// 50 x 48 x 4 bytes are more than there may be.
// SMALL-LABEL: func.func @main(
// SMALL-SAME: -> (tensor<34x32xf32> {llmc.covariances_of = ["q", "k"]})
// SMALL-SAME: llmc.probes_left = 1

// Extents and covariances are those of the rows of all left sides.
// EXTENTS-LABEL: func.func @main(
// EXTENTS-SAME: -> (tensor<5x32xf32> {llmc.extents_of = ["q", "k"]}, tensor<34x32xf32> {llmc.covariances_of = ["q", "k"]}, tensor<5x48xf32> {llmc.extents_of = ["shared"]}, tensor<50x48xf32> {llmc.covariances_of = ["shared"]})
// EXTENTS: llmc.reduce %[[X:.*]] axes [0] init 0x7F800000 : f32 : tensor<?x32xf32> -> tensor<1x32xf32>
// EXTENTS: arith.minimumf
// EXTENTS: llmc.reduce %[[X]] axes [0] init 0xFF800000
// EXTENTS: arith.maximumf
// EXTENTS: %[[COUNT:.*]] = llmc.reduce %[[X]] axes [0] init 0.000000e+00
// EXTENTS: arith.constant 1.000000e+00
// EXTENTS: %[[SUM:.*]] = llmc.reduce %[[X]] axes [0] init 0.000000e+00
// EXTENTS: %[[MEAN:.*]] = llmc.map ({{.*}} = %[[SUM]] : {{.*}} = %[[COUNT]] :
// EXTENTS: arith.divf
// EXTENTS: %[[ABOUT:.*]] = llmc.map ({{.*}} = %[[X]] : {{.*}} = %[[MEAN]] :
// EXTENTS: arith.subf
// EXTENTS: llmc.reduce %[[ABOUT]] axes [0] init 0.000000e+00
// EXTENTS: arith.mulf
// EXTENTS: llmc.concat {{.*}} axis 0 : {{.*}} -> tensor<5x32xf32>
// EXTENTS: llmc.matmul %{{.*}}, %[[ABOUT]] : tensor<32x?xf32>, tensor<?x32xf32> -> tensor<32x32xf32>
// EXTENTS: llmc.concat {{.*}} axis 0 : {{.*}} -> tensor<34x32xf32>
// EXTENTS: llmc.concat %{{.*}}, %{{.*}} axis 0 : tensor<?x48xf32>, tensor<?x48xf32> -> tensor<?x48xf32>

// NONE-LABEL: func.func @main(
// NONE-SAME: llmc.probes_left = 0
// NONE: return{{$}}
func.func @main(%x: tensor<?x?x32xf32> {llmc.dims = ["batch", "seq", "32"]})
    -> (tensor<?x?x48xf32> {llmc.name = "y"}, tensor<?x?x8xf16>, tensor<?x?x9xf32>, tensor<?x?x9xf32>) {
  %qw = llmc.get_weight @q : tensor<32x48xf32>
  %kw = llmc.get_weight @k : tensor<32x16xf32>
  %sw = llmc.get_weight @shared : tensor<48x48xf32>
  %hw = llmc.get_weight @half : tensor<16x8xf16>
  %ow = llmc.get_weight @head : tensor<48x9xf32>
  %pw = llmc.get_weight @plain : tensor<48x9xf32>
  %q = llmc.matmul %x, %qw : tensor<?x?x32xf32>, tensor<32x48xf32> -> tensor<?x?x48xf32> loc("q")
  %k = llmc.matmul %x, %kw : tensor<?x?x32xf32>, tensor<32x16xf32> -> tensor<?x?x16xf32> loc("k")
  %s = llmc.matmul %q, %sw : tensor<?x?x48xf32>, tensor<48x48xf32> -> tensor<?x?x48xf32> loc("first")
  %t = llmc.matmul %s, %sw : tensor<?x?x48xf32>, tensor<48x48xf32> -> tensor<?x?x48xf32> loc("second")
  %n = llmc.map (%a = %k : tensor<?x?x16xf32>) -> tensor<?x?x16xf16> {
    %b = arith.truncf %a : f32 to f16
    llmc.yield %b : f16
  }
  %h = llmc.matmul %n, %hw : tensor<?x?x16xf16>, tensor<16x8xf16> -> tensor<?x?x8xf16> loc("half")
  %o = llmc.matmul %t, %ow : tensor<?x?x48xf32>, tensor<48x9xf32> -> tensor<?x?x9xf32> loc("head")
  %p = llmc.matmul %t, %pw : tensor<?x?x48xf32>, tensor<48x9xf32> -> tensor<?x?x9xf32> loc("plain")
  return %t, %h, %o, %p : tensor<?x?x48xf32>, tensor<?x?x8xf16>, tensor<?x?x9xf32>, tensor<?x?x9xf32>
}

func.func @variant(%x: tensor<1x?x32xf32> {llmc.dims = ["1", "seq", "32"]}) -> tensor<1x?x48xf32> attributes {llmc.variant = "batch=1"} {
  %qw = llmc.get_weight @q : tensor<32x48xf32>
  %q = llmc.matmul %x, %qw : tensor<1x?x32xf32>, tensor<32x48xf32> -> tensor<1x?x48xf32> loc("q")
  return %q : tensor<1x?x48xf32>
}
