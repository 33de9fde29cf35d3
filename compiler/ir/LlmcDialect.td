#ifndef LLMC_IR_DIALECT
#define LLMC_IR_DIALECT

include "mlir/IR/OpBase.td"
include "mlir/IR/EnumAttr.td"

def Llmc_Dialect : Dialect {
  let name = "llmc";
  let cppNamespace = "::llmc::ir";
  let summary = "a Transformer graph on tensors";
  let description = [{
    The only graph IR of the compiler: about forty operations whose meaning is fixed by the interpreter in
    `compiler/reference/`. All pointwise maths is one operation, `llmc.map`; all reductions are `llmc.reduce`. Named
    operations exist where a pass or a schedule needs the meaning.

    Tensors are ranked; integers are signless, and operations inside regions choose the sign (`arith.divsi`,
    `arith.divui`). A dynamic size is a formula over the dim symbols of the model's inputs (`batch`, `past + seq`), which
    the function carries as `llmc.dims` on its arguments; `llmc.size` is such a formula as a value.
  }];
  let hasConstantMaterializer = 1;
  let hasOperationAttrVerify = 1;
  let useDefaultAttributePrinterParser = 1;
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::math::MathDialect",
                           "::mlir::tensor::TensorDialect", "::mlir::func::FuncDialect"];
}

// What a tensor may hold. Unsigned integers of ONNX are signless here; the importer picks unsigned operations for them.
def Llmc_Tensor : RankedTensorOf<[I1, I8, I16, I32, I64, F16, BF16, F32, F64]>;
def Llmc_FloatTensor : RankedTensorOf<[F16, BF16, F32, F64]>;
def Llmc_IndexTensor : RankedTensorOf<[I32, I64]>;

#endif
