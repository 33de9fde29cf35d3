// llmc check: can a model be compiled, and what is recognised in it; does a compiled one run here.
#include "compiler/frontend/onnx/OnnxModel.h"
#include "compiler/frontend/onnx/SupportedOps.h"
#include "compiler/pipeline/Compilation.h"
#include "compiler/pipeline/Recognise.h"
#include "tools/llmc/Command.h"
#include "tools/llmc/inspect/CheckArtefact.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

namespace cl = llvm::cl;

namespace llmc::tools {
namespace {

cl::SubCommand options("check", "tell whether a model can be compiled, or whether a compiled one runs here");
cl::opt<std::string> input(cl::Positional, cl::desc("MODEL.onnx|DIR"), cl::Optional, cl::sub(options));
cl::opt<bool> json("json", cl::desc("print JSON"), cl::sub(options));
cl::opt<bool> digest("digest", cl::desc("of a compiled model: read all weights, too"), cl::sub(options));
cl::list<std::string> pluginFiles("load-pass-plugin", cl::desc("load passes and operators from a library"),
                                  cl::value_desc("SO"), cl::sub(options));

void printJson(llvm::function_ref<void(llvm::json::OStream &)> write) {
  llvm::json::OStream stream(llvm::outs(), /*IndentSize=*/1);
  stream.object([&] { write(stream); });
  llvm::outs() << '\n';
}

void print(const frontend::OnnxModel &model, const pipeline::Recognised &recognised) {
  size_t nodes = model.graph().nodes().size();
  if (json)
    return printJson([&](llvm::json::OStream &stream) {
      stream.attribute("supported", true);
      stream.attribute("nodes", static_cast<int64_t>(nodes));
      stream.attributeObject("recognised", [&] {
        for (const auto &[kind, count] : recognised)
          stream.attribute(kind, count);
      });
    });
  llvm::outs() << nodes << " nodes, all supported."
               << (recognised.empty() ? "" : " " + pipeline::recognisedText(recognised) + " found.") << '\n';
}

/// Every node that stands in the way, as one object.
void printRefusalJson(const frontend::OnnxModel &model, llvm::ArrayRef<frontend::Unsupported> nodes) {
  printJson([&](llvm::json::OStream &stream) {
    stream.attribute("supported", false);
    stream.attribute("nodes", static_cast<int64_t>(model.graph().nodes().size()));
    stream.attributeArray("unsupported", [&] {
      for (const frontend::Unsupported &node : nodes)
        stream.object([&] {
          auto text = [&](llvm::StringRef key, llvm::StringRef value) {
            stream.attribute(key, llvm::json::fixUTF8(value)); // names come from the file, which may hold anything
          };
          text("node", node.node);
          text("operator", node.op);
          text("domain", node.domain);
          stream.attribute("opset", node.opset);
          text("inputs", node.inputs);
          text("reason", node.reason);
          text("try", node.remedy);
        });
    });
  });
}

void printVerdictJson(const ArtefactVerdict &verdict) {
  printJson([&](llvm::json::OStream &stream) {
    stream.attribute("model", verdict.model);
    stream.attribute("compiler", verdict.compiler);
    stream.attribute("target", verdict.target);
    stream.attribute("levels", llvm::json::Array(verdict.levels));
    stream.attribute("level", verdict.level);
    stream.attribute("runs_here", verdict.problems.empty());
    stream.attribute("problems", llvm::json::Array(verdict.problems));
    stream.attribute("notes", llvm::json::Array(verdict.notes));
  });
}

int checkFolder() {
  auto artefact = findArtefact(input);
  if (!artefact)
    return fail(artefact.takeError());
  ArtefactVerdict verdict = checkArtefact(*artefact, digest ? CheckDepth::Weights : CheckDepth::Files);
  if (json) {
    printVerdictJson(verdict);
  } else if (verdict.problems.empty()) {
    llvm::outs() << verdict.model << " runs here, with its code for " << verdict.level << '\n';
    for (const std::string &note : verdict.notes)
      llvm::outs() << "  note: " << note << '\n';
  } else {
    for (const std::string &problem : verdict.problems)
      fail(llvm::createStringError(verdict.model + " does not run here: " + problem));
  }
  return verdict.problems.empty() ? Ok : Refused;
}

int run() {
  if (llvm::Error error = refuseForFolder(input, {pluginFiles}))
    return fail(std::move(error));
  if (llvm::sys::fs::is_directory(input))
    return checkFolder();
  if (llvm::Error error = refuseGiven({digest}, "for a model that is not compiled", "DIR"))
    return fail(std::move(error));
  auto model = frontend::OnnxModel::load(input);
  if (!model)
    return fail(model.takeError());
  pipeline::CompileOptions compileOptions;
  compileOptions.plugins.assign(pluginFiles.begin(), pluginFiles.end());
  auto plugins = pipeline::PluginSet::load(compileOptions.plugins);
  if (!plugins)
    return fail(plugins.takeError());
  auto compilation = pipeline::Compilation::load(input, compileOptions);
  if (!compilation) {
    if (auto unsupported = frontend::findUnsupported(**model, plugins->operators()); json && !unsupported.empty()) {
      llvm::consumeError(compilation.takeError());
      printRefusalJson(**model, unsupported);
      return Refused;
    }
    return fail(compilation.takeError());
  }
  // What only the passes can tell: sizes that do not fit, or that depend on data.
  if (llvm::Error error = (*compilation)->runPasses(pipeline::Stage::Ir))
    return fail(std::move(error));
  pipeline::Recognised recognised = pipeline::recognise((*compilation)->function());
  if (llvm::Error error = (*compilation)->runPasses(pipeline::Stage::Kernels))
    return fail(std::move(error));
  print(**model, recognised);
  return Ok;
}

} // namespace

Command checkCommand() { return {options, input, "llmc check model.onnx", run}; }

} // namespace llmc::tools
