// What operations tell of themselves through AnchorInterface and MovementInterface.
#ifndef LLMC_COMPILER_IR_OPROLES_H
#define LLMC_COMPILER_IR_OPROLES_H

namespace llmc::ir {

class DimAnalysis;

/// Which loops an anchor takes.
enum class AnchorKind {
  Contraction,  ///< sums of products, in register tiles
  RowReduction, ///< passes over rows
};

/// How the code of a kernel reads an operand of one of its operations: what may be computed right there, anew for each
/// reading, depends on it.
enum class Reading {
  Once,   ///< no element more than once
  BySize, ///< an element once for each copy that broadcasting makes of it
  Often,  ///< an element as often as indices or windows say
  Passes, ///< a row two or three times
  Rows,   ///< rows over and over, each from front to back
  Stored, ///< over and over: it has to lie in memory
};

} // namespace llmc::ir

#endif
