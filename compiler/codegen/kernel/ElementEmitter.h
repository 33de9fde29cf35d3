// Emits the code that computes one element, or one vector of elements, of any tensor inside a kernel, by following its
// producers down to the kernel's operands. Movement becomes index arithmetic, maps become scalar or vector code; so any
// chain of them is fused by construction. Anchors (contractions, reductions) are computed by the loops around, which
// bind their values first, each at its position; whether nobody asks for others is known before (Epilogue.h).
#ifndef LLMC_COMPILER_CODEGEN_KERNEL_ELEMENTEMITTER_H
#define LLMC_COMPILER_CODEGEN_KERNEL_ELEMENTEMITTER_H

#include "compiler/codegen/kernel/KernelFrame.h"

namespace llmc::codegen {

/// A position along one axis. Lane l of a vector stands at base + l * step; or, when `base` is a vector, at its lane l.
struct Index {
  mlir::Value base;
  int64_t step = 0;

  bool isVector() const { return mlir::isa<mlir::VectorType>(base.getType()); }
  bool isUniform() const { return step == 0 && !isVector(); }
  bool operator==(const Index &other) const { return base == other.base && step == other.step; }
};
using Position = llvm::SmallVector<Index, 4>;

/// Where a line that is fetched comes to lie, as LLVM numbers it.
enum class Nearness : unsigned { SecondCache = 2, FirstCache = 3 };

/// Where element number `linear` of a buffer is; of a vector of numbers, where each of them is.
mlir::Value elementAddress(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value pointer, mlir::Type type,
                           mlir::Value linear);

class ElementEmitter {
public:
  /// Emits at the builder's place. With lanes > 1 values are vectors, or scalars where all lanes agree.
  ElementEmitter(KernelFrame &frame, mlir::OpBuilder &builder, int64_t lanes = 1, mlir::Value mask = {})
      : frame(frame), builder(builder), loc(frame.loc()), lanes(lanes), mask(mask) {}

  /// The element of `tensor` at `position`; f16 and bf16 come as f32.
  mlir::Value emit(mlir::Value tensor, const Position &position);
  /// The elements that a region of scalars is given of operands which broadcast to these sizes; null for an argument
  /// that nobody reads.
  llvm::SmallVector<mlir::Value> emitRead(llvm::ArrayRef<mlir::BlockArgument> arguments, mlir::ValueRange operands,
                                          const ir::DimVector &dims, const Position &position);
  /// An anchor has computed the element of its result at `position`.
  void bind(mlir::Value anchor, Position position, mlir::Value value) {
    bound.push_back({anchor, std::move(position), value});
  }
  /// Computes the elements of all results that belong to a position of the loops, then stores them.
  void storeResults(const Position &position);
  /// Elements of a buffer at `linear`, as `emit` gives them.
  mlir::Value loadAt(mlir::Value pointer, mlir::Type element, const Index &linear);
  void storeAt(mlir::Value pointer, mlir::Type element, const Index &linear, mlir::Value value);
  /// The bits of a tensor in memory from `position` on, as one value of integers.
  mlir::Value loadBits(mlir::Value tensor, const Position &position, mlir::Type type);
  /// Where the element at `position` of a tensor that lies in memory is.
  mlir::Value addressOf(mlir::Value tensor, const Position &position);
  /// Brings the cache line at `position` of a tensor that lies in memory near; whether there is one does not matter.
  void prefetch(mlir::Value tensor, const Position &position, Nearness nearness = Nearness::FirstCache);

  mlir::Value broadcastToLanes(mlir::Value value);
  /// The position inside an operand that broadcasts to a tensor of these sizes.
  Position broadcastPosition(mlir::Value operand, const ir::DimVector &dims, const Position &position);
  /// The place (row, column) in the matrices of an operand whose batch axes broadcast to those of a tensor of these
  /// sizes.
  Position matrixPosition(mlir::Value operand, const ir::DimVector &dims, const Position &batch, const Index &row,
                          const Index &column);

private:
  // Leaves.
  mlir::Value loadVector(mlir::Value pointer, mlir::Type type, const Index &linear);
  /// The same for elements of a type that vectors can be moved as.
  mlir::Value loadCarriers(mlir::Value pointer, mlir::Type type, const Index &linear);
  Index linearize(const ir::DimVector &dims, const Position &position);
  mlir::Value address(mlir::Value pointer, mlir::Type type, mlir::Value linear);
  mlir::Value emitConstant(ir::ConstantOp op);
  // Maps.
  mlir::Value emitMap(ir::MapOp op, const Position &position);
  // Movement.
  mlir::Value emitMovement(ir::MovementInterface op, const Position &position);
  /// Each operation with MovementInterface has its own; one that is missing does not link.
  template <typename Op> mlir::Value emitMoved(Op op, const Position &position);
  mlir::Value emitWords(ir::DecodeOp op, const Position &position, const Index &word);
  mlir::Value emitCode(ir::DecodeOp op, const Position &position);
  mlir::Value emitPicked(mlir::Value codes, llvm::ArrayRef<float> table);
  mlir::Value emitLevel(ir::CodeLevels levels, mlir::Value code);
  mlir::Value emitZero(ir::DecodeOp op, const Position &block);
  mlir::Value emitIota(const Position &position);
  mlir::Value emitShape(ir::ShapeOp op, const Position &position);

  /// `value()` where the condition holds, else zero. Nothing of it happens where no lane needs it: what all lanes share
  /// (a load at one place, a division, a check of an index) is not masked.
  mlir::Value emitWhere(mlir::Value condition, mlir::Type elementType, llvm::function_ref<mlir::Value()> value);
  mlir::Value zero(mlir::Type elementType, bool vector);
  /// A gathered index made non-negative and checked; outside it becomes 0 and the run fails.
  Index checkedIndex(mlir::Value index, const ir::DimExpr &size, mlir::Operation *op);

  // Index arithmetic.
  Index uniform(int64_t value) { return {frame.constant(value)}; }
  Index add(const Index &a, const Index &b);
  Index multiply(const Index &a, mlir::Value uniformFactor);
  Index divide(const Index &a, const ir::DimExpr &divisor);
  Index remainder(const Index &a, const ir::DimExpr &divisor);
  mlir::Value inRange(const Index &a, mlir::Value least, mlir::Value bound);
  /// Both conditions, each a scalar or a vector; a null one holds.
  mlir::Value both(mlir::Value a, mlir::Value b);
  mlir::Value asVector(const Index &a);
  mlir::Value lanesOf(mlir::Value scalar);
  /// The mask, or all lanes.
  mlir::Value activeLanes();

  KernelFrame &frame;
  mlir::OpBuilder &builder;
  mlir::Location loc; // of the operation whose element is computed
  int64_t lanes;
  mlir::Value mask; // vector<lanes x i1>: which lanes may touch memory; none means all
  struct Bound {
    mlir::Value anchor;
    Position position;
    mlir::Value value;
  };
  llvm::SmallVector<Bound, 1> bound;
};

} // namespace llmc::codegen

#endif
