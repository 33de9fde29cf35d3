// The trade-off of a model as a drawing: what is saved to the right, the metric upwards.
#ifndef LLMC_COMPILER_REPORT_PLOT_H
#define LLMC_COMPILER_REPORT_PLOT_H

#include "compiler/report/Facts.h"
#include "llvm/Support/raw_ostream.h"

namespace llmc::report {

/// An <svg> with a title and a description for those who don't see it. Its colours are those of the page's style.
void writePlot(const Curve &curve, llvm::raw_ostream &stream);

/// The numbers at an axis that reaches from `least` to `most`: multiples of 1, 2 or 5 times a power of ten, about
/// `count` of them, and how many digits behind the point tell them apart.
struct Ticks {
  std::vector<double> at;
  int decimals = 0;
};
Ticks ticksBetween(double least, double most, int count);

} // namespace llmc::report

#endif
