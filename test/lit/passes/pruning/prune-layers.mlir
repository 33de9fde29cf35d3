// RUN: llmc-opt %s --llmc-prune-layers='rules=layers=1' --canonicalize | FileCheck %s
// RUN: llmc-opt %s --llmc-prune-layers='rules=b/*:layers=drop' --canonicalize | FileCheck %s --check-prefix=NAMED
// RUN: llmc-opt %s --llmc-prune-layers='rules=layers=0.5,a/*:layers=keep' --canonicalize | FileCheck %s --check-prefix=KEPT
// RUN: llmc-opt %s --llmc-prune-layers='rules=layers=1 marks' | FileCheck %s --check-prefix=MARKS
// RUN: llmc-opt %s --llmc-prune-layers='rules=layers=1 marks' --llmc-add-probes --canonicalize --cse | FileCheck %s --check-prefix=PROBES

// The first of two layers changes least.
module attributes {llmc.changes = array<f64: 0.125, 0.25>} {
  llmc.weight @w : tensor<8x8xf32> from "w.bin" at 0
  llmc.weight @u : tensor<8x16xf32> from "w.bin" at 256
  llmc.weight @d : tensor<16x8xf32> from "w.bin" at 768

  // Norms stand in front of branches.
  // CHECK-LABEL: @pre(
  // CHECK-SAME: llmc.pruning = [{all = 2 : i64, kind = "layers", left = 1 : i64, nodes = ["a/self/q", "a/self/k", "a/self/v", "a/self/attention", "a/self/out", "a/ffn/up", "a/ffn/down"], why = "they change what goes through them least on the calibration data, by 0.125"}]
  // CHECK: %[[N:.*]] = llmc.norm layer %arg0
  // CHECK: llmc.matmul %[[N]]
  // CHECK: %[[A:.*]] = llmc.attention
  // CHECK: %[[O:.*]] = llmc.matmul %[[A]]
  // CHECK: %[[M:.*]] = llmc.map (%{{.*}} = %arg0 : {{.*}}, %{{.*}} = %[[O]] :
  // CHECK: llmc.norm layer %[[M]]
  // CHECK-NOT: llmc.attention
  // CHECK: llmc.map (%{{.*}} = %[[M]] :
  // CHECK: %[[END:.*]] = llmc.norm
  // CHECK-NEXT: return %[[END]]

  // NAMED-LABEL: @pre(
  // NAMED-SAME: all = 2 : i64, kind = "layers", left = 1 : i64, nodes = ["b/self/q", {{.*}}], why = "rules name them"
  // NAMED-COUNT-1: llmc.attention
  // NAMED-NOT: llmc.attention
  // NAMED: return

  // KEPT-LABEL: @pre(
  // KEPT-SAME: left = 1 : i64, nodes = ["b/self/q"

  // MARKS-LABEL: @pre(
  // MARKS-SAME: -> (tensor<?x?x8xf32> {llmc.name = "y"}, tensor<2x1xf32> {llmc.changes_of = ["layer 0"]}, tensor<2x1xf32> {llmc.changes_of = ["layer 1"]})
  // MARKS-NOT: llmc.pruning
  // MARKS-COUNT-2: llmc.attention
  // MARKS: return %{{.*}}, %{{.*}}, %{{.*}} :

