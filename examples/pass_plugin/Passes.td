include "mlir/Pass/PassBase.td"

def SkipSoftmaxBeforeArgmax : Pass<"skip-softmax-before-argmax", "::mlir::func::FuncOp"> {
  let summary = "find the largest element before a softmax instead of behind it";
  let description = [{
    Before: `%p = llmc.softmax %x axis 1`, `%i = llmc.arg_reduce %p axis 1`. After: `%i = llmc.arg_reduce %x axis 1`.
    Softmax keeps the order of the elements along its axis. What nobody else reads then disappears.

    Exact but for ties that rounding makes, and for rows with NaN: elements that hardly differ may get equal
    probabilities, of which the first wins; without the softmax the larger element does. The smallest element is left
    alone: a softmax rounds many small elements to the same 0.
  }];
  let options = [Option<"narrow", "narrow", "bool", "false",
                        "also where probabilities have 16 bits, of which rounding makes many equal">];
}
