#ifndef LLMC_PASSES_QUANTIZATION
#define LLMC_PASSES_QUANTIZATION
include "mlir/Pass/PassBase.td"

def FindByteProducts : Pass<"llmc-find-byte-products", "::mlir::func::FuncOp"> {
  let summary = "multiply the bytes of what is dequantized only to be multiplied";
  let description = [{
    A product of `(a - za) * sa` and `(b - zb) * sb`, where a and b are bytes and the rest does not change along the axis that
    is summed, is `sa * sb` times the product of the bytes, less what the zero points add. That is exact in 32 bits, so it
    is closer to the true value than the sum of rounded floats, and machines are several times as fast at it.

    Both sides may be transposed on the way. The right one is a weight. A sum that could leave 32 bits stays.

    Before, with a zero point on the left:
    ```mlir
    %x = llmc.map (%a = %0 : tensor<?x64xi8>, %z = %za : tensor<i8>, %s = %sa : tensor<f32>) -> tensor<?x64xf32> {
      ... (a - z) * s ...
    }
    %1 = llmc.get_weight @w : tensor<64x32xi8>
    %w = llmc.map (%b = %1 : tensor<64x32xi8>, %s = %sb : tensor<32xf32>) -> tensor<64x32xf32> { ... b * s ... }
    %y = llmc.matmul %x, %w : tensor<?x64xf32>, tensor<64x32xf32> -> tensor<?x32xf32>
    ```
    After:
    ```mlir
    %p = llmc.matmul %0 unsigned, %1 : tensor<?x64xi8>, tensor<64x32xi8> -> tensor<?x32xi32>
    %c = llmc.reduce %1 axes [0] ... -> tensor<1x32xi32>
    %y = llmc.map (%q = %p : ..., %z = %za : ..., %t = %c : ..., %u = %sa : ..., %v = %sb : ...) -> tensor<?x32xf32> {
      ... (q - z * t) * (u * v) ...
    }
    ```
  }];
  let statistics = [Statistic<"numFound", "num-found", "products of bytes">];
}

def FindCodedWeights : Pass<"llmc-find-coded-weights", "::mlir::func::FuncOp"> {
  let summary = "keep weights that are dequantized as codes of a few bits";
  let description = [{
    A product with a weight `(w - z) * s`, of integers that constants and masks on their way hold within 2, 4 or 8 bits,
    reads it through `llmc.decode`: the artefact holds the codes, and no bit of a result changes. Scales and zero points
    belong to blocks of rows, whatever reshapes, transposes and expansions an exporter wrote around them.

    Before, with 16 rows in a block:
    ```mlir
    %q = ... bytes and 15 ... : tensor<48x4x16xi8>
    %m = llmc.map (%a = %q : tensor<48x4x16xi8>, %b = %s : tensor<48x4x1xf32>) -> tensor<48x4x16xf32> { ... (a - 8) * b ... }
    %r = llmc.reshape %m to [48, 64] : tensor<48x4x16xf32> -> tensor<48x64xf32>
    %w = llmc.transpose %r perm [1, 0] : tensor<48x64xf32> -> tensor<64x48xf32>
    %y = llmc.matmul %x, %w : tensor<?x64xf32>, tensor<64x48xf32> -> tensor<?x48xf32>
    ```
    After:
    ```mlir
    %w = llmc.decode %codes scales %scales axis 0 size 64 bits 4 block 16 centered to f32
       : tensor<32x48xi8>, tensor<4x48xf32> -> tensor<64x48xf32>
    ```

    Where the product is `narrow`, blocks are a multiple of 32 rows and zeros are codes, it becomes a product of bytes and codes,
    as that of `int4` is (see llmc-quantize-products): `llmc.coded_matmul`, in panels of `panel` columns.
  }];
  let options = [Option<"panel", "panel", "int64_t", "16", "columns of a panel of codes that bytes are multiplied with">];
  let statistics = [Statistic<"numFound", "num-found", "products of codes">];
}

