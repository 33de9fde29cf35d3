#ifndef LLMC_PASSES_PRUNING
#define LLMC_PASSES_PRUNING
include "mlir/Pass/PassBase.td"

def PruneChannels : Pass<"llmc-prune-channels", "::mlir::ModuleOp"> {
  let summary = "take hidden channels out of feed-forwards";
  let description = [{
    Where `rules` say so: PATTERN:channels=SHARE or PATTERN:channels=keep for the names of nodes, of which the last that matches
    counts; `channels=SHARE` is for all. A channel is a column of the weights of one product or several, goes through maps and
    movement that keep channels apart, and ends as a row of the weights of products that sum over them; nobody else sees
    it. Those stay for which the norm of these columns and their biases, times that of these rows, is the largest; weights that
    are multiplied, as those of a gate, count as a product.

    Where the module has second moments of what those products are multiplied with (`llmc.moments`, see llmc-add-probes), a channel counts
    as much as its rows give on the data instead, and the rows that stay are changed to make up for the others (`llmc.refit`). With
    `marks` nothing goes: the products are marked (`llmc.measured`) for such moments to be taken.

    Which they are is found when weights are written: their indices are a recipe, as are the weights without the others. How
    many stay follows from the share, as a multiple of `multiple`, and all sizes with it.

    Before:
    ```mlir
    %h = llmc.matmul %x, %up : tensor<?x768xf32>, tensor<768x3072xf32> -> tensor<?x3072xf32>
    %g = llmc.map (%a = %h : ..., %b = %bias : tensor<3072xf32>) -> tensor<?x3072xf32> { ... }
    %y = llmc.matmul %g, %down : tensor<?x3072xf32>, tensor<3072x768xf32> -> tensor<?x768xf32>
    ```
    After, with `channels=0.5`:
    ```mlir
    %k = llmc.largest %importance count 1536 : tensor<3072xf64> -> tensor<1536xi64>
    %u = llmc.gather %up, %k axis 1 : tensor<768x3072xf32>, tensor<1536xi64> -> tensor<768x1536xf32>
    %c = llmc.gather %bias, %k axis 0 : ...
    %d = llmc.gather %down, %k axis 0 : ...
    %h = llmc.matmul %x, %u : tensor<?x768xf32>, tensor<768x1536xf32> -> tensor<?x1536xf32>
    %g = llmc.map (%a = %h : ..., %b = %c : tensor<1536xf32>) -> tensor<?x1536xf32> { ... }
    %y = llmc.matmul %g, %d : tensor<?x1536xf32>, tensor<1536x768xf32> -> tensor<?x768xf32>
    ```
  }];
  let options = [ListOption<"rules", "rules", "std::string", "which channels, PATTERN:channels=SHARE each">,
                 Option<"multiple", "multiple", "int64_t", "16", "what the number of those that stay is a multiple of">,
                 Option<"marks", "marks", "bool", "false", "mark the products that sum over channels instead">];
  let statistics = [Statistic<"numPruned", "num-pruned", "feed-forwards that have lost channels">];
}

def PruneHeads : Pass<"llmc-prune-heads", "::mlir::ModuleOp"> {
  let summary = "take heads out of attention";
  let description = [{
    Where `rules` say so, as with `llmc-prune-channels`: PATTERN:heads=SHARE. A head is a part of the columns of the weights that
    make queries, keys and values, an axis of `llmc.attention`, and a part of the rows of the weight behind it. Rotary
    embeddings and norms of single heads keep heads apart, so these go through them. Query heads that share keys and values
    go together with them. Where these are kept in a cache, which inputs and outputs show, some query heads of each group go.

    Those stay for which the norm of the columns that make values, times that of the rows behind them, is the largest: a
    head for which that is zero changes nothing. Moments and `marks` are as with `llmc-prune-channels`.
  }];
  let options = [ListOption<"rules", "rules", "std::string", "which heads, PATTERN:heads=SHARE each">,
                 Option<"marks", "marks", "bool", "false", "mark the products that sum over heads instead">];
  let statistics = [Statistic<"numPruned", "num-pruned", "attentions that have lost heads">];
}

def PruneLayers : Pass<"llmc-prune-layers", "::mlir::ModuleOp"> {
  let summary = "take whole layers out";
  let description = [{
    Where `rules` say so, as with `llmc-prune-channels`: PATTERN:layers=drop takes the layers that have a node of such a name, layers=2 so
    many and layers=0.25 a share of those that no later rule is for. A layer is what lies between two tensors of the same sizes
    along a residual stream: an attention that is added to what it reads, perhaps others behind it, and a feed-forward that is,
    or both added at once; with norms in front of them or behind the sums. Whoever read its end reads its beginning then, and what
    nobody needs goes. Keys and values of it that are outputs of the model are computed as before. A layer stays where anything else
    is read elsewhere, or where a branch stands in it; layers within branches are none.

    How many of them go is known from the rules, which ones from data: the mean change of each layer is on the module (`llmc.changes`), 1 less
    the cosine of the rows that go in and come out. Those go that change least. With `marks` nothing goes: results that measure
    changes are added to the function (`llmc.changes_of`).

    Before, with `llmc.changes = array<f64: 0.2, 0.05>` and the second of two layers:
    ```mlir
    %a = llmc.map (%p = %x : tensor<?x64xf32>, %q = %attended : tensor<?x64xf32>) -> tensor<?x64xf32> { ... add ... }
    %n = llmc.norm layer %a ...
    %h = llmc.matmul %n, %up : ...
    %f = llmc.matmul %h, %down : ...
    %y = llmc.map (%p = %a : tensor<?x64xf32>, %q = %f : tensor<?x64xf32>) -> tensor<?x64xf32> { ... add ... }
    return %y
    ```
    After, with `layers=1`:
    ```mlir
    return %x
    ```
  }];
  let options = [ListOption<"rules", "rules", "std::string", "which layers, PATTERN:layers=drop or layers=NUMBER each">,
                 Option<"marks", "marks", "bool", "false", "measure how much layers change instead">];
  let statistics = [Statistic<"numPruned", "num-pruned", "layers that are gone">];
}

