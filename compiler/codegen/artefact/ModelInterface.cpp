// Names and element types are the model's own where its function carries them.
#include "compiler/codegen/artefact/ModelInterface.h"
#include "compiler/ir/ElementTypes.h"
#include "compiler/ir/States.h"

using namespace mlir;

namespace llmc::codegen {

LogicalResult checkInterface(func::FuncOp model) {
  FunctionType type = model.getFunctionType();
  for (auto [side, types] : {std::pair("input", type.getInputs()), std::pair("output", type.getResults())})
    for (auto [index, each] : llvm::enumerate(types)) {
      auto tensor = dyn_cast<RankedTensorType>(each);
      if (!tensor || !ir::dtypeOf(tensor.getElementType()))
        return model.emitError() << side << " " << index << " of @" << model.getSymName() << " has the type " << each
                                 << "; try: ranked tensors of i1, i8, i16, i32, i64, f16, bf16, f32 or f64";
    }
  return success();
}

static TensorFacts describe(ir::DimAnalysis &dims, Value tensor, std::string name, DictionaryAttr attributes) {
  TensorFacts facts;
  auto dtype = attributes ? attributes.getAs<IntegerAttr>(ir::kDtypeAttr) : IntegerAttr();
  facts.name = std::move(name);
  facts.dtype = dtype ? dtype.getInt() : *ir::dtypeOf(cast<RankedTensorType>(tensor.getType()).getElementType());
  for (const ir::DimExpr &dim : dims.dims(tensor)) {
    facts.dims.push_back(dim.constant().value_or(-1));
    facts.dimTexts.push_back(dim.text());
  }
  return facts;
}

void describeInterface(func::FuncOp model, ir::DimAnalysis &dims, ModelFacts &facts) {
  for (BlockArgument argument : model.getArguments()) {
    unsigned index = argument.getArgNumber();
    facts.inputs.push_back(describe(dims, argument, ir::inputName(model, index), model.getArgAttrDict(index)));
  }
  for (OpOperand &output : model.getBody().front().getTerminator()->getOpOperands()) {
    unsigned index = output.getOperandNumber();
    facts.outputs.push_back(describe(dims, output.get(), ir::outputName(model, index), model.getResultAttrDict(index)));
  }
  for (const ir::State &state : ir::readStates(model))
    facts.states.push_back({state.input, state.output, state.axis});
  facts.caches = ir::readCaches(model);
  facts.sizes = ir::readSizeRules(model, dims);
}

} // namespace llmc::codegen