def NarrowCaches : Pass<"llmc-narrow-caches", "::mlir::ModuleOp"> {
  let summary = "keep the keys and values that a decoder has seen in few bits";
  let description = [{
    Where `rules` say so: `caches=int8`, `caches=fp16` or `caches=bf16`, or PATTERN:caches=int8 and PATTERN:caches=float for the names of inputs,
    of which the last that matches counts. Other rules are those of llmc-quantize-products.

    A cache is an input of floats, and an output that is this input with something behind it, which attention alone reads as keys or
    values. Its input and output become codes. With int8, elements of a row, the key or value of one position of a head, are whole numbers from
    -127 to 127 of a step, which is the 127th part of the largest of them; steps are an input and an output of their own, whose names end in
    `.steps`. What attention reads is decoded where it reads it, also that which is new.

    Before:
    ```mlir
    func.func @f(%past: tensor<?x64xf32> {llmc.name = "past"}, %new: tensor<?x64xf32>, ...) -> (tensor<?x64xf32> {llmc.name = "present"}, ...) {
      %k = llmc.concat %past, %new axis 0 : ...
      ... llmc.attention %q, %k, %v ...
      return %k, ...
    ```
    After:
    ```mlir
    func.func @f(%past: tensor<?x64xi8> {llmc.name = "past"}, %new: tensor<?x64xf32>, ..., %steps: tensor<?x1xf32> {llmc.name = "past.steps"})
        -> (tensor<?x64xi8> {llmc.name = "present"}, ..., tensor<?x1xf32> {llmc.name = "present.steps"}) {
      %s = ... the largest of each row of %new, divided by 127 ...
      %c = ... %new in these steps, rounded ...
      %k = llmc.concat %past, %c axis 0 : tensor<?x64xi8>, tensor<?x64xi8> -> tensor<?x64xi8>
      %t = llmc.concat %steps, %s axis 0 : tensor<?x1xf32>, tensor<?x1xf32> -> tensor<?x1xf32>
      %d = llmc.map (%a = %k : ..., %b = %t : ...) -> tensor<?x64xf32> { ... a * b ... }
      ... llmc.attention %q, %d, %v ...
      return %k, ..., %t
    ```
  }];
  let options = [ListOption<"rules", "rules", "std::string", "what caches become, by the names of inputs">];
  let statistics = [Statistic<"numNarrow", "num-narrow", "caches in few bits">];
}

def QuantizeProducts : Pass<"llmc-quantize-products", "::mlir::ModuleOp"> {
  let summary = "make products of weights products of bf16 or bytes, or store their weights as codes of a few bits";
  let description = [{
    Where `rules` say so: PATTERN=bf16, PATTERN=fp16, PATTERN=int8, PATTERN=int8-static, PATTERN=int4, PATTERN=int8-weights, PATTERN=int4-weights,
    PATTERN=nf4-weights, PATTERN=fp8-weights or PATTERN=float for the names of nodes, of which the last that matches counts; `int8` is
    short for `*=int8`.

    bf16 rounds both sides of a product of f32, and keeps its sums: `llmc.matmul %b, %w.bf16 wide`, where `%b` is `%x`
    rounded to bf16. Attention becomes `narrow`, and a convolution without groups a product of its windows.

    fp16 leaves the left side and stores the weight in f16, in units that are a power of two for each column, so that no number is too
    large or, beside the column's others, too small for it: `llmc.matmul %x, %w.fp16`, times `%w.fp16.units`.

    int8-weights and int4-weights leave products of floats, with a weight that is decoded where it is read: codes with a scale
    and a zero for a block of 128 (int8-weights) or 32 (int4-weights) rows of a column. nf4-weights have levels of NormalFloat and blocks of
    64, fp8-weights floats of 8 bits and one block a column; they have no zeros. `/64` behind such a name, or behind int4, is another size of
    blocks, and `-symmetric` behind that means no zeros for whole numbers either: half of the codes' number is 0.

    `llmc.encode` makes codes when the weights are written; where the module knows how what the weight is multiplied with varies (`llmc.covariances`, see
    llmc-add-probes), it is the products that stay near rather than the weight, and what codes and bytes change for the mean is a row that
    is added to the product.

    int4 multiplies such codes of 4 bits by bytes, `llmc.coded_matmul`, in panels of `panel` columns. The left side has a step for
    each block of 32 columns of each row, or as many as blocks have, found in each run; bytes are as with int8.

    Rows that are picked out of a weight are bf16 with bf16, f16 in units of each row with fp16, codes as those of products with int4, int4-weights, nf4-weights and fp8-weights, in
    blocks along each row, and bytes with a scale and a zero a row otherwise.

    int8 multiplies bytes. Weights have one step a column, found when they are written; the left side has one a row, found
    in each run. Bytes are whole numbers of steps from -127 to 127, rounded to even.

    Before: `llmc.matmul %x, %w`. After, with recipes `w.int8`, `w.int8.steps`, and `w.int8.lift` for the left side being
    stored 128 higher, without signs, as machines multiply bytes:
    ```mlir
    %s = ... the largest absolute value of each row of %x, divided by 127 ... : tensor<?x1xf32>
    %b = ... %x / %s, rounded, plus 128 ... : tensor<?x768xi8>
    %p = llmc.matmul %b unsigned, %w.int8 : tensor<?x768xi8>, tensor<768x768xi8> -> tensor<?x768xi32>
    %y = ... (%p - %w.int8.lift) * (%s * %w.int8.steps) ... : tensor<?x768xf32>
    ```

    int8-static multiplies bytes, too, but a left side has steps and centers for its columns, which are known: what data have told
    (`llmc.extents`) and the weights that meet it decide on them (`llmc.balance`). Rows of weights are multiplied by the steps
    before they are rounded, so the sizes of columns, which differ much in Transformers, cost neither side much. Numbers beyond
    what was seen become the largest. With %w of @w.int8.static, of the weight and the steps:
    ```mlir
    %b = ... %x * %w.int8.scales + %w.int8.offsets, rounded ... : tensor<?x768xi8>
    %p = llmc.matmul %b unsigned, %w : tensor<?x768xi8>, tensor<768x768xi8> -> tensor<?x768xi32>
    %y = ... (%p - %w.lift) * %w.steps + %w.bias ... : tensor<?x768xf32>
    ```
    The bias is such that the mean of what was seen gives what it gave before. Where moments are known, weights of bytes
    are rounded by them, with int8-static by those about the means (`llmc.covariances`).
  }];
  let options = [ListOption<"rules", "rules", "std::string", "which products, PATTERN=bf16, fp16, int8, int8-static, int4, int8-weights, int4-weights, nf4-weights, fp8-weights or float each">,
                 Option<"panel", "panel", "int64_t", "16", "columns of a panel of codes that bytes are multiplied with">];
  let statistics = [Statistic<"numQuantized", "num-quantized", "products of bytes or of codes now">];
}

