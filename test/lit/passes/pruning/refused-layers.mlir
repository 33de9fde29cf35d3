// RUN: not llmc-opt %s --split-input-file --llmc-prune-layers='rules=layers=1' 2>&1 | FileCheck %s
// RUN: not llmc-opt %s --split-input-file --llmc-prune-layers='rules=*:layers=drop' 2>&1 | FileCheck %s --check-prefix=ALL
// RUN: not llmc-opt %s --split-input-file --llmc-prune-layers='rules=layers=3' 2>&1 | FileCheck %s --check-prefix=MORE
// RUN: not llmc-opt %s --split-input-file --llmc-prune-layers='rules=layers=0.1' 2>&1 | FileCheck %s --check-prefix=FEW
// RUN: not llmc-opt %s --split-input-file --llmc-prune-layers='rules=layers=keep' 2>&1 | FileCheck %s --check-prefix=KEEP
// RUN: not llmc-opt %s --split-input-file --llmc-prune-layers='rules=a/*:layers=drop,*tail*:layers=keep' 2>&1 | FileCheck %s --check-prefix=NOBODY
// RUN: not llmc-opt %s --split-input-file --llmc-prune-layers='rules=layers=1.5' 2>&1 | FileCheck %s --check-prefix=NUMBER
// RUN: not llmc-opt %s --split-input-file --llmc-prune-layers='rules=layers=some' 2>&1 | FileCheck %s --check-prefix=WORD

// Which layers go without data?
// CHECK: error: "layers=1" takes the layers away that count least, and only data tell which these are; try: --calibration with data, or layers by the names of their nodes: PATTERN:layers=drop
// ALL: error: all 2 layers that can go would; try: fewer, or PATTERN:layers=keep for some
// MORE: error: "layers=3" takes more layers than the 2 that it is for; try: fewer
// FEW: error: no layers are pruned: 2 are too few to take so small a share of them away; try: other rules, such as layers=2
// KEEP: error: no layers are pruned; try: other rules
// NOBODY: error: no layer that can go has a node that "*tail*:layers=keep" names; try: the names that llmc inspect tells
// NUMBER: error: the pruning "layers=1.5" takes neither a number of layers nor a share of them away; try: layers=2, layers=0.25, PATTERN:layers=drop
// WORD: error: can't read the pruning "layers=some"
module {
  llmc.weight @w : tensor<8x8xf32> from "w.bin" at 0
  llmc.weight @u : tensor<8x16xf32> from "w.bin" at 256
  llmc.weight @d : tensor<16x8xf32> from "w.bin" at 768
  func.func @two(%x: tensor<?x?x8xf32> {llmc.name = "x", llmc.dims = ["b", "n", "8"]}) -> (tensor<?x?x8xf32> {llmc.name = "y"}) {
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
    return %y : tensor<?x?x8xf32>
  }
}

// -----

// What a layer computes is read behind it: keys that another layer uses as well.
// CHECK: error: no layer that can go has a node that "layers=1" names: what it computes is read elsewhere, by "later"; try
module {
  llmc.weight @w : tensor<8x8xf32> from "w.bin" at 0
  llmc.weight @u : tensor<8x16xf32> from "w.bin" at 256
  llmc.weight @d : tensor<16x8xf32> from "w.bin" at 768
  func.func @shared(%x: tensor<?x?x8xf32> {llmc.name = "x", llmc.dims = ["b", "n", "8"]}) -> (tensor<?x?x8xf32> {llmc.name = "y"}) {
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
    %z = llmc.map (%e0 = %l : tensor<?x?x8xf32>, %e1 = %lak : tensor<?x?x8xf32>) -> tensor<?x?x8xf32> {
      %s1 = arith.addf %e0, %e1 : f32
      llmc.yield %s1 : f32
    } loc("later")
    %y = llmc.norm layer %z axis 2 epsilon 1.0e-5 : tensor<?x?x8xf32> -> tensor<?x?x8xf32> loc("end")
    return %y : tensor<?x?x8xf32>
  }
}

// -----