  // PROBES-LABEL: @pre(
  // PROBES-SAME: -> (tensor<2x1xf32> {llmc.changes_of = ["layer 0"]}, tensor<2x1xf32> {llmc.changes_of = ["layer 1"]}) attributes {llmc.probes_left = 0 : i64}
  // PROBES: %[[X:.*]] = llmc.map (%{{.*}} = %arg0 : tensor<?x?x8xf32>) -> tensor<?x?x8xf32>
  // PROBES: llmc.reduce %{{.*}} axes [2] init 0.000000e+00 : f32
  // PROBES: math.sqrt
  // PROBES: arith.subf
  // PROBES: llmc.reduce %{{.*}} axes [0, 1, 2] init 0.000000e+00 : f32 : tensor<?x?x1xf32> -> tensor<1x1x1xf32>
  // PROBES: llmc.concat
  func.func @pre(%x: tensor<?x?x8xf32> {llmc.name = "x", llmc.dims = ["b", "n", "8"]}) -> (tensor<?x?x8xf32> {llmc.name = "y"}) {
    %w = llmc.get_weight @w : tensor<8x8xf32>
    %u = llmc.get_weight @u : tensor<8x16xf32>
    %d = llmc.get_weight @d : tensor<16x8xf32>
    %ln1 = llmc.norm layer %x axis 2 epsilon 1.0e-5 : tensor<?x?x8xf32> -> tensor<?x?x8xf32> loc("a/n1")
    %laq = llmc.matmul %ln1, %w : tensor<?x?x8xf32>, tensor<8x8xf32> -> tensor<?x?x8xf32> loc("a/self/q")
    %lak = llmc.matmul %ln1, %w : tensor<?x?x8xf32>, tensor<8x8xf32> -> tensor<?x?x8xf32> loc("a/self/k")
    %lav = llmc.matmul %ln1, %w : tensor<?x?x8xf32>, tensor<8x8xf32> -> tensor<?x?x8xf32> loc("a/self/v")
    %lao = llmc.attention %laq, %lak, %lav score %s () : tensor<?x?x8xf32>, tensor<?x?x8xf32>, tensor<?x?x8xf32> -> tensor<?x?x8xf32> {
      llmc.yield %s : f32
    } loc("a/self/attention")
    %la = llmc.matmul %lao, %w : tensor<?x?x8xf32>, tensor<8x8xf32> -> tensor<?x?x8xf32> loc("a/self/out")
    %lm = llmc.map (%e0 = %x : tensor<?x?x8xf32>, %e1 = %la : tensor<?x?x8xf32>) -> tensor<?x?x8xf32> {
      %s1 = arith.addf %e0, %e1 : f32
      llmc.yield %s1 : f32
    } loc("a/add1")
    %ln2 = llmc.norm layer %lm axis 2 epsilon 1.0e-5 : tensor<?x?x8xf32> -> tensor<?x?x8xf32> loc("a/n2")
    %lfh = llmc.matmul %ln2, %u : tensor<?x?x8xf32>, tensor<8x16xf32> -> tensor<?x?x16xf32> loc("a/ffn/up")
    %lfg = llmc.map (%e = %lfh : tensor<?x?x16xf32>) -> tensor<?x?x16xf32> {
      %t = llmc.gelu erf %e : f32
      llmc.yield %t : f32
    }
    %lf = llmc.matmul %lfg, %d : tensor<?x?x16xf32>, tensor<16x8xf32> -> tensor<?x?x8xf32> loc("a/ffn/down")
    %l = llmc.map (%e0 = %lm : tensor<?x?x8xf32>, %e1 = %lf : tensor<?x?x8xf32>) -> tensor<?x?x8xf32> {
      %s1 = arith.addf %e0, %e1 : f32
      llmc.yield %s1 : f32
    } loc("a/add2")
    %mn1 = llmc.norm layer %l axis 2 epsilon 1.0e-5 : tensor<?x?x8xf32> -> tensor<?x?x8xf32> loc("b/n1")
    %maq = llmc.matmul %mn1, %w : tensor<?x?x8xf32>, tensor<8x8xf32> -> tensor<?x?x8xf32> loc("b/self/q")
    %mak = llmc.matmul %mn1, %w : tensor<?x?x8xf32>, tensor<8x8xf32> -> tensor<?x?x8xf32> loc("b/self/k")
    %mav = llmc.matmul %mn1, %w : tensor<?x?x8xf32>, tensor<8x8xf32> -> tensor<?x?x8xf32> loc("b/self/v")
    %mao = llmc.attention %maq, %mak, %mav score %s () : tensor<?x?x8xf32>, tensor<?x?x8xf32>, tensor<?x?x8xf32> -> tensor<?x?x8xf32> {
      llmc.yield %s : f32
    } loc("b/self/attention")
    %ma = llmc.matmul %mao, %w : tensor<?x?x8xf32>, tensor<8x8xf32> -> tensor<?x?x8xf32> loc("b/self/out")
    %mm = llmc.map (%e0 = %l : tensor<?x?x8xf32>, %e1 = %ma : tensor<?x?x8xf32>) -> tensor<?x?x8xf32> {
      %s1 = arith.addf %e0, %e1 : f32
      llmc.yield %s1 : f32
    } loc("b/add1")
    %mn2 = llmc.norm layer %mm axis 2 epsilon 1.0e-5 : tensor<?x?x8xf32> -> tensor<?x?x8xf32> loc("b/n2")
    %mfh = llmc.matmul %mn2, %u : tensor<?x?x8xf32>, tensor<8x16xf32> -> tensor<?x?x16xf32> loc("b/ffn/up")
    %mfg = llmc.map (%e = %mfh : tensor<?x?x16xf32>) -> tensor<?x?x16xf32> {
      %t = llmc.gelu erf %e : f32
      llmc.yield %t : f32
    }
    %mf = llmc.matmul %mfg, %d : tensor<?x?x16xf32>, tensor<16x8xf32> -> tensor<?x?x8xf32> loc("b/ffn/down")
    %m = llmc.map (%e0 = %mm : tensor<?x?x8xf32>, %e1 = %mf : tensor<?x?x8xf32>) -> tensor<?x?x8xf32> {
      %s1 = arith.addf %e0, %e1 : f32
      llmc.yield %s1 : f32
    } loc("b/add2")
    %y = llmc.norm layer %m axis 2 epsilon 1.0e-5 : tensor<?x?x8xf32> -> tensor<?x?x8xf32> loc("end")
    return %y : tensor<?x?x8xf32>
  }