def PruneBlocks : Pass<"llmc-prune-blocks", "::mlir::ModuleOp"> {
  let summary = "put zeros into weights, in blocks";
  let description = [{
    Where `rules` say so, as with `llmc-prune-channels`: PATTERN:blocks=SHARE, for products of weights. A block is some rows of a
    weight by the columns of one panel; each panel keeps as many. How many rows a block has is what instructions take at once: `groups` say it
    by the names of nodes, it is 1 for others.

    Which blocks stay is found when weights are written (`llmc.sparsify`): those with the largest norms, or with moments, as
    `llmc-prune-channels` knows them, those that count most for the product, which are changed to make up for the others. What is known of
    the zeros stays with the product. `marks` is as with `llmc-prune-channels`.

    Before:
    ```mlir
    %y = llmc.matmul %x, %w : tensor<?x768xf32>, tensor<768x3072xf32> -> tensor<?x3072xf32>
    ```
    After, with `blocks=0.75`, where `%s` is a weight with the recipe `llmc.sparsify %w rows 1 columns 16 keep 192 of 768`:
    ```mlir
    %y = llmc.matmul %x, %s {llmc.blocks = #llmc.blocks<rows = 1, columns = 16, count = 192>}
       : tensor<?x768xf32>, tensor<768x3072xf32> -> tensor<?x3072xf32>
    ```
  }];
  let options = [ListOption<"rules", "rules", "std::string", "which products, PATTERN:blocks=SHARE each">,
                 ListOption<"groups", "groups", "std::string", "rows of a block, PATTERN=ROWS each">,
                 Option<"panel", "panel", "int64_t", "16", "columns of a panel">,
                 Option<"marks", "marks", "bool", "false", "mark the products instead">];
  let statistics = [Statistic<"numPruned", "num-pruned", "weights that have lost blocks">];
}

def PruneWeights : Pass<"llmc-prune-weights", "::mlir::ModuleOp"> {
  let summary = "put zeros into weights, number by number";
  let description = [{
    Where `rules` say so, as with `llmc-prune-channels`: PATTERN:weights=SHARE, for products of weights, takes as many numbers from each
    column of a weight; PATTERN:weights=N:M leaves N of each M rows of it. Which ones is found when weights are written (`llmc.sparsify`),
    as with `llmc-prune-blocks`, and so are moments and `marks`. Products stay as they are: zeros that lie anywhere are multiplied.

    Before:
    ```mlir
    %y = llmc.matmul %x, %w : tensor<?x768xf32>, tensor<768x3072xf32> -> tensor<?x3072xf32>
    ```
    After, with `weights=2:4`, where `%s` is a weight with the recipe `llmc.sparsify %w rows 1 columns 1 keep 2 of 4`:
    ```mlir
    %y = llmc.matmul %x, %s : tensor<?x768xf32>, tensor<768x3072xf32> -> tensor<?x3072xf32>
    ```
  }];
  let options = [ListOption<"rules", "rules", "std::string", "which products, PATTERN:weights=SHARE or N:M each">,
                 Option<"marks", "marks", "bool", "false", "mark the products instead">];
  let statistics = [Statistic<"numPruned", "num-pruned", "weights that have lost numbers">];
}

def FindZeros : Pass<"llmc-find-zeros", "::mlir::ModuleOp"> {
  let summary = "find out which weights have zeros in whole blocks";
  let description = [{
    Where `rules` say so, PATTERN:zeros, for products of weights; `groups` and `panel` are as with `llmc-prune-blocks`. What was counted in
    weights stands on the module (`llmc.zeros`), since passes see no data; where it does not, all blocks may hold numbers. Products
    that are known to have zeros in blocks (`llmc.blocks`) are left as they are.

    Before, in a module with `llmc.zeros = {w = [#llmc.blocks<rows = 1, columns = 16, count = 192>]}`:
    ```mlir
    %w = llmc.get_weight @w : tensor<768x3072xf32>
    %y = llmc.matmul %x, %w : tensor<?x768xf32>, tensor<768x3072xf32> -> tensor<?x3072xf32>
    ```
    After:
    ```mlir
    %w = llmc.get_weight @w : tensor<768x3072xf32>
    %y = llmc.matmul %x, %w {llmc.blocks = #llmc.blocks<rows = 1, columns = 16, count = 192>}
       : tensor<?x768xf32>, tensor<768x3072xf32> -> tensor<?x3072xf32>
    ```
  }];
  let options = [ListOption<"rules", "rules", "std::string", "which products, PATTERN:zeros each">,
                 ListOption<"groups", "groups", "std::string", "rows of a block, PATTERN=ROWS each">,
                 Option<"panel", "panel", "int64_t", "16", "columns of a panel">];
  let statistics = [Statistic<"numFound", "num-found", "products whose weights have zeros in blocks">];
}
#endif
