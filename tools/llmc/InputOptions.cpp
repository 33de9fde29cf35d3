// One spelling and one help text for all commands.
#include "tools/llmc/InputOptions.h"

namespace cl = llvm::cl;

namespace llmc::tools {

InputOptions::InputOptions(cl::SubCommand &command)
    : file("inputs", cl::desc("inputs: an .npz whose names are those of the model, or a folder with input_0.pb ..."),
           cl::value_desc("FILE.npz|DIR"), cl::sub(command)),
      single("input", cl::desc("one input"), cl::value_desc("NAME=FILE.npy"), cl::sub(command)),
      random("random", cl::desc("fill inputs that are not given with random values"), cl::sub(command)) {}

InputRequest InputOptions::request(const cl::list<std::string> &dims) const {
  return {file, {single.begin(), single.end()}, random, {dims.begin(), dims.end()}};
}

} // namespace llmc::tools
