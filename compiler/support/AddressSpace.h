// MLIR does not look whether it got the memory that it asks for. So where a process has a limit to its address space,
// compiling ends while there is enough left for the work between two looks.
#ifndef LLMC_COMPILER_SUPPORT_ADDRESSSPACE_H
#define LLMC_COMPILER_SUPPORT_ADDRESSSPACE_H

namespace llmc {

/// Throws std::bad_alloc where little is left of the address space that the process may use (RLIMIT_AS). Without such a
/// limit it is a system call that does nothing.
void requireAddressSpace();

} // namespace llmc

#endif
