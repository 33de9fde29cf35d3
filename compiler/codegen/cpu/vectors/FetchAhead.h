// Weights that are read next, brought near while those at hand are multiplied: memory and multiplication take turns
// otherwise, since what a machine fetches by itself ends with a page and begins late in the next.
#ifndef LLMC_COMPILER_CODEGEN_CPU_VECTORS_FETCHAHEAD_H
#define LLMC_COMPILER_CODEGEN_CPU_VECTORS_FETCHAHEAD_H

#include "compiler/codegen/kernel/ElementEmitter.h"

namespace llmc::codegen::cpu {

/// Panels that lie side by side, in steps along k.
struct PanelBlock {
  mlir::Value panel;
  int64_t panels;
  mlir::Value step;
  int64_t steps;
};

/// Each row of the left side that passes over the weights at hand fetches an equal share of the next ones.
class FetchAhead {
public:
  /// For `rows` rows; nothing is fetched unless `wanted`.
  FetchAhead(KernelFrame &frame, mlir::OpBuilder &builder, mlir::Value weights, PanelBlock next, Nearness nearness,
             mlir::Value rows, mlir::Value wanted);

  /// The part of some rows, fetched in as many turns as the loop along k has.
  struct Share {
    mlir::Value first, count; // steps, and steps of a turn
  };
  Share shareOf(mlir::OpBuilder &builder, mlir::Value rowsBefore, mlir::Value rows);
  /// What a share fetches in the turn that begins `stepsBefore` steps behind the first.
  void fetch(mlir::OpBuilder &builder, const Share &share, mlir::Value stepsBefore);

private:
  KernelFrame &frame;
  mlir::Location loc;
  mlir::Value weights;
  PanelBlock next;
  Nearness nearness;
  mlir::Value perRow; // steps
};

} // namespace llmc::codegen::cpu

#endif