// An inner sum that leads to another product is none that only is an output.
// CHECK: error: no layer that can go has a node that "layers=1" names: what it computes is read elsewhere, by "head"; try
module {
  llmc.weight @w : tensor<8x8xf32> from "w.bin" at 0
  llmc.weight @u : tensor<8x16xf32> from "w.bin" at 256
  llmc.weight @d : tensor<16x8xf32> from "w.bin" at 768
  func.func @exits(%x: tensor<?x?x8xf32> {llmc.name = "x", llmc.dims = ["b", "n", "8"]}) -> (tensor<?x?x8xf32> {llmc.name = "y"}, tensor<?x?x8xf32> {llmc.name = "h"}) {
    %w = llmc.get_weight @w : tensor<8x8xf32>
    %u = llmc.get_weight @u : tensor<8x16xf32>
    %d = llmc.get_weight @d : tensor<16x8xf32>
    %yn1 = llmc.norm layer %x axis 2 epsilon 1.0e-5 : tensor<?x?x8xf32> -> tensor<?x?x8xf32> loc("a/n1")
    %yaq = llmc.matmul %yn1, %w : tensor<?x?x8xf32>, tensor<8x8xf32> -> tensor<?x?x8xf32> loc("a/self/q")
    %yak = llmc.matmul %yn1, %w : tensor<?x?x8xf32>, tensor<8x8xf32> -> tensor<?x?x8xf32> loc("a/self/k")
    %yav = llmc.matmul %yn1, %w : tensor<?x?x8xf32>, tensor<8x8xf32> -> tensor<?x?x8xf32> loc("a/self/v")
    %yao = llmc.attention %yaq, %yak, %yav score %s () : tensor<?x?x8xf32>, tensor<?x?x8xf32>, tensor<?x?x8xf32> -> tensor<?x?x8xf32> {
      llmc.yield %s : f32
    } loc("a/self/attention")
    %ya = llmc.matmul %yao, %w : tensor<?x?x8xf32>, tensor<8x8xf32> -> tensor<?x?x8xf32> loc("a/self/out")
    %ym = llmc.map (%e0 = %x : tensor<?x?x8xf32>, %e1 = %ya : tensor<?x?x8xf32>) -> tensor<?x?x8xf32> {
      %s1 = arith.addf %e0, %e1 : f32
      llmc.yield %s1 : f32
    } loc("a/add1")
    %yn2 = llmc.norm layer %ym axis 2 epsilon 1.0e-5 : tensor<?x?x8xf32> -> tensor<?x?x8xf32> loc("a/n2")
    %yfh = llmc.matmul %yn2, %u : tensor<?x?x8xf32>, tensor<8x16xf32> -> tensor<?x?x16xf32> loc("a/ffn/up")
    %yfg = llmc.map (%e = %yfh : tensor<?x?x16xf32>) -> tensor<?x?x16xf32> {
      %t = llmc.gelu erf %e : f32
      llmc.yield %t : f32
    }
    %yf = llmc.matmul %yfg, %d : tensor<?x?x16xf32>, tensor<16x8xf32> -> tensor<?x?x8xf32> loc("a/ffn/down")
    %y = llmc.map (%e0 = %ym : tensor<?x?x8xf32>, %e1 = %yf : tensor<?x?x8xf32>) -> tensor<?x?x8xf32> {
      %s1 = arith.addf %e0, %e1 : f32
      llmc.yield %s1 : f32
    } loc("a/add2")
    %h = llmc.matmul %ym, %w : tensor<?x?x8xf32>, tensor<8x8xf32> -> tensor<?x?x8xf32> loc("head")
    return %y, %h : tensor<?x?x8xf32>, tensor<?x?x8xf32>
  }
}

// -----

