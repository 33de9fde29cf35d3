// Matrix tiles in memory, for machines that have none: what code around the instructions does is tested with these.
#ifndef LLMC_COMPILER_CODEGEN_CPU_VECTORS_PLAINTILES_H
#define LLMC_COMPILER_CODEGEN_CPU_VECTORS_PLAINTILES_H

#include "compiler/codegen/cpu/vectors/MatrixTiles.h"

namespace llmc::codegen::cpu {

class PlainTiles : public MatrixTiles {
public:
  PlainTiles(KernelFrame &frame, std::optional<Signs> bytes);

  void clear(mlir::OpBuilder &builder, int64_t tile) override { clearRows(builder, tile * kRows, kRows); }
  void load(mlir::OpBuilder &builder, int64_t tile, mlir::Value pointer, mlir::Value stride) override;
  void store(mlir::OpBuilder &builder, int64_t tile, mlir::Value pointer, mlir::Value stride) override;
  void multiply(mlir::OpBuilder &builder, int64_t sum, int64_t left, int64_t right) override;
  void release(mlir::OpBuilder &) override {}

private:
  void use(mlir::OpBuilder &builder) override { clearRows(builder, 0, kTiles * kRows); }
  /// Of all tiles, which follow each other.
  void clearRows(mlir::OpBuilder &builder, int64_t first, int64_t count);
  /// A field of the configuration, as an index.
  mlir::Value field(mlir::OpBuilder &builder, int64_t place, unsigned bits);
  mlir::Value row(mlir::OpBuilder &builder, int64_t tile, mlir::Value number);
  void copyRows(mlir::OpBuilder &builder, int64_t tile, mlir::Value pointer, mlir::Value stride, bool isLoad);
  mlir::Value sumOfRow(mlir::OpBuilder &builder, mlir::Value leftRow, int64_t left, int64_t right, mlir::Value sum);

  std::optional<Signs> bytes;
  mlir::Value memory;
};

} // namespace llmc::codegen::cpu

#endif
