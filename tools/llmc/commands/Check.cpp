// llmc check: can a model be compiled, and what is recognised in it.
#include "compiler/frontend/onnx/OnnxModel.h"
#include "compiler/ir/LlmcDialect.h"
#include "compiler/pipeline/Compilation.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "tools/llmc/Command.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"
#include <map>

namespace cl = llvm::cl;

namespace llmc::tools {
namespace {

cl::SubCommand options("check", "tell whether a model can be compiled, and what is recognised in it");
cl::opt<std::string> input(cl::Positional, cl::desc("MODEL.onnx"), cl::Required, cl::sub(options));
cl::opt<bool> json("json", cl::desc("print JSON"), cl::sub(options));
cl::list<std::string> plugins("load-pass-plugin", cl::desc("load passes and operators from a library"),
                              cl::value_desc("SO"), cl::sub(options));

/// Counts of what schedules know, by the word that people use for it.
std::map<std::string, int64_t> recognise(mlir::func::FuncOp function) {
  std::map<std::string, int64_t> counts;
  function.walk([&](mlir::Operation *op) {
    if (auto norm = llvm::dyn_cast<ir::NormOp>(op))
      ++counts[norm.getKind() == ir::NormKind::Layer ? "layer norm" : "rms norm"];
    else if (llvm::isa<ir::SoftmaxOp>(op))
      ++counts["softmax"];
    else if (llvm::isa<ir::MatmulOp>(op))
      ++counts["matrix product"];
    else if (llvm::isa<ir::ConvOp>(op))
      ++counts["convolution"];
    else if (llvm::isa<mlir::math::ErfOp>(op))
      ++counts["gelu (erf)"];
  });
  return counts;
}

void print(const frontend::OnnxModel &model, mlir::func::FuncOp function) {
  auto counts = recognise(function);
  size_t nodes = model.graph().nodes().size();
  if (json) {
    llvm::json::OStream stream(llvm::outs(), /*IndentSize=*/1);
    stream.object([&] {
      stream.attribute("supported", true);
      stream.attribute("nodes", static_cast<int64_t>(nodes));
      stream.attributeObject("recognised", [&] {
        for (const auto &[name, count] : counts)
          stream.attribute(name, count);
      });
    });
    llvm::outs() << '\n';
    return;
  }
  llvm::outs() << nodes << " nodes, all supported. ";
  llvm::interleaveComma(counts, llvm::outs(),
                        [](const auto &entry) { llvm::outs() << entry.second << ' ' << entry.first; });
  llvm::outs() << (counts.empty() ? "" : " found.") << '\n';
}

int run() {
  auto model = frontend::OnnxModel::load(input);
  if (!model)
    return fail(model.takeError());
  pipeline::CompileOptions compileOptions;
  compileOptions.plugins.assign(plugins.begin(), plugins.end());
  auto compilation = pipeline::Compilation::load(input, compileOptions);
  if (!compilation)
    return fail(compilation.takeError());
  // What only the passes can tell: sizes that do not fit, or that depend on data.
  if (llvm::Error error = (*compilation)->runPasses(pipeline::Stage::Ir))
    return fail(std::move(error), Refused);
  print(**model, (*compilation)->function());
  return Ok;
}

} // namespace

Command checkCommand() { return {options, run}; }

} // namespace llmc::tools
