include "mlir/Pass/PassBase.td"

def LowerRotate : Pass<"rope-lower-rotate", "::mlir::func::FuncOp"> {
  let summary = "write rope.rotate with operations of llmc";
  let description = [{
    Before: `%1 = rope.rotate %0, %cos, %sin`. After: two slices of `%0`, two maps and a `llmc.concat`, which fuse with
    what stands around them.
  }];
  let dependentDialects = ["::llmc::ir::LlmcDialect", "::mlir::arith::ArithDialect"];
}
