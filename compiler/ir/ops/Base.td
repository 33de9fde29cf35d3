#ifndef LLMC_IR_OPS_BASE
#define LLMC_IR_OPS_BASE

include "compiler/ir/LlmcDialect.td"
include "compiler/ir/LlmcInterfaces.td"
include "mlir/IR/BuiltinAttributes.td"
include "mlir/IR/SymbolInterfaces.td"
include "mlir/IR/OpAsmInterface.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "mlir/Interfaces/ControlFlowInterfaces.td"

// What each operation of the dialect has: `evaluate`, its meaning, which is defined in compiler/reference/ops. One that is
// missing does not link.
defvar llmcTraits = [DeclareOpInterfaceMethods<Llmc_EvaluateInterface>];

class Llmc_Op<string mnemonic, list<Trait> traits = []>
    : Op<Llmc_Dialect, mnemonic, !listconcat(traits, llmcTraits)>;

// An operation with one tensor result whose element type and sizes follow from its operands. It implements one
// function, `inferShape`; type inference, verification of the declared type and symbolic shapes all call it. For
// operations of plugins, in dialects of their own.
class Llmc_ShapedOpOf<Dialect dialect, string mnemonic, list<Trait> traits = []>
    : Op<dialect, mnemonic, !listconcat(traits, [
        Pure, DeclareOpInterfaceMethods<InferTypeOpInterface, ["inferReturnTypes"]>,
        DeclareOpInterfaceMethods<Llmc_InferDimsInterface>])> {
  code shapeDeclaration = [{
    /// Sizes and element type of the result; operands and attributes may be unverified. See InferDimsInterface.
    static ::llvm::LogicalResult inferShape(Adaptor op, ::llmc::ir::DimOracle &oracle, ::llmc::ir::ShapedResult &result);
    static bool isCompatibleReturnTypes(::mlir::TypeRange inferred, ::mlir::TypeRange declared) {
      return ::llmc::ir::areCompatibleTypes(inferred, declared);
    }
  }];
  let extraClassDeclaration = shapeDeclaration;
  let extraClassDefinition = [{
    ::llvm::LogicalResult $cppClass::inferReturnTypes(
        ::mlir::MLIRContext *context, std::optional<::mlir::Location> location, ::mlir::ValueRange operands,
        ::mlir::DictionaryAttr attributes, ::mlir::OpaqueProperties properties, ::mlir::RegionRange regions,
        ::llvm::SmallVectorImpl<::mlir::Type> &types) {
      Adaptor adaptor(operands, attributes, properties, regions);
      ::llmc::ir::TypeOracle oracle(location);
      ::llmc::ir::ShapedResult result;
      if (::mlir::failed(inferShape(adaptor, oracle, result)))
        return ::mlir::failure();
      types.push_back(result.type());
      return ::mlir::success();
    }
    ::llvm::LogicalResult $cppClass::inferDims(::llmc::ir::DimOracle &oracle,
                                               ::llvm::SmallVectorImpl<::llmc::ir::DimVector> &dims) {
      ::llmc::ir::ShapedResult result;
      if (::mlir::failed(inferShape(Adaptor(*this), oracle, result)))
        return ::mlir::failure();
      dims.push_back(std::move(result.dims));
      return ::mlir::success();
    }
  }];
}

class Llmc_ShapedOp<string mnemonic, list<Trait> traits = []>
    : Llmc_ShapedOpOf<Llmc_Dialect, mnemonic, !listconcat(traits, llmcTraits)>;

// See AnchorInterface and MovementInterface, whose methods stand in the .cpp of the family.
class Llmc_AnchorOp<string mnemonic, list<Trait> traits = []>
    : Llmc_ShapedOp<mnemonic, !listconcat(traits, [DeclareOpInterfaceMethods<Llmc_AnchorInterface>])>;
class Llmc_MovementOp<string mnemonic, list<Trait> traits = []>
    : Llmc_ShapedOp<mnemonic, !listconcat(traits, [DeclareOpInterfaceMethods<Llmc_MovementInterface>])>;

#endif