  // Norms stand behind sums, whose terms come in another order.
  // CHECK-LABEL: @post(
  // CHECK-SAME: left = 1 : i64, nodes = ["a/self/q"
  // CHECK: llmc.matmul %arg0
  // CHECK: llmc.attention
  // CHECK-NOT: llmc.attention
  // CHECK: %[[P:.*]] = llmc.norm
  // CHECK: llmc.map ({{.*}} = %[[P]] :
  // CHECK: %[[END:.*]] = llmc.norm
  // CHECK-NEXT: return %[[END]]
  func.func @post(%x: tensor<?x?x8xf32> {llmc.name = "x", llmc.dims = ["b", "n", "8"]}) -> (tensor<?x?x8xf32> {llmc.name = "y"}) {
    %w = llmc.get_weight @w : tensor<8x8xf32>
    %u = llmc.get_weight @u : tensor<8x16xf32>
    %d = llmc.get_weight @d : tensor<16x8xf32>
    %laq = llmc.matmul %x, %w : tensor<?x?x8xf32>, tensor<8x8xf32> -> tensor<?x?x8xf32> loc("a/self/q")
    %lak = llmc.matmul %x, %w : tensor<?x?x8xf32>, tensor<8x8xf32> -> tensor<?x?x8xf32> loc("a/self/k")
    %lav = llmc.matmul %x, %w : tensor<?x?x8xf32>, tensor<8x8xf32> -> tensor<?x?x8xf32> loc("a/self/v")
    %lao = llmc.attention %laq, %lak, %lav score %s () : tensor<?x?x8xf32>, tensor<?x?x8xf32>, tensor<?x?x8xf32> -> tensor<?x?x8xf32> {
      llmc.yield %s : f32
    } loc("a/self/attention")
    %la = llmc.matmul %lao, %w : tensor<?x?x8xf32>, tensor<8x8xf32> -> tensor<?x?x8xf32> loc("a/self/out")
    %lm = llmc.map (%e0 = %la : tensor<?x?x8xf32>, %e1 = %x : tensor<?x?x8xf32>) -> tensor<?x?x8xf32> {
      %s1 = arith.addf %e0, %e1 : f32
      llmc.yield %s1 : f32
    } loc("a/add1")
    %lp = llmc.norm layer %lm axis 2 epsilon 1.0e-5 : tensor<?x?x8xf32> -> tensor<?x?x8xf32> loc("a/n1")
    %lfh = llmc.matmul %lp, %u : tensor<?x?x8xf32>, tensor<8x16xf32> -> tensor<?x?x16xf32> loc("a/ffn/up")
    %lfg = llmc.map (%e = %lfh : tensor<?x?x16xf32>) -> tensor<?x?x16xf32> {
      %t = llmc.gelu erf %e : f32
      llmc.yield %t : f32
    }
    %lf = llmc.matmul %lfg, %d : tensor<?x?x16xf32>, tensor<16x8xf32> -> tensor<?x?x8xf32> loc("a/ffn/down")
    %lr = llmc.map (%e0 = %lf : tensor<?x?x8xf32>, %e1 = %lp : tensor<?x?x8xf32>) -> tensor<?x?x8xf32> {
      %s1 = arith.addf %e0, %e1 : f32
      llmc.yield %s1 : f32
    } loc("a/add2")
    %l = llmc.norm layer %lr axis 2 epsilon 1.0e-5 : tensor<?x?x8xf32> -> tensor<?x?x8xf32> loc("a/n2")
    %yaq = llmc.matmul %l, %w : tensor<?x?x8xf32>, tensor<8x8xf32> -> tensor<?x?x8xf32> loc("b/self/q")
    %yak = llmc.matmul %l, %w : tensor<?x?x8xf32>, tensor<8x8xf32> -> tensor<?x?x8xf32> loc("b/self/k")
    %yav = llmc.matmul %l, %w : tensor<?x?x8xf32>, tensor<8x8xf32> -> tensor<?x?x8xf32> loc("b/self/v")
    %yao = llmc.attention %yaq, %yak, %yav score %s () : tensor<?x?x8xf32>, tensor<?x?x8xf32>, tensor<?x?x8xf32> -> tensor<?x?x8xf32> {
      llmc.yield %s : f32
    } loc("b/self/attention")
    %ya = llmc.matmul %yao, %w : tensor<?x?x8xf32>, tensor<8x8xf32> -> tensor<?x?x8xf32> loc("b/self/out")
    %ym = llmc.map (%e0 = %ya : tensor<?x?x8xf32>, %e1 = %l : tensor<?x?x8xf32>) -> tensor<?x?x8xf32> {
      %s1 = arith.addf %e0, %e1 : f32
      llmc.yield %s1 : f32
    } loc("b/add1")
    %yp = llmc.norm layer %ym axis 2 epsilon 1.0e-5 : tensor<?x?x8xf32> -> tensor<?x?x8xf32> loc("b/n1")
    %yfh = llmc.matmul %yp, %u : tensor<?x?x8xf32>, tensor<8x16xf32> -> tensor<?x?x16xf32> loc("b/ffn/up")
    %yfg = llmc.map (%e = %yfh : tensor<?x?x16xf32>) -> tensor<?x?x16xf32> {
      %t = llmc.gelu erf %e : f32
      llmc.yield %t : f32
    }
    %yf = llmc.matmul %yfg, %d : tensor<?x?x16xf32>, tensor<16x8xf32> -> tensor<?x?x8xf32> loc("b/ffn/down")
    %yr = llmc.map (%e0 = %yf : tensor<?x?x8xf32>, %e1 = %yp : tensor<?x?x8xf32>) -> tensor<?x?x8xf32> {
      %s1 = arith.addf %e0, %e1 : f32
      llmc.yield %s1 : f32
    } loc("b/add2")
    %y = llmc.norm layer %yr axis 2 epsilon 1.0e-5 : tensor<?x?x8xf32> -> tensor<?x?x8xf32> loc("b/n2")
    return %y : tensor<?x?x8xf32>
  }

