// How the sums of a register tile go through the kernel's epilogue. Where its code is short they do so at once, from
// registers, with code for each of them and for each height of a tile. Where it is long they wait in the memory of the
// thread, and one loop takes them all: the code stands once.
#ifndef LLMC_COMPILER_CODEGEN_CPU_LOWERING_TILEEPILOGUE_H
#define LLMC_COMPILER_CODEGEN_CPU_LOWERING_TILEEPILOGUE_H

#include "compiler/codegen/cpu/vectors/VectorPanel.h"

namespace llmc::codegen::cpu {

class TileEpilogue {
public:
  /// Of a contraction with tiles of at most rows x vectors sums.
  TileEpilogue(KernelFrame &frame, mlir::Operation *contraction, mlir::Type sum, int64_t rows, int64_t vectors,
               int64_t lanes);
  /// Of one whose rows x vectors sums wait in any case, until what is still to be added to them has come.
  TileEpilogue(KernelFrame &frame, mlir::Type sum, const ir::DimExpr &rows, int64_t vectors);

  /// Whether sums wait.
  bool isApart() const { return waiting.has_value(); }
  void put(mlir::OpBuilder &builder, mlir::Value row, int64_t vector, mlir::Value sum);
  mlir::Value get(mlir::OpBuilder &builder, mlir::Value row, int64_t vector);
  /// Where the sums of a tile wait.
  VectorPanel &panel() { return *waiting; }
  /// Hands over the sums of a tile, by their row and vector in it.
  using Finish = llvm::function_ref<void(mlir::OpBuilder &, mlir::Value row, mlir::Value vector, mlir::Value sum)>;
  void forEach(mlir::OpBuilder &builder, mlir::Value rows, mlir::Value vectors, Finish finish);
  void forEach(mlir::OpBuilder &builder, mlir::Value rows, int64_t vectors, Finish finish) {
    forEach(builder, rows, frame.constant(vectors), finish);
  }

private:
  KernelFrame &frame;
  int64_t lanes;
  std::optional<VectorPanel> waiting;
};

} // namespace llmc::codegen::cpu

#endif