// An attention alone is no layer, and neither is a feed-forward.
// CHECK: error: no layer that can go has a node that "layers=1" names; try
module {
  llmc.weight @w : tensor<8x8xf32> from "w.bin" at 0
  llmc.weight @u : tensor<8x16xf32> from "w.bin" at 256
  llmc.weight @d : tensor<16x8xf32> from "w.bin" at 768
  func.func @alone(%x: tensor<?x?x8xf32> {llmc.name = "x", llmc.dims = ["b", "n", "8"]}) -> (tensor<?x?x8xf32> {llmc.name = "y"}) {
    %w = llmc.get_weight @w : tensor<8x8xf32>
    %u = llmc.get_weight @u : tensor<8x16xf32>
    %d = llmc.get_weight @d : tensor<16x8xf32>
    %n = llmc.norm layer %x axis 2 epsilon 1.0e-5 : tensor<?x?x8xf32> -> tensor<?x?x8xf32> loc("n")
    %aq = llmc.matmul %n, %w : tensor<?x?x8xf32>, tensor<8x8xf32> -> tensor<?x?x8xf32> loc("a/q")
    %ak = llmc.matmul %n, %w : tensor<?x?x8xf32>, tensor<8x8xf32> -> tensor<?x?x8xf32> loc("a/k")
    %av = llmc.matmul %n, %w : tensor<?x?x8xf32>, tensor<8x8xf32> -> tensor<?x?x8xf32> loc("a/v")
    %ao = llmc.attention %aq, %ak, %av score %s () : tensor<?x?x8xf32>, tensor<?x?x8xf32>, tensor<?x?x8xf32> -> tensor<?x?x8xf32> {
      llmc.yield %s : f32
    } loc("a/attention")
    %a = llmc.matmul %ao, %w : tensor<?x?x8xf32>, tensor<8x8xf32> -> tensor<?x?x8xf32> loc("a/out")
    %y = llmc.map (%e0 = %x : tensor<?x?x8xf32>, %e1 = %a : tensor<?x?x8xf32>) -> tensor<?x?x8xf32> {
      %s1 = arith.addf %e0, %e1 : f32
      llmc.yield %s1 : f32
    } loc("add")
    return %y : tensor<?x?x8xf32>
  }
  func.func @fed(%x: tensor<?x?x8xf32> {llmc.name = "x", llmc.dims = ["b", "n", "8"]}) -> (tensor<?x?x8xf32> {llmc.name = "y"}) {
    %w = llmc.get_weight @w : tensor<8x8xf32>
    %u = llmc.get_weight @u : tensor<8x16xf32>
    %d = llmc.get_weight @d : tensor<16x8xf32>
    %n = llmc.norm layer %x axis 2 epsilon 1.0e-5 : tensor<?x?x8xf32> -> tensor<?x?x8xf32> loc("n")
    %fh = llmc.matmul %n, %u : tensor<?x?x8xf32>, tensor<8x16xf32> -> tensor<?x?x16xf32> loc("f/up")
    %fg = llmc.map (%e = %fh : tensor<?x?x16xf32>) -> tensor<?x?x16xf32> {
      %t = llmc.gelu erf %e : f32
      llmc.yield %t : f32
    }
    %f = llmc.matmul %fg, %d : tensor<?x?x16xf32>, tensor<16x8xf32> -> tensor<?x?x8xf32> loc("f/down")
    %y = llmc.map (%e0 = %x : tensor<?x?x8xf32>, %e1 = %f : tensor<?x?x8xf32>) -> tensor<?x?x8xf32> {
      %s1 = arith.addf %e0, %e1 : f32
      llmc.yield %s1 : f32
    } loc("add")
    return %y : tensor<?x?x8xf32>
  }
}

// -----

// What goes in is smaller than what comes out: it is the same for all of the batch.
// CHECK: error: no layer that can go has a node that "layers=1" names; try
module {
  llmc.weight @w : tensor<8x8xf32> from "w.bin" at 0
  llmc.weight @u : tensor<8x16xf32> from "w.bin" at 256
  llmc.weight @d : tensor<16x8xf32> from "w.bin" at 768
  func.func @sizes(%x: tensor<?x?x8xf32> {llmc.name = "x", llmc.dims = ["b", "n", "8"]}, %r: tensor<1x?x8xf32> {llmc.name = "r", llmc.dims = ["1", "n", "8"]}) -> (tensor<?x?x8xf32> {llmc.name = "y"}) {
    %w = llmc.get_weight @w : tensor<8x8xf32>
    %u = llmc.get_weight @u : tensor<8x16xf32>
    %d = llmc.get_weight @d : tensor<16x8xf32>
    %i = llmc.map (%p = %x : tensor<?x?x8xf32>, %q = %r : tensor<1x?x8xf32>) -> tensor<?x?x8xf32> {
      %t = arith.addf %p, %q : f32
      llmc.yield %t : f32
    }
    %n = llmc.norm layer %i axis 2 epsilon 1.0e-5 : tensor<?x?x8xf32> -> tensor<?x?x8xf32> loc("n")
    %aq = llmc.matmul %n, %w : tensor<?x?x8xf32>, tensor<8x8xf32> -> tensor<?x?x8xf32> loc("a/self/q")
    %ak = llmc.matmul %n, %w : tensor<?x?x8xf32>, tensor<8x8xf32> -> tensor<?x?x8xf32> loc("a/self/k")
    %av = llmc.matmul %n, %w : tensor<?x?x8xf32>, tensor<8x8xf32> -> tensor<?x?x8xf32> loc("a/self/v")
    %ao = llmc.attention %aq, %ak, %av score %s () : tensor<?x?x8xf32>, tensor<?x?x8xf32>, tensor<?x?x8xf32> -> tensor<?x?x8xf32> {
      llmc.yield %s : f32
    } loc("a/self/attention")
    %a = llmc.matmul %ao, %w : tensor<?x?x8xf32>, tensor<8x8xf32> -> tensor<?x?x8xf32> loc("a/self/out")
    %m = llmc.map (%p = %a : tensor<?x?x8xf32>, %q = %r : tensor<1x?x8xf32>) -> tensor<?x?x8xf32> {
      %t = arith.addf %p, %q : f32
      llmc.yield %t : f32
    }
    %n2 = llmc.norm layer %m axis 2 epsilon 1.0e-5 : tensor<?x?x8xf32> -> tensor<?x?x8xf32> loc("n2")
    %fh = llmc.matmul %n2, %u : tensor<?x?x8xf32>, tensor<8x16xf32> -> tensor<?x?x16xf32> loc("a/ffn/up")
    %fg = llmc.map (%e = %fh : tensor<?x?x16xf32>) -> tensor<?x?x16xf32> {
      %t = llmc.gelu erf %e : f32
      llmc.yield %t : f32
    }
    %f = llmc.matmul %fg, %d : tensor<?x?x16xf32>, tensor<16x8xf32> -> tensor<?x?x8xf32> loc("a/ffn/down")
    %y = llmc.map (%e0 = %m : tensor<?x?x8xf32>, %e1 = %f : tensor<?x?x8xf32>) -> tensor<?x?x8xf32> {
      %s1 = arith.addf %e0, %e1 : f32
      llmc.yield %s1 : f32
    } loc("add2")
    return %y : tensor<?x?x8xf32>
  }
}

