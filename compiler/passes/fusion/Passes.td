#ifndef LLMC_PASSES_FUSION
#define LLMC_PASSES_FUSION
include "mlir/Pass/PassBase.td"

def FuseNorms : Pass<"llmc-fuse-norms", "::mlir::func::FuncOp"> {
  let summary = "find layer and root-mean-square norms in their spellings";
  let description = [{
    Before: mean of squares by `llmc.reduce`, then maps that add epsilon, take the root and multiply.
    After: `llmc.norm rms`. The order of operands, `x * 1/sqrt(v)` or `x / sqrt(v)`, and casts around do not matter.
  }];
  let statistics = [Statistic<"numFused", "num-fused", "norms found">];
}

def FuseGelus : Pass<"llmc-fuse-gelus", "::mlir::func::FuncOp"> {
  let summary = "find GELU in its spellings";
  let description = [{
    Before: `0.5 * x * (1 + erf(x / sqrt(2)))` or the approximation by tanh in the region of a map, factors and terms in
    any order and nesting. After: `llmc.gelu`. The constants have to be as exact as their type allows: others make another
    function.
  }];
  let statistics = [Statistic<"numFused", "num-fused", "GELUs found">];
}

def FuseSoftmax : Pass<"llmc-fuse-softmax", "::mlir::func::FuncOp"> {
  let summary = "find softmax in its spellings";
  let description = [{
    Before: `exp(x - max(x))` divided by its sum along the same axis. After: `llmc.softmax`.
  }];
  let statistics = [Statistic<"numFused", "num-fused", "softmaxes found">];
}

def FuseAttention : Pass<"llmc-fuse-attention", "::mlir::func::FuncOp"> {
  let summary = "find attention in its spellings";
  let description = [{
    Before: `softmax(map(q * transpose(k)))`, perhaps cast or guarded against NaN, times `v`, with batch axes spelled in any
    way. After: `llmc.attention`, whose region is the map. Keys and values that are repeated for groups of query heads are
    read as they are, masks that follow from few numbers (causal ones, windows, padding) are computed from these in the
    region, and scales of queries or keys move before the transposes and reshapes that split them into heads.
  }];
  let options = [Option<"records", "records", "bool", "false", "note on each softmax that is left why it is not attention">];
  let statistics = [Statistic<"numFused", "num-fused", "attentions found">];
}

def FuseMaps : Pass<"llmc-fuse-maps", "::mlir::func::FuncOp"> {
  let summary = "merge chains of pointwise maths into one map";
  let description = [{
    A map whose only user is a map over the same sizes moves into it.

    Before: `%1 = map exp(%0)`, `%2 = map add(%1, %b)`. After: `%2 = map add(exp(%0), %b)`.
  }];
  let statistics = [Statistic<"numFused", "num-fused", "maps merged">];
}
#endif
