// What all commands of llmc share: exit codes, messages, and the table of commands.
#ifndef LLMC_TOOLS_LLMC_COMMAND_H
#define LLMC_TOOLS_LLMC_COMMAND_H

#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/Error.h"
#include <functional>
#include <initializer_list>

namespace llmc::tools {

enum ExitCode {
  Ok = 0,
  BrokenFile = 1, // something could not be read, compiled or written
  WrongUsage = 2,
  Refused = 3,
  Differs = 4,                // results are not within the tolerance
  Signalled = 128,            // and the number of the signal, as shells say it
  Interrupted = Signalled + 2 // Ctrl-C
};

/// Prints `llmc: error: ...` and gives `code` back; Refused when the model has nodes that can't be compiled, WrongUsage
/// for a UsageError.
int fail(llvm::Error error, int code = BrokenFile);

/// How long a user may ask to measure.
constexpr int kMostSeconds = 24 * 60 * 60;

using GivenOptions = std::initializer_list<std::reference_wrapper<const llvm::cl::Option>>;

/// A UsageError when one of `options` is given, which do nothing in this `place`, but would with `instead`.
llvm::Error refuseGiven(GivenOptions options, const llvm::Twine &place, const llvm::Twine &instead);

/// The same for options that only say how to compile, when `path` is a compiled model.
llvm::Error refuseForFolder(const std::string &path, GivenOptions options);

// The commands. Each registers its options with LLVM's command line at start-up and runs after it has been parsed.
struct Command {
  llvm::cl::SubCommand &options;
  llvm::cl::opt<std::string> &input; ///< what it works on; without it there is nothing to do
  const char *example;               ///< a whole command line that works
  int (*run)();
};
Command checkCommand();
Command compileCommand();
Command runCommand();
Command compareCommand();
Command evaluateCommand();
Command inspectCommand();
Command benchCommand();

} // namespace llmc::tools

#endif