  // Attention and feed-forward are added at once.
  // CHECK-LABEL: @parallel(
  // CHECK-SAME: left = 1 : i64, nodes = ["a/self/q", "a/self/k", "a/self/v", "a/self/attention", "a/self/out", "a/ffn/up", "a/ffn/down"]
  // CHECK: %[[N:.*]] = llmc.norm layer %arg0
  // CHECK: llmc.attention
  // CHECK-NOT: llmc.attention
  // CHECK: %[[Y:.*]] = llmc.map ({{.*}} = %arg0 :
  // CHECK: return %[[Y]]
  func.func @parallel(%x: tensor<?x?x8xf32> {llmc.name = "x", llmc.dims = ["b", "n", "8"]}) -> (tensor<?x?x8xf32> {llmc.name = "y"}) {
    %w = llmc.get_weight @w : tensor<8x8xf32>
    %u = llmc.get_weight @u : tensor<8x16xf32>
    %d = llmc.get_weight @d : tensor<16x8xf32>
    %ln1 = llmc.norm layer %x axis 2 epsilon 1.0e-5 : tensor<?x?x8xf32> -> tensor<?x?x8xf32> loc("a/n1")
    %laq = llmc.matmul %ln1, %w : tensor<?x?x8xf32>, tensor<8x8xf32> -> tensor<?x?x8xf32> loc("a/self/q")
    %lak = llmc.matmul %ln1, %w : tensor<?x?x8xf32>, tensor<8x8xf32> -> tensor<?x?x8xf32> loc("a/self/k")
    %lav = llmc.matmul %ln1, %w : tensor<?x?x8xf32>, tensor<8x8xf32> -> tensor<?x?x8xf32> loc("a/self/v")
    %lao = llmc.attention %laq, %lak, %lav score %s () : tensor<?x?x8xf32>, tensor<?x?x8xf32>, tensor<?x?x8xf32> -> tensor<?x?x8xf32> {
      llmc.yield %s : f32
    } loc("a/self/attention")
    %la = llmc.matmul %lao, %w : tensor<?x?x8xf32>, tensor<8x8xf32> -> tensor<?x?x8xf32> loc("a/self/out")
    %lfh = llmc.matmul %ln1, %u : tensor<?x?x8xf32>, tensor<8x16xf32> -> tensor<?x?x16xf32> loc("a/ffn/up")
    %lfg = llmc.map (%e = %lfh : tensor<?x?x16xf32>) -> tensor<?x?x16xf32> {
      %t = llmc.gelu erf %e : f32
      llmc.yield %t : f32
    }
    %lf = llmc.matmul %lfg, %d : tensor<?x?x16xf32>, tensor<16x8xf32> -> tensor<?x?x8xf32> loc("a/ffn/down")
    %l = llmc.map (%e0 = %la : tensor<?x?x8xf32>, %e1 = %lf : tensor<?x?x8xf32>, %e2 = %x : tensor<?x?x8xf32>) -> tensor<?x?x8xf32> {
      %s1 = arith.addf %e0, %e1 : f32
      %s2 = arith.addf %s1, %e2 : f32
      llmc.yield %s2 : f32
    } loc("a/add")
    %yn1 = llmc.norm layer %l axis 2 epsilon 1.0e-5 : tensor<?x?x8xf32> -> tensor<?x?x8xf32> loc("b/n1")
    %yaq = llmc.matmul %yn1, %w : tensor<?x?x8xf32>, tensor<8x8xf32> -> tensor<?x?x8xf32> loc("b/self/q")
    %yak = llmc.matmul %yn1, %w : tensor<?x?x8xf32>, tensor<8x8xf32> -> tensor<?x?x8xf32> loc("b/self/k")
    %yav = llmc.matmul %yn1, %w : tensor<?x?x8xf32>, tensor<8x8xf32> -> tensor<?x?x8xf32> loc("b/self/v")
    %yao = llmc.attention %yaq, %yak, %yav score %s () : tensor<?x?x8xf32>, tensor<?x?x8xf32>, tensor<?x?x8xf32> -> tensor<?x?x8xf32> {
      llmc.yield %s : f32
    } loc("b/self/attention")
    %ya = llmc.matmul %yao, %w : tensor<?x?x8xf32>, tensor<8x8xf32> -> tensor<?x?x8xf32> loc("b/self/out")
    %yfh = llmc.matmul %yn1, %u : tensor<?x?x8xf32>, tensor<8x16xf32> -> tensor<?x?x16xf32> loc("b/ffn/up")
    %yfg = llmc.map (%e = %yfh : tensor<?x?x16xf32>) -> tensor<?x?x16xf32> {
      %t = llmc.gelu erf %e : f32
      llmc.yield %t : f32
    }
    %yf = llmc.matmul %yfg, %d : tensor<?x?x16xf32>, tensor<16x8xf32> -> tensor<?x?x8xf32> loc("b/ffn/down")
    %y = llmc.map (%e0 = %ya : tensor<?x?x8xf32>, %e1 = %yf : tensor<?x?x8xf32>, %e2 = %l : tensor<?x?x8xf32>) -> tensor<?x?x8xf32> {
      %s1 = arith.addf %e0, %e1 : f32
      %s2 = arith.addf %s1, %e2 : f32
      llmc.yield %s2 : f32
    } loc("b/add")
    return %y : tensor<?x?x8xf32>
  }

