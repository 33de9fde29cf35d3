// Maths becomes polynomials where those are accurate, so that it vectorizes; the rest calls libm.
#include "compiler/codegen/cpu/LlvmLowering.h"
#include "compiler/ir/LlmcDialect.h"
#include "mlir/Conversion/ArithToLLVM/ArithToLLVM.h"
#include "mlir/Conversion/ControlFlowToLLVM/ControlFlowToLLVM.h"
#include "mlir/Conversion/FuncToLLVM/ConvertFuncToLLVMPass.h"
#include "mlir/Conversion/IndexToLLVM/IndexToLLVM.h"
#include "mlir/Conversion/MathToLLVM/MathToLLVM.h"
#include "mlir/Conversion/MathToLibm/MathToLibm.h"
#include "mlir/Conversion/ReconcileUnrealizedCasts/ReconcileUnrealizedCasts.h"
#include "mlir/Conversion/SCFToControlFlow/SCFToControlFlow.h"
#include "mlir/Conversion/UBToLLVM/UBToLLVM.h"
#include "mlir/Conversion/VectorToLLVM/ConvertVectorToLLVMPass.h"
#include "mlir/Dialect/Arith/Transforms/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Math/Transforms/Passes.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;

namespace llmc::codegen::cpu {

/// sin and cos stay with libm: their polynomials lose all digits for the large angles of rotary embeddings.
static bool hasAccuratePolynomial(StringRef name) {
  return llvm::is_contained({"math.exp", "math.expm1", "math.erf", "math.tanh", "math.log", "math.log1p", "math.log2"},
                            name);
}

/// x/2 * (1 + erf(x / sqrt(2))), or the approximation of it by tanh.
struct SpellOutGelu : OpRewritePattern<ir::GeluOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(ir::GeluOp gelu, PatternRewriter &rewriter) const override {
    ImplicitLocOpBuilder builder(gelu.getLoc(), rewriter);
    Value x = gelu.getX();
    auto constant = [&](double value) -> Value {
      TypedAttr attribute = builder.getFloatAttr(getElementTypeOrSelf(x), value);
      if (auto vector = dyn_cast<ShapedType>(x.getType()))
        attribute = DenseElementsAttr::get(vector, attribute);
      return arith::ConstantOp::create(builder, attribute);
    };
    auto mul = [&](Value a, Value b) -> Value { return arith::MulFOp::create(builder, a, b); };
    auto add = [&](Value a, Value b) -> Value { return arith::AddFOp::create(builder, a, b); };
    Value probability;
    if (gelu.getKind() == ir::GeluKind::Erf) {
      probability = math::ErfOp::create(builder, mul(x, constant(M_SQRT1_2)));
    } else {
      Value cube = mul(mul(x, x), x), inner = add(x, mul(constant(0.044715), cube));
      probability = math::TanhOp::create(builder, mul(constant(M_2_SQRTPI * M_SQRT1_2), inner));
    }
    rewriter.replaceOp(gelu, mul(mul(constant(0.5), x), add(constant(1), probability)));
    return success();
  }
};

LogicalResult lowerToLlvm(ModuleOp code) {
  RewritePatternSet patterns(code.getContext());
  patterns.add<SpellOutGelu>(code.getContext());
  populateMathPolynomialApproximationPatterns(patterns, hasAccuratePolynomial);
  if (failed(applyPatternsGreedily(code, std::move(patterns))))
    return failure();
  PassManager pm(code.getContext());
  pm.addPass(createCSEPass());
  arith::ArithExpandOpsPassOptions expand;
  expand.includeBf16 = true; // LLVM would call a library that artefacts do not have
  pm.addPass(arith::createArithExpandOpsPass(expand));
  pm.addPass(createSCFToControlFlowPass());
  pm.addPass(createConvertVectorToLLVMPass());
  pm.addPass(createConvertMathToLLVMPass());
  pm.addPass(createConvertMathToLibmPass());
  pm.addPass(createConvertVectorToLLVMPass()); // libm's calls took vectors apart
  pm.addPass(createUBToLLVMConversionPass());
  pm.addPass(createArithToLLVMConversionPass());
  pm.addPass(createConvertIndexToLLVMPass());
  pm.addPass(createConvertControlFlowToLLVMPass());
  pm.addPass(createConvertFuncToLLVMPass());
  pm.addPass(createReconcileUnrealizedCastsPass());
  return pm.run(code);
}

} // namespace llmc::codegen::cpu
