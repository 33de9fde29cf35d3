// A region of scalar operations as a list of steps over typed registers. A register holds a block
// of elements, so that choosing what to do costs once a block and not once an element.
#ifndef LLMC_COMPILER_REFERENCE_SCALARS_SCALARPROGRAM_H
#define LLMC_COMPILER_REFERENCE_SCALARS_SCALARPROGRAM_H

#include "compiler/reference/Tensor.h"
#include "compiler/reference/scalars/ScalarKernel.h"
#include "mlir/IR/Block.h"
#include "llvm/ADT/DenseMap.h"
#include <vector>

namespace llmc::reference {

class ScalarProgram {
public:
  /// Elements that a register holds.
  static constexpr int64_t kBlock = 256;
  /// Memory of the registers; each run needs its own.
  using Registers = std::vector<uint64_t>;

  /// Compiles the operations of a block whose terminator yields one scalar. With `inDouble`, floats
  /// narrower than f64 are computed as f64 and never rounded in between: arguments are widened on
  /// the way in, and `result` is a double.
  static llvm::Expected<ScalarProgram> compile(mlir::Block &block, bool inDouble = false);
  /// A program of one operation of arith or math whose arguments are its operands.
  static llvm::Expected<ScalarProgram> compile(mlir::Operation *op);

  /// Registers with the constants in their places.
  Registers makeRegisters() const;
  /// Where the elements of an argument go, and where those of the result are found after a run.
  char *argument(Registers &registers, unsigned index) const { return at(registers, arguments[index]); }
  char *result(Registers &registers) const { return at(registers, resultRegister); }
  /// The types in which arguments are given and the result is found.
  ElementKind argumentKind(unsigned index) const { return argumentKinds[index]; }
  ElementKind resultKind() const { return kindOfResult; }
  /// True when each element of the result is that of the argument.
  bool isIdentity() const { return steps.empty() && !arguments.empty() && resultRegister == arguments.front(); }

  /// Computes the first `count` elements.
  void run(Registers &registers, int64_t count) const;

private:
  struct Step {
    ScalarKernel kernel;
    int result;
    int operands[3];
  };
  struct Constant {
    int target;
    int64_t bytes;
    uint64_t bits;
  };

  static char *at(Registers &registers, int index) {
    return reinterpret_cast<char *>(registers.data() + static_cast<int64_t>(index) * kBlock);
  }
  int newRegister() { return registerCount++; }
  int addArgument(mlir::Value value, bool wide);
  llvm::Error addStep(mlir::Operation *op);
  llvm::Error addConstant(mlir::Operation *op);
  ElementKind kindIn(mlir::Type type) const;

  bool inDouble = false;
  int registerCount = 0;
  int resultRegister = 0;
  ElementKind kindOfResult = ElementKind::I1;
  std::vector<int> arguments;
  std::vector<ElementKind> argumentKinds;
  std::vector<Step> steps;
  std::vector<Constant> constants;
  llvm::DenseMap<mlir::Value, int> registerOf; // only while compiling
};

} // namespace llmc::reference

#endif