  // A second attention, of what an encoder gave, belongs to the layer.
  // CHECK-LABEL: @cross(
  // CHECK-SAME: left = 1 : i64, nodes = ["a/self/q", {{.*}} "a/cross/attention", {{.*}} "a/ffn/down"]
  // CHECK-COUNT-2: llmc.attention
  // CHECK-NOT: llmc.attention
  // CHECK: return
  func.func @cross(%x: tensor<?x?x8xf32> {llmc.name = "x", llmc.dims = ["b", "n", "8"]}, %c: tensor<?x?x8xf32> {llmc.name = "c", llmc.dims = ["b", "m", "8"]}) -> (tensor<?x?x8xf32> {llmc.name = "y"}) {
    %w = llmc.get_weight @w : tensor<8x8xf32>
    %u = llmc.get_weight @u : tensor<8x16xf32>
    %d = llmc.get_weight @d : tensor<16x8xf32>
    %ln1 = llmc.norm layer %x axis 2 epsilon 1.0e-5 : tensor<?x?x8xf32> -> tensor<?x?x8xf32> loc("a/n1")
    %laq = llmc.matmul %ln1, %w : tensor<?x?x8xf32>, tensor<8x8xf32> -> tensor<?x?x8xf32> loc("a/self/q")
    %lak = llmc.matmul %ln1, %w : tensor<?x?x8xf32>, tensor<8x8xf32> -> tensor<?x?x8xf32> loc("a/self/k")
    %lav = llmc.matmul %ln1, %w : tensor<?x?x8xf32>, tensor<8x8xf32> -> tensor<?x?x8xf32> loc("a/self/v")
    %lao = llmc.attention %laq, %lak, %lav score %s () : tensor<?x?x8xf32>, tensor<?x?x8xf32>, tensor<?x?x8xf32> -> tensor<?x?x8xf32> {
      llmc.yield %s : f32
    } loc("a/self/attention")
    %la = llmc.matmul %lao, %w : tensor<?x?x8xf32>, tensor<8x8xf32> -> tensor<?x?x8xf32> loc("a/self/out")
    %lm = llmc.map (%e0 = %x : tensor<?x?x8xf32>, %e1 = %la : tensor<?x?x8xf32>) -> tensor<?x?x8xf32> {
      %s1 = arith.addf %e0, %e1 : f32
      llmc.yield %s1 : f32
    } loc("a/add1")
    %ln2 = llmc.norm layer %lm axis 2 epsilon 1.0e-5 : tensor<?x?x8xf32> -> tensor<?x?x8xf32> loc("a/n2")
    %lcq = llmc.matmul %ln2, %w : tensor<?x?x8xf32>, tensor<8x8xf32> -> tensor<?x?x8xf32> loc("a/cross/q")
    %lck = llmc.matmul %c, %w : tensor<?x?x8xf32>, tensor<8x8xf32> -> tensor<?x?x8xf32> loc("a/cross/k")
    %lcv = llmc.matmul %c, %w : tensor<?x?x8xf32>, tensor<8x8xf32> -> tensor<?x?x8xf32> loc("a/cross/v")
    %lco = llmc.attention %lcq, %lck, %lcv score %s () : tensor<?x?x8xf32>, tensor<?x?x8xf32>, tensor<?x?x8xf32> -> tensor<?x?x8xf32> {
      llmc.yield %s : f32
    } loc("a/cross/attention")
    %lc = llmc.matmul %lco, %w : tensor<?x?x8xf32>, tensor<8x8xf32> -> tensor<?x?x8xf32> loc("a/cross/out")
    %ll = llmc.map (%e0 = %lm : tensor<?x?x8xf32>, %e1 = %lc : tensor<?x?x8xf32>) -> tensor<?x?x8xf32> {
      %s1 = arith.addf %e0, %e1 : f32
      llmc.yield %s1 : f32
    } loc("a/add2")
    %ln3 = llmc.norm layer %ll axis 2 epsilon 1.0e-5 : tensor<?x?x8xf32> -> tensor<?x?x8xf32> loc("a/n3")
    %lfh = llmc.matmul %ln3, %u : tensor<?x?x8xf32>, tensor<8x16xf32> -> tensor<?x?x16xf32> loc("a/ffn/up")
    %lfg = llmc.map (%e = %lfh : tensor<?x?x16xf32>) -> tensor<?x?x16xf32> {
      %t = llmc.gelu erf %e : f32
      llmc.yield %t : f32
    }
    %lf = llmc.matmul %lfg, %d : tensor<?x?x16xf32>, tensor<16x8xf32> -> tensor<?x?x8xf32> loc("a/ffn/down")
    %l = llmc.map (%e0 = %ll : tensor<?x?x8xf32>, %e1 = %lf : tensor<?x?x8xf32>) -> tensor<?x?x8xf32> {
      %s1 = arith.addf %e0, %e1 : f32
      llmc.yield %s1 : f32
    } loc("a/add3")
    %yn1 = llmc.norm layer %l axis 2 epsilon 1.0e-5 : tensor<?x?x8xf32> -> tensor<?x?x8xf32> loc("b/n1")
    %yaq = llmc.matmul %yn1, %w : tensor<?x?x8xf32>, tensor<8x8xf32> -> tensor<?x?x8xf32> loc("b/self/q")
    %yak = llmc.matmul %yn1, %w : tensor<?x?x8xf32>, tensor<8x8xf32> -> tensor<?x?x8xf32> loc("b/self/k")
    %yav = llmc.matmul %yn1, %w : tensor<?x?x8xf32>, tensor<8x8xf32> -> tensor<?x?x8xf32> loc("b/self/v")
    %yao = llmc.attention %yaq, %yak, %yav score %s () : tensor<?x?x8xf32>, tensor<?x?x8xf32>, tensor<?x?x8xf32> -> tensor<?x?x8xf32> {
      llmc.yield %s : f32
    } loc("b/self/attention")
    %ya = llmc.matmul %yao, %w : tensor<?x?x8xf32>, tensor<8x8xf32> -> tensor<?x?x8xf32> loc("b/self/out")
    %ym = llmc.map (%e0 = %l : tensor<?x?x8xf32>, %e1 = %ya : tensor<?x?x8xf32>) -> tensor<?x?x8xf32> {
      %s1 = arith.addf %e0, %e1 : f32
      llmc.yield %s1 : f32
    } loc("b/add1")
    %yn2 = llmc.norm layer %ym axis 2 epsilon 1.0e-5 : tensor<?x?x8xf32> -> tensor<?x?x8xf32> loc("b/n2")
    %ycq = llmc.matmul %yn2, %w : tensor<?x?x8xf32>, tensor<8x8xf32> -> tensor<?x?x8xf32> loc("b/cross/q")
    %yck = llmc.matmul %c, %w : tensor<?x?x8xf32>, tensor<8x8xf32> -> tensor<?x?x8xf32> loc("b/cross/k")
    %ycv = llmc.matmul %c, %w : tensor<?x?x8xf32>, tensor<8x8xf32> -> tensor<?x?x8xf32> loc("b/cross/v")
    %yco = llmc.attention %ycq, %yck, %ycv score %s () : tensor<?x?x8xf32>, tensor<?x?x8xf32>, tensor<?x?x8xf32> -> tensor<?x?x8xf32> {
      llmc.yield %s : f32
    } loc("b/cross/attention")
    %yc = llmc.matmul %yco, %w : tensor<?x?x8xf32>, tensor<8x8xf32> -> tensor<?x?x8xf32> loc("b/cross/out")
    %yl = llmc.map (%e0 = %ym : tensor<?x?x8xf32>, %e1 = %yc : tensor<?x?x8xf32>) -> tensor<?x?x8xf32> {
      %s1 = arith.addf %e0, %e1 : f32
      llmc.yield %s1 : f32
    } loc("b/add2")
    %yn3 = llmc.norm layer %yl axis 2 epsilon 1.0e-5 : tensor<?x?x8xf32> -> tensor<?x?x8xf32> loc("b/n3")
    %yfh = llmc.matmul %yn3, %u : tensor<?x?x8xf32>, tensor<8x16xf32> -> tensor<?x?x16xf32> loc("b/ffn/up")
    %yfg = llmc.map (%e = %yfh : tensor<?x?x16xf32>) -> tensor<?x?x16xf32> {
      %t = llmc.gelu erf %e : f32
      llmc.yield %t : f32
    }
    %yf = llmc.matmul %yfg, %d : tensor<?x?x16xf32>, tensor<16x8xf32> -> tensor<?x?x8xf32> loc("b/ffn/down")
    %y = llmc.map (%e0 = %yl : tensor<?x?x8xf32>, %e1 = %yf : tensor<?x?x8xf32>) -> tensor<?x?x8xf32> {
      %s1 = arith.addf %e0, %e1 : f32
      llmc.yield %s1 : f32
    } loc("b/add3")
    return %y : tensor<?x?x8xf32>
  }

