// llmc: compiles models, runs them and tells about them. Thin wrappers over the libraries, a file a command.
#include "compiler/pipeline/ErrorKind.h"
#include "compiler/support/FatalErrors.h"
#include "compiler/support/UsageError.h"
#include "compiler/support/Version.h"
#include "tools/llmc/Command.h"
#include "tools/llmc/StandardStreams.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/WithColor.h"
#include "llvm/Support/raw_ostream.h"
#include <csignal>
#include <cstdio>
#include <exception>
#include <new>

namespace cl = llvm::cl;

namespace llmc::tools {

int fail(llvm::Error error, int code) {
  auto [kind, message] = pipeline::describeError(std::move(error));
  llvm::WithColor::error(llvm::errs(), "llmc") << message << '\n';
  if (kind == pipeline::ErrorKind::Cancelled)
    return Interrupted;
  if (kind == pipeline::ErrorKind::Usage)
    return WrongUsage;
  return kind == pipeline::ErrorKind::Refused ? Refused : code;
}

llvm::Error refuseGiven(GivenOptions options, const llvm::Twine &place, const llvm::Twine &instead) {
  for (const cl::Option &option : options)
    if (option.getNumOccurrences() != 0)
      return usageError("--" + option.ArgStr + " does nothing " + place + "; try: without it, or " + instead);
  return llvm::Error::success();
}

llvm::Error refuseForFolder(const std::string &path, GivenOptions options) {
  return llvm::sys::fs::is_directory(path) ? refuseGiven(options, "for a compiled model", "MODEL.onnx")
                                           : llvm::Error::success();
}

namespace {

const cl::extrahelp moreHelp("\nEXAMPLES:\n"
                             "  llmc check model.onnx\n"
                             "  llmc compile model.onnx -o out\n"
                             "  llmc run out --random\n"
                             "  llmc compare model.onnx --random --layers\n"
                             "  llmc evaluate out --against model.onnx --data inputs.npz\n"
                             "  llmc bench out --threads 1 --profile\n"
                             "\nEXIT CODES:\n"
                             "  0 done   1 a file is broken or can't be written   2 wrong usage\n"
                             "  3 the model can't be compiled, or does not run here   4 results differ\n"
                             "  130 interrupted   143 terminated   129 the terminal was closed\n");

constexpr const char *kCommandNames[] = {"check", "compile", "run", "compare", "evaluate", "inspect", "bench"};

/// The command that someone who wrote `word` may have meant; "" where none is near.
llvm::StringRef nearestCommand(llvm::StringRef word) {
  for (llvm::StringRef name : kCommandNames)
    if (word.edit_distance(name, /*AllowReplacements=*/true, /*MaxEditDistance=*/2) <= 2)
      return name;
  return "";
}

/// A file that belongs to a compiled model, given in place of its folder.
bool isPartOfArtefact(llvm::StringRef path) {
  llvm::StringRef extension = llvm::sys::path::extension(path);
  return (extension == ".so" || extension == ".a" || extension == ".weights") && llvm::sys::fs::is_regular_file(path);
}

/// LLVM's first complaint about the command line, in the form of our own messages: with what to try.
void explain(llvm::StringRef complaints, llvm::StringRef help) {
  auto [first, second] = complaints.split('\n');
  first.consume_front("llmc: ");
  first = first.split("  Try: ").first.rtrim("!.");
  if (first.empty()) { // LLVM has printed by itself what is wrong with a value
    llvm::errs() << "llmc: try: " << help << '\n';
    return;
  }
  std::string remedy = help.str();
  if (llvm::StringRef guess = second.split("Did you mean '").second.split('\'').first; !guess.empty())
    remedy = guess.str() + ", or " + remedy;
  else if (llvm::StringRef name = nearestCommand(first.split('\'').second.split('\'').first); !name.empty())
    remedy = "llmc " + name.str() + ", or " + remedy;
  llvm::WithColor::error(llvm::errs(), "llmc")
      << char(llvm::toLower(first.front())) << first.drop_front() << "; try: " << remedy << '\n';
}

/// `llmc compile --help`, or `llmc --help` where no command is named.
std::string helpFor(llvm::ArrayRef<Command> commands, llvm::StringRef word) {
  for (const Command &command : commands)
    if (command.options.getName() == word)
      return ("llmc " + word + " --help").str();
  return "llmc --help";
}

/// LLVM takes whatever begins with an "h" for a request for help: an argument that is none.
std::optional<llvm::StringRef> mistakenForHelp(llvm::ArrayRef<char *> arguments) {
  constexpr llvm::StringRef requests[] = {"h", "help", "help-list", "help-hidden", "help-list-hidden"};
  for (llvm::StringRef argument : arguments) {
    llvm::StringRef name = argument;
    if (name == "--")
      break;
    if (!name.consume_front("-"))
      continue;
    name.consume_front("-");
    if (name.starts_with("h") && !llvm::is_contained(requests, name))
      return argument;
  }
  return std::nullopt;
}

int runCommandLine(int argc, char **argv) {
  const Command commands[] = {checkCommand(),    compileCommand(), runCommand(),  compareCommand(),
                              evaluateCommand(), inspectCommand(), benchCommand()};
  static cl::OptionCategory ours("llmc options");
  cl::HideUnrelatedOptions(ours); // what LLVM itself registers is not for users of llmc
  cl::SetVersionPrinter([](llvm::raw_ostream &stream) { stream << LLMC_VERSION_TEXT "\n"; });
  if (argc < 2)
    return fail(usageError("no command given; try: llmc --help"));
  if (auto argument = mistakenForHelp({argv, static_cast<size_t>(argc)}))
    return fail(usageError("unknown command line argument '" + *argument + "'; try: " + helpFor(commands, argv[1])));
  std::string complaints;
  llvm::raw_string_ostream stream(complaints);
  if (!cl::ParseCommandLineOptions(argc, argv, "llmc: an ahead-of-time compiler for Transformer models\n", &stream)) {
    explain(complaints, helpFor(commands, argv[1]));
    return WrongUsage;
  }
  for (const Command &command : commands) {
    if (!command.options)
      continue;
    if (command.input.empty())
      return fail(usageError("no " + command.input.HelpStr + " given; try: " + command.example));
    if (isPartOfArtefact(command.input))
      return fail(usageError(command.input + " is a part of a compiled model; try: its folder"));
    return command.run();
  }
  return fail(usageError(llvm::Twine("\"") + argv[1] + "\" is no command; try: llmc --help"));
}

} // namespace

/// No user of llmc has to know what LLVM says when it fails.
static int runGuarded(int argc, char **argv) {
  ThrowFatalErrors here;
  try {
    return runCommandLine(argc, argv);
  } catch (const std::bad_alloc &) {
    std::fputs("llmc: error: memory ran out; try: more memory, or a larger limit (ulimit -v)\n", stderr);
  } catch (const std::exception &error) {
    std::fprintf(stderr, "llmc: error: the compiler failed: %s; try: report it with the model\n", error.what());
  }
  return BrokenFile;
}

} // namespace llmc::tools

int main(int argc, char **argv) {
  llmc::tools::watchStandardStreams();
  std::signal(SIGXFSZ, SIG_IGN); // a file that grows too large is an error of writing like others
  return llmc::tools::runGuarded(argc, argv);
}