// -----

// What lies in a branch is none, and a layer around one stays.
// CHECK: error: no layer that can go has a node that "layers=1" names; try
module {
  llmc.weight @w : tensor<8x8xf32> from "w.bin" at 0
  llmc.weight @u : tensor<8x16xf32> from "w.bin" at 256
  llmc.weight @d : tensor<16x8xf32> from "w.bin" at 768
  func.func @branch(%x: tensor<?x?x8xf32> {llmc.name = "x", llmc.dims = ["b", "n", "8"]}, %c: i1) -> (tensor<?x?x8xf32> {llmc.name = "y"}) {
    %w = llmc.get_weight @w : tensor<8x8xf32>
    %u = llmc.get_weight @u : tensor<8x16xf32>
    %d = llmc.get_weight @d : tensor<16x8xf32>
    %y = scf.if %c -> (tensor<?x?x8xf32>) {
        %zn1 = llmc.norm layer %x axis 2 epsilon 1.0e-5 : tensor<?x?x8xf32> -> tensor<?x?x8xf32> loc("a/n1")
        %zaq = llmc.matmul %zn1, %w : tensor<?x?x8xf32>, tensor<8x8xf32> -> tensor<?x?x8xf32> loc("a/self/q")
        %zak = llmc.matmul %zn1, %w : tensor<?x?x8xf32>, tensor<8x8xf32> -> tensor<?x?x8xf32> loc("a/self/k")
        %zav = llmc.matmul %zn1, %w : tensor<?x?x8xf32>, tensor<8x8xf32> -> tensor<?x?x8xf32> loc("a/self/v")
        %zao = llmc.attention %zaq, %zak, %zav score %s () : tensor<?x?x8xf32>, tensor<?x?x8xf32>, tensor<?x?x8xf32> -> tensor<?x?x8xf32> {
          llmc.yield %s : f32
        } loc("a/self/attention")
        %za = llmc.matmul %zao, %w : tensor<?x?x8xf32>, tensor<8x8xf32> -> tensor<?x?x8xf32> loc("a/self/out")
        %zm = llmc.map (%e0 = %x : tensor<?x?x8xf32>, %e1 = %za : tensor<?x?x8xf32>) -> tensor<?x?x8xf32> {
          %s1 = arith.addf %e0, %e1 : f32
          llmc.yield %s1 : f32
        } loc("a/add1")
        %zn2 = llmc.norm layer %zm axis 2 epsilon 1.0e-5 : tensor<?x?x8xf32> -> tensor<?x?x8xf32> loc("a/n2")
        %zfh = llmc.matmul %zn2, %u : tensor<?x?x8xf32>, tensor<8x16xf32> -> tensor<?x?x16xf32> loc("a/ffn/up")
        %zfg = llmc.map (%e = %zfh : tensor<?x?x16xf32>) -> tensor<?x?x16xf32> {
          %t = llmc.gelu erf %e : f32
          llmc.yield %t : f32
        }
        %zf = llmc.matmul %zfg, %d : tensor<?x?x16xf32>, tensor<16x8xf32> -> tensor<?x?x8xf32> loc("a/ffn/down")
        %z = llmc.map (%e0 = %zm : tensor<?x?x8xf32>, %e1 = %zf : tensor<?x?x8xf32>) -> tensor<?x?x8xf32> {
          %s1 = arith.addf %e0, %e1 : f32
          llmc.yield %s1 : f32
        } loc("a/add2")
      scf.yield %z : tensor<?x?x8xf32>
    } else {
      scf.yield %x : tensor<?x?x8xf32>
    }
    return %y : tensor<?x?x8xf32>
  }
}
