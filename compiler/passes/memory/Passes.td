#ifndef LLMC_PASSES_MEMORY
#define LLMC_PASSES_MEMORY
include "mlir/Pass/PassBase.td"

def FindStates : Pass<"llmc-find-states", "::mlir::func::FuncOp"> {
  let summary = "note inputs that runs only append to";
  let description = [{
    An output that is an input with something behind it, along an axis whose size is a symbol of its own, is what the next
    run is given as that input: the keys and values of attention. A context may keep both in one memory with room for
    more. Kernels then read it where it lies, with the room between its rows, and the one that makes the output stores
    only what is new.

    It is a state when the kernel that makes the output does only this, nobody else reads the input, each view of the
    output keeps the axis with all that lies within a position, and no size but lengths of states follows from its sizes.

    Before:
    ```mlir
    func.func @f(%past: ... {llmc.dims = ["b", "past", "64"]}, %new: ... {llmc.dims = ["b", "n", "64"]}) {
      %0 = llmc.kernel concat (%p = %past : ..., %q = %new : ...) ... { ... llmc.concat %p, %q axis 1 ... }
      return %0
    ```
    After: `llmc.states = [ {axis = 1, input = 0, output = 0} ]` on the function.
  }];
  let statistics = [Statistic<"numStates", "num-states", "inputs that are states">];
}

def PlanArena : Pass<"llmc-plan-arena", "::mlir::func::FuncOp"> {
  let summary = "give each intermediate tensor a place in one arena";
  let description = [{
    Lifetimes are ranges of kernels; reshapes share their operand's place. Tensors whose lifetimes meet must not overlap.
    Sizes are formulas, so the plan is a relation: each place (`llmc.slots` on the function) has a size and a list of the
    places below it; its offset is the largest end among those. The order is found by best fit at typical sizes and is
    valid for all sizes. Model outputs are written straight into the caller's buffers.

    A result takes over the place of an operand that no later kernel reads (nor a view of it) when the kernel reads each
    of its elements only before it writes the result of the same position: pointwise maps, the residual of an epilogue,
    the row of a norm or softmax. Such a place is alive from its first tensor to the last use of its last one, and the
    lower bound (most bytes alive at once) counts it once: it is what any layout of these places needs.

    Before and after, the second kernel in place:
    ```mlir
    %1 = llmc.kernel packed_matmul (%x = %0 : ...) ...
    %2 = llmc.kernel map (%y = %1 : ...) ...

    // llmc.slots = [ {below = array<i64>, bytes = "256 * n", live = array<i64: 0, 2>} ]
    %1 = llmc.kernel packed_matmul (%x = %0 : ...) ... {places = [#llmc.place<arena 0>]}
    %2 = llmc.kernel map (%y = %1 : ...) ... {places = [#llmc.place<arena 0>]}
    ```

    Each result of a kernel has a place: one of the arena, or an output of the model.
  }];
  let options = [Option<"typicalSize", "typical-size", "int64_t", "128", "value of unbounded symbols for finding the order">];
  let statistics = [Statistic<"numInPlace", "num-in-place", "results written over an operand">];
}
#endif
