// A forked child has only the thread that forked. If others were compiling then, locks that they held stay held in the
// child for ever: there it is better not to begin.
#ifndef LLMC_COMPILER_API_FORKGUARD_H
#define LLMC_COMPILER_API_FORKGUARD_H

namespace llmc::api {

/// While it lives, a compilation runs.
class CompilationRuns {
public:
  CompilationRuns();
  ~CompilationRuns();
  CompilationRuns(const CompilationRuns &) = delete;
};

/// True in a process that was forked while a compilation ran.
bool forkedWhileCompiling();

} // namespace llmc::api

#endif