  // Keys that are an output of the model are computed as before.
  // CHECK-LABEL: @keys(
  // CHECK-SAME: left = 1 : i64, nodes = ["a/self/q"
  // CHECK: %[[N:.*]] = llmc.norm layer %arg0
  // CHECK: %[[K:.*]] = llmc.matmul %[[N]]
  // CHECK: %[[T:.*]] = llmc.transpose %[[K]]
  // CHECK-COUNT-1: llmc.attention
  // CHECK-NOT: llmc.attention
  // CHECK: return %{{.*}}, %[[T]] :
  func.func @keys(%x: tensor<?x?x8xf32> {llmc.name = "x", llmc.dims = ["b", "n", "8"]}) -> (tensor<?x?x8xf32> {llmc.name = "y"}, tensor<?x?x8xf32> {llmc.name = "kt"}) {
    %w = llmc.get_weight @w : tensor<8x8xf32>
    %u = llmc.get_weight @u : tensor<8x16xf32>
    %d = llmc.get_weight @d : tensor<16x8xf32>
    %ln1 = llmc.norm layer %x axis 2 epsilon 1.0e-5 : tensor<?x?x8xf32> -> tensor<?x?x8xf32> loc("a/n1")
    %laq = llmc.matmul %ln1, %w : tensor<?x?x8xf32>, tensor<8x8xf32> -> tensor<?x?x8xf32> loc("a/self/q")
    %lak = llmc.matmul %ln1, %w : tensor<?x?x8xf32>, tensor<8x8xf32> -> tensor<?x?x8xf32> loc("a/self/k")
    %lav = llmc.matmul %ln1, %w : tensor<?x?x8xf32>, tensor<8x8xf32> -> tensor<?x?x8xf32> loc("a/self/v")
    %lao = llmc.attention %laq, %lak, %lav score %s () : tensor<?x?x8xf32>, tensor<?x?x8xf32>, tensor<?x?x8xf32> -> tensor<?x?x8xf32> {
      llmc.yield %s : f32
    } loc("a/self/attention")
    %la = llmc.matmul %lao, %w : tensor<?x?x8xf32>, tensor<8x8xf32> -> tensor<?x?x8xf32> loc("a/self/out")
    %lm = llmc.map (%e0 = %x : tensor<?x?x8xf32>, %e1 = %la : tensor<?x?x8xf32>) -> tensor<?x?x8xf32> {
      %s1 = arith.addf %e0, %e1 : f32
      llmc.yield %s1 : f32
    } loc("a/add1")
    %ln2 = llmc.norm layer %lm axis 2 epsilon 1.0e-5 : tensor<?x?x8xf32> -> tensor<?x?x8xf32> loc("a/n2")
    %lfh = llmc.matmul %ln2, %u : tensor<?x?x8xf32>, tensor<8x16xf32> -> tensor<?x?x16xf32> loc("a/ffn/up")
    %lfg = llmc.map (%e = %lfh : tensor<?x?x16xf32>) -> tensor<?x?x16xf32> {
      %t = llmc.gelu erf %e : f32
      llmc.yield %t : f32
    }
    %lf = llmc.matmul %lfg, %d : tensor<?x?x16xf32>, tensor<16x8xf32> -> tensor<?x?x8xf32> loc("a/ffn/down")
    %l = llmc.map (%e0 = %lm : tensor<?x?x8xf32>, %e1 = %lf : tensor<?x?x8xf32>) -> tensor<?x?x8xf32> {
      %s1 = arith.addf %e0, %e1 : f32
      llmc.yield %s1 : f32
    } loc("a/add2")
    %kt = llmc.transpose %lak perm [1, 0, 2] : tensor<?x?x8xf32> -> tensor<?x?x8xf32>
    %yn1 = llmc.norm layer %l axis 2 epsilon 1.0e-5 : tensor<?x?x8xf32> -> tensor<?x?x8xf32> loc("b/n1")
    %yaq = llmc.matmul %yn1, %w : tensor<?x?x8xf32>, tensor<8x8xf32> -> tensor<?x?x8xf32> loc("b/self/q")
    %yak = llmc.matmul %yn1, %w : tensor<?x?x8xf32>, tensor<8x8xf32> -> tensor<?x?x8xf32> loc("b/self/k")
    %yav = llmc.matmul %yn1, %w : tensor<?x?x8xf32>, tensor<8x8xf32> -> tensor<?x?x8xf32> loc("b/self/v")
    %yao = llmc.attention %yaq, %yak, %yav score %s () : tensor<?x?x8xf32>, tensor<?x?x8xf32>, tensor<?x?x8xf32> -> tensor<?x?x8xf32> {
      llmc.yield %s : f32
    } loc("b/self/attention")
    %ya = llmc.matmul %yao, %w : tensor<?x?x8xf32>, tensor<8x8xf32> -> tensor<?x?x8xf32> loc("b/self/out")
    %ym = llmc.map (%e0 = %l : tensor<?x?x8xf32>, %e1 = %ya : tensor<?x?x8xf32>) -> tensor<?x?x8xf32> {
      %s1 = arith.addf %e0, %e1 : f32
      llmc.yield %s1 : f32
    } loc("b/add1")
    %yn2 = llmc.norm layer %ym axis 2 epsilon 1.0e-5 : tensor<?x?x8xf32> -> tensor<?x?x8xf32> loc("b/n2")
    %yfh = llmc.matmul %yn2, %u : tensor<?x?x8xf32>, tensor<8x16xf32> -> tensor<?x?x16xf32> loc("b/ffn/up")
    %yfg = llmc.map (%e = %yfh : tensor<?x?x16xf32>) -> tensor<?x?x16xf32> {
      %t = llmc.gelu erf %e : f32
      llmc.yield %t : f32
    }
    %yf = llmc.matmul %yfg, %d : tensor<?x?x16xf32>, tensor<16x8xf32> -> tensor<?x?x8xf32> loc("b/ffn/down")
    %y = llmc.map (%e0 = %ym : tensor<?x?x8xf32>, %e1 = %yf : tensor<?x?x8xf32>) -> tensor<?x?x8xf32> {
      %s1 = arith.addf %e0, %e1 : f32
      llmc.yield %s1 : f32
    } loc("b/add2")
    return %y, %kt : tensor<?x?x8xf32>, tensor<?x?x8xf32>
  }
}
