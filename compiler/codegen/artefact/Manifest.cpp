// Writes the manifest as JSON. Everything in it follows from the model and the options, so that the bytes do, too.
#include "compiler/codegen/artefact/Manifest.h"
#include "compiler/ir/ArenaPlan.h"
#include "compiler/ir/Cost.h"
#include "compiler/ir/LlmcDialect.h"
#include "compiler/ir/Provenance.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;

namespace llmc::codegen {
namespace {

void writeTensors(llvm::json::OStream &json, const std::vector<TensorFacts> &tensors) {
  for (const TensorFacts &tensor : tensors)
    json.object([&] {
      json.attribute("name", llvm::json::fixUTF8(tensor.name));
      json.attribute("dtype", static_cast<int64_t>(tensor.dtype));
      json.attributeArray("dims", [&] {
        for (const std::string &dim : tensor.dimTexts)
          json.value(llvm::json::fixUTF8(dim));
      });
    });
}

void writeKernels(llvm::json::OStream &json, func::FuncOp model, ir::DimAnalysis &dims, const ModelFacts &facts) {
  size_t number = 0;
  model.walk([&](ir::KernelOp kernel) {
    const KernelFacts &kernelFacts = facts.kernels[number++];
    json.object([&] {
      json.attribute("function", kernelFacts.name);
      json.attribute("anchor", kernel.getAnchor());
      json.attributeArray("operations", [&] {
        for (Operation &op : kernel.getBody().front().without_terminator())
          json.value(op.getName().stripDialect());
      });
      json.attributeArray("nodes", [&] {
        for (const std::string &node : ir::nodesOf(kernel.getLoc()))
          json.value(node);
      });
      json.attribute("flops", llvm::json::fixUTF8(ir::flopsOf(kernel, dims).text()));
      json.attribute("traffic_bytes", llvm::json::fixUTF8(ir::trafficOf(kernel, dims).text()));
    });
  });
}

} // namespace

llvm::Error writeManifest(StringRef path, const ModelFacts &facts, func::FuncOp model, StringRef pipeline,
                          ArrayRef<std::string> files) {
  std::error_code error;
  llvm::raw_fd_ostream stream(path, error);
  if (error)
    return llvm::createStringError(error, "can't write " + path);
  ir::DimAnalysis dims(model);
  llvm::json::OStream json(stream, /*IndentSize=*/1);
  json.object([&] {
    json.attribute("compiler", facts.compiler);
    json.attribute("model", facts.name);
    json.attributeArray("levels", [&] {
      for (const LevelFacts &level : facts.levels)
        json.value(level.name);
    });
    json.attribute("pipeline", pipeline);
    json.attributeArray("files", [&] {
      for (const std::string &file : files)
        json.value(file);
    });
    json.attributeArray("plugins", [&] {
      for (const PluginFacts &plugin : facts.plugins)
        json.object([&] {
          json.attribute("name", llvm::json::fixUTF8(plugin.name));
          json.attribute("version", llvm::json::fixUTF8(plugin.version));
          json.attributeArray("passes", [&] {
            for (const std::string &passes : plugin.passes)
              json.value(llvm::json::fixUTF8(passes));
          });
        });
    });
    json.attributeArray("symbols", [&] {
      for (const SymbolFacts &symbol : facts.symbols)
        json.object([&] {
          json.attribute("name", llvm::json::fixUTF8(symbol.name));
          json.attribute("least", symbol.least);
          if (symbol.most != ir::DimExpr::kUnbounded)
            json.attribute("most", symbol.most);
        });
    });
    json.attributeArray("inputs", [&] { writeTensors(json, facts.inputs); });
    json.attributeArray("outputs", [&] { writeTensors(json, facts.outputs); });
    json.attributeObject("weights", [&] {
      json.attribute("bytes", static_cast<int64_t>(facts.weightsBytes));
      json.attribute("embedded", facts.embedsWeights);
      json.attribute("digest", "xxh64:" + llvm::utohexstr(facts.weightsDigest, /*LowerCase=*/true, 16));
    });
    json.attributeArray("memory", [&] {
      for (const ir::ArenaSlot &slot : ir::readArenaPlan(model, dims))
        json.object([&] {
          json.attribute("bytes", llvm::json::fixUTF8(slot.bytes.text()));
          json.attributeArray("below", [&] {
            for (int64_t below : slot.below)
              json.value(below);
          });
          json.attribute("first_kernel", slot.firstKernel);
          json.attribute("last_kernel", slot.lastKernel);
        });
    });
    json.attributeArray("kernels", [&] { writeKernels(json, model, dims, facts); });
  });
  stream << '\n';
  stream.flush();
  if (stream.has_error()) {
    std::error_code reason = stream.error();
    stream.clear_error();
    return llvm::createStringError(reason, "can't write " + path);
  }
  return llvm::Error::success();
}

std::vector<std::string> filesOfArtefact(StringRef folder) {
  std::vector<std::string> files;
  auto text = llvm::MemoryBuffer::getFile(folder + "/manifest.json");
  auto manifest = text ? llvm::json::parse((*text)->getBuffer()) : llvm::json::Value(nullptr);
  if (!manifest) {
    llvm::consumeError(manifest.takeError());
    return files;
  }
  const llvm::json::Object *object = manifest->getAsObject();
  if (const llvm::json::Array *list = object ? object->getArray("files") : nullptr)
    for (const llvm::json::Value &file : *list)
      files.push_back(file.getAsString().value_or("").str());
  return files;
}

} // namespace llmc::codegen
