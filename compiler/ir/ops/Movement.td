#ifndef LLMC_IR_OPS_MOVEMENT
#define LLMC_IR_OPS_MOVEMENT
include "compiler/ir/ops/Base.td"

def Llmc_ReshapeOp : Llmc_MovementOp<"reshape", [DeclareOpInterfaceMethods<Llmc_MixedSizesInterface>]> {
  let summary = "the same elements in row-major order under other sizes";
  let description = [{
    C1: the number of elements stays.

    ```mlir
    %1 = llmc.reshape %0 to [%batch, %seq, 4, 16] : tensor<?x?x64xf32> -> tensor<?x?x4x16xf32>
    ```
  }];
  let arguments = (ins Llmc_Tensor:$input, Variadic<Index>:$sizes, DenseI64ArrayAttr:$static_sizes);
  let results = (outs Llmc_Tensor:$result);
  let assemblyFormat = [{
    $input `to` custom<DynamicIndexList>($sizes, $static_sizes) attr-dict `:` type($input) `->` type($result)
  }];
  let hasFolder = 1;
}

def Llmc_ExpandOp : Llmc_MovementOp<"expand", [DeclareOpInterfaceMethods<Llmc_MixedSizesInterface>]> {
  let summary = "repeats axes of size 1";
  let description = [{
    Broadcasts as in NumPy to exactly these sizes; the input may have fewer axes. Where an axis has size 1 at run time
    it is repeated, otherwise its size must be the given one.

    C1: the rank does not fall.
    C2: each size of the input is 1 or the new size.
  }];
  let arguments = (ins Llmc_Tensor:$input, Variadic<Index>:$sizes, DenseI64ArrayAttr:$static_sizes);
  let results = (outs Llmc_Tensor:$result);
  let assemblyFormat = [{
    $input `to` custom<DynamicIndexList>($sizes, $static_sizes) attr-dict `:` type($input) `->` type($result)
  }];
  let hasFolder = 1;
  let hasCanonicalizer = 1;
}

def Llmc_TransposeOp : Llmc_MovementOp<"transpose"> {
  let summary = "axes in another order: axis i of the result is axis perm[i] of the input";
  let description = [{
    C1: `perm` is a permutation of the input's axes.
  }];
  let arguments = (ins Llmc_Tensor:$input, DenseI64ArrayAttr:$perm);
  let results = (outs Llmc_Tensor:$result);
  let assemblyFormat = "$input `perm` $perm attr-dict `:` type($input) `->` type($result)";
  let hasFolder = 1;
  let hasCanonicalizer = 1;
}

def Llmc_SliceOp : Llmc_MovementOp<"slice", [AttrSizedOperandSegments,
                                              DeclareOpInterfaceMethods<Llmc_MixedSizesInterface>]> {
  let summary = "a regular part of a tensor";
  let description = [{
    Element i along an axis is element `offset + i * step` of the input; steps may be negative. Offsets and sizes are
    final: whatever clamping the model's own operator does has happened before.

    C1: one offset, size and step an axis; no step is 0.
    C2: the part lies inside the input.

    ```mlir
    %1 = llmc.slice %0 [0, %from] [%batch, 16] [1, 1] : tensor<?x64xf32> -> tensor<?x16xf32>
    ```
  }];
  let arguments = (ins Llmc_Tensor:$input, Variadic<Index>:$offsets, Variadic<Index>:$sizes,
                       DenseI64ArrayAttr:$static_offsets, DenseI64ArrayAttr:$static_sizes, DenseI64ArrayAttr:$steps);
  let results = (outs Llmc_Tensor:$result);
  let assemblyFormat = [{
    $input custom<DynamicIndexList>($offsets, $static_offsets) custom<DynamicIndexList>($sizes, $static_sizes) $steps
    attr-dict `:` type($input) `->` type($result)
  }];
  let hasFolder = 1;
}

def Llmc_ConcatOp : Llmc_MovementOp<"concat"> {
  let summary = "tensors one after the other along an axis";
  let description = [{
    C1: at least one operand; the same rank and element type; axis within the rank.
    C2: sizes other than along the axis are equal.
  }];
  let arguments = (ins Variadic<Llmc_Tensor>:$inputs, I64Attr:$axis);
  let results = (outs Llmc_Tensor:$result);
  let assemblyFormat = "$inputs `axis` $axis attr-dict `:` type($inputs) `->` type($result)";
  let hasFolder = 1;
  let hasCanonicalizer = 1;
}

