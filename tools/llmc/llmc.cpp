// llmc: compiles models, runs them and tells about them. Thin wrappers over the libraries, a file a command.
#include "compiler/frontend/onnx/OnnxDiagnostics.h"
#include "compiler/support/Version.h"
#include "tools/llmc/Command.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/WithColor.h"
#include "llvm/Support/raw_ostream.h"

namespace cl = llvm::cl;

namespace llmc::tools {

int fail(llvm::Error error, int code) {
  auto print = [](const llvm::ErrorInfoBase &info) {
    llvm::WithColor::error(llvm::errs(), "llmc") << info.message() << '\n';
  };
  llvm::handleAllErrors(
      std::move(error),
      [&](const frontend::OnnxError &info) {
        if (info.getCode() == frontend::OnnxErrorCode::NodesUnsupported)
          code = Refused;
        print(info);
      },
      print);
  return code;
}

} // namespace llmc::tools

int main(int argc, char **argv) {
  using namespace llmc::tools;
  llvm::InitLLVM init(argc, argv);
  const Command commands[] = {checkCommand(), compileCommand(), runCommand(), compareCommand(), inspectCommand()};
  static cl::OptionCategory ours("llmc options");
  cl::HideUnrelatedOptions(ours); // what LLVM itself registers is not for users of llmc
  cl::SetVersionPrinter([](llvm::raw_ostream &stream) { stream << LLMC_VERSION_TEXT "\n"; });
  if (argc < 2) {
    llvm::errs() << "llmc: no command given; try: llmc --help\n";
    return WrongUsage;
  }
  if (!cl::ParseCommandLineOptions(argc, argv, "llmc: an ahead-of-time compiler for Transformer models\n",
                                   &llvm::errs()))
    return WrongUsage;
  for (const Command &command : commands)
    if (command.options)
      return command.run();
  llvm::errs() << "llmc: \"" << argv[1] << "\" is no command; try: llmc --help\n";
  return WrongUsage;
}
