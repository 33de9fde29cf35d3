// What a page looks like, and how its tables are sorted.
#ifndef LLMC_COMPILER_REPORT_PAGESTYLE_H
#define LLMC_COMPILER_REPORT_PAGESTYLE_H

namespace llmc::report {

extern const char kPageStyle[];
/// Without it the page shows all that it shows with it.
extern const char kPageScript[];

} // namespace llmc::report

#endif
