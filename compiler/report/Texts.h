// Numbers as people read them.
#ifndef LLMC_COMPILER_REPORT_TEXTS_H
#define LLMC_COMPILER_REPORT_TEXTS_H

#include "llvm/ADT/ArrayRef.h"
#include <cstdint>
#include <string>

namespace llmc::report {

std::string bytesText(uint64_t bytes);                // "21.9 MB"
std::string secondsText(double seconds);              // "8.13 ms"
std::string numberText(double number);                // "0.0123"
std::string metricText(double value);                 // "0.998143": of whatever metric
std::string cosineText(double cosine);                // "0.999873"
std::string decibelText(double decibels);             // "34.1 dB"
std::string percentText(double share);                // "0.61 %"
std::string sizesText(llvm::ArrayRef<int64_t> sizes); // "384 x 1536"

} // namespace llmc::report

#endif