def Llmc_PadOp : Llmc_MovementOp<"pad", [AttrSizedOperandSegments,
                                          DeclareOpInterfaceMethods<Llmc_MixedSizesInterface>]> {
  let summary = "a tensor with a border of one value";
  let description = [{
    C1: one low and one high width an axis, none negative.
    C2: the value is a scalar tensor of the input's element type.
  }];
  let arguments = (ins Llmc_Tensor:$input, Llmc_Tensor:$value, Variadic<Index>:$low, Variadic<Index>:$high,
                       DenseI64ArrayAttr:$static_low, DenseI64ArrayAttr:$static_high);
  let results = (outs Llmc_Tensor:$result);
  let assemblyFormat = [{
    $input `,` $value `low` custom<DynamicIndexList>($low, $static_low) `high` custom<DynamicIndexList>($high, $static_high)
    attr-dict `:` type($input) `,` type($value) `->` type($result)
  }];
}

def Llmc_GatherOp : Llmc_MovementOp<"gather"> {
  let summary = "slices of a tensor along an axis, picked by indices";
  let description = [{
    `result[a.., i.., b..] = data[a.., indices[i..], b..]` where `axis` axes precede. A negative index counts from the
    end; one outside the axis fails the run with a message.

    C1: axis within the rank of data.

    ```mlir
    %1 = llmc.gather %table, %ids axis 0 : tensor<1024x64xf32>, tensor<?x?xi64> -> tensor<?x?x64xf32>
    ```
  }];
  let arguments = (ins Llmc_Tensor:$data, Llmc_IndexTensor:$indices, I64Attr:$axis);
  let results = (outs Llmc_Tensor:$result);
  let assemblyFormat = "$data `,` $indices `axis` $axis attr-dict `:` type($data) `,` type($indices) `->` type($result)";
}

def Llmc_GatherNdOp : Llmc_MovementOp<"gather_nd"> {
  let summary = "slices of a tensor picked by index tuples";
  let description = [{
    `result[a.., i.., b..] = data[a.., indices[a.., i.., :], b..]`: the last axis of indices holds a tuple; the first
    `batch_dims` axes run in step. A negative index counts from the end; one outside its axis fails the run.

    C1: the tuple's length is static and, with `batch_dims`, at most the rank of data.
    C2: `batch_dims` is less than both ranks, and those sizes are equal.
  }];
  let arguments = (ins Llmc_Tensor:$data, Llmc_IndexTensor:$indices, I64Attr:$batch_dims);
  let results = (outs Llmc_Tensor:$result);
  let assemblyFormat = [{
    $data `,` $indices `batch_dims` $batch_dims attr-dict `:` type($data) `,` type($indices) `->` type($result)
  }];
}

def Llmc_IotaOp : Llmc_ShapedOp<"iota", [DeclareOpInterfaceMethods<Llmc_MixedSizesInterface>]> {
  let summary = "0, 1, 2, ... as a vector of i64";
  let description = [{
    ```mlir
    %0 = llmc.iota [%seq] : tensor<?xi64>
    ```
  }];
  let arguments = (ins Variadic<Index>:$sizes, DenseI64ArrayAttr:$static_sizes);
  let results = (outs Llmc_Tensor:$result);
  let assemblyFormat = "custom<DynamicIndexList>($sizes, $static_sizes) attr-dict `:` type($result)";
}

def Llmc_UnfoldOp : Llmc_MovementOp<"unfold"> {
  let summary = "the windows that a convolution sees, as rows of a matrix";
  let description = [{
    `[N, C, spatial..]` becomes `[N, spatial'.., C * window]`: at each place of the window's first corner the elements under
    the window, channel by channel; zero outside the input. A convolution is a contraction of this.

    C1: rank at least 3; one window size, stride, dilation, low and high padding a spatial axis, all positive but padding.
  }];
  let arguments = (ins Llmc_Tensor:$input, DenseI64ArrayAttr:$window, DenseI64ArrayAttr:$strides,
                       DenseI64ArrayAttr:$dilations, DenseI64ArrayAttr:$pad_low, DenseI64ArrayAttr:$pad_high);
  let results = (outs Llmc_Tensor:$result);
  let assemblyFormat = [{
    $input `window` $window `strides` $strides `dilations` $dilations `pad` $pad_low $pad_high attr-dict
    `:` type($input) `->` type($result)
  }];
}

def Llmc_PackOp : Llmc_ShapedOp<"pack"> {
  let summary = "a matrix as panels of columns, the layout that contraction kernels read";
  let description = [{
    `[.., K, N]` becomes `[.., ceil(N / panel), K / group, panel, group]`: panels of `panel` columns; `group` consecutive
    rows lie side by side. Missing columns and rows are zero. Weights are packed when the model is compiled.

    C1: rank at least 2; panel and group positive.
  }];
  let arguments = (ins Llmc_Tensor:$input, I64Attr:$panel, DefaultValuedAttr<I64Attr, "1">:$group);
  let results = (outs Llmc_Tensor:$result);
  let assemblyFormat = "$input `panel` $panel (`group` $group^)? attr-dict `:` type($input) `->` type($result)";
}

#endif