def SwitchProducts : Pass<"llmc-switch-products", "::mlir::ModuleOp"> {
  let summary = "keep what quantization changes beside what it makes of it, and let each run choose";
  let description = [{
    For what `rules` of llmc-quantize-products name, which comes next. Another input, the last one, has an element for each
    of the operations: true takes what quantization makes. Those whose nodes have a name in common have one together, since
    rules can't tell them apart. The function says in `llmc.switches` what the elements stand for.

    Before:
    ```mlir
    func.func @main(%x: tensor<?x64xf32>) -> tensor<?x32xf32> {
      %y = llmc.matmul %x, %w : tensor<?x64xf32>, tensor<64x32xf32> -> tensor<?x32xf32>
    ```
    After:
    ```mlir
    func.func @main(%x: tensor<?x64xf32>, %switches: tensor<1xi1>) -> tensor<?x32xf32> {
      %k = llmc.matmul %x, %w {llmc.kept} : tensor<?x64xf32>, tensor<64x32xf32> -> tensor<?x32xf32>
      %n = llmc.matmul %x, %w : tensor<?x64xf32>, tensor<64x32xf32> -> tensor<?x32xf32>
      %s = llmc.slice %switches [0] [1] [1] : tensor<1xi1> -> tensor<1xi1>
      %y = llmc.map (%c = %s : ..., %a = %n : ..., %b = %k : ...) -> tensor<?x32xf32> { ... select %c, %a, %b ... }
    ```
  }];
  let options = [ListOption<"rules", "rules", "std::string", "those of llmc-quantize-products">];
  let statistics = [Statistic<"numSwitches", "num-switches", "elements of the input">];
}

def AddProbes : Pass<"llmc-add-probes", "::mlir::ModuleOp"> {
  let summary = "make a model give what calibration wants to know, in place of its outputs";
  let description = [{
    For products of weights that `rules` of llmc-quantize-products turn into products of bytes or codes: how columns of their left
    sides X, whose rows are those of all batches, vary together, second moments about the means behind rows of the number and the
    mean. For those of int8-static also how far columns of X extend, a row each of the least element, the greatest, the number
    of elements, their mean, and the sum of squares of what they differ from it. For those that pruning has marked
    (`llmc.measured`) the second moments X^T X. Products with one left side share all of that; where one weight is multiplied with several,
    X is the rows of all. A result says by `llmc.moments_of`, `llmc.extents_of` or `llmc.covariances_of` which weights it is for.

    Results that measure something already (`llmc.changes_of`, see llmc-prune-layers) stay, and come first.

    `skip` leaves out that many results; from there on they are added until they take more than `most-bytes`, one at least.
    The function says how many are left by `llmc.probes_left`. Weights with more rows than fit into `most-bytes` have no
    moments.

    Before:
    ```mlir
    func.func @main(%x: tensor<?x?x64xf32>) -> tensor<?x?x32xf32> {
      %w = llmc.get_weight @w : tensor<64x32xf32>
      %y = llmc.matmul %x, %w : tensor<?x?x64xf32>, tensor<64x32xf32> -> tensor<?x?x32xf32>
    ```
    After:
    ```mlir
    // where pruning has marked the product
    func.func @main(%x: tensor<?x?x64xf32>) -> (tensor<64x64xf32> {llmc.moments_of = ["w"]}) {
      %r = llmc.reshape %x to [%n, 64] : tensor<?x?x64xf32> -> tensor<?x64xf32>
      %t = llmc.transpose %r perm [1, 0] : tensor<?x64xf32> -> tensor<64x?xf32>
      %m = llmc.matmul %t, %r : tensor<64x?xf32>, tensor<?x64xf32> -> tensor<64x64xf32>
    ```
  }];
  let options = [ListOption<"rules", "rules", "std::string", "those of llmc-quantize-products">,
                 Option<"skip", "skip", "int64_t", "0", "how many results to leave out">,
                 Option<"mostBytes", "most-bytes", "int64_t", "1073741824", "how much memory results may take">];
  let statistics = [Statistic<"numProbes", "num-probes", "results that were added">];
}
#endif
