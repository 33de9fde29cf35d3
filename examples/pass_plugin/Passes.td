include "mlir/Pass/PassBase.td"

def SkipSoftmaxBeforeArgmax : Pass<"skip-softmax-before-argmax", "::mlir::func::FuncOp"> {
  let summary = "find the largest element before a softmax instead of behind it";
  let description = [{
    Before: `%p = llmc.softmax %x axis 1`, `%i = llmc.arg_reduce %p axis 1`. After: `%i = llmc.arg_reduce %x axis 1`.
    Softmax keeps the order of the elements along its axis. What nobody else reads then disappears.

    The smallest element is left alone: a softmax rounds many small elements to the same 0.
  }];
}
