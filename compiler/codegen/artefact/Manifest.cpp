// Everything in it but "former" follows from the model and the options, so that the bytes do, too.
#include "compiler/codegen/artefact/Manifest.h"
#include "compiler/ir/ArenaPlan.h"
#include "compiler/ir/Cost.h"
#include "compiler/ir/Fingerprint.h"
#include "compiler/ir/LlmcDialect.h"
#include "compiler/ir/Measurements.h"
#include "compiler/ir/Provenance.h"
#include "compiler/ir/Pruning.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"
#include <list>

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

void writeSchedules(llvm::json::OStream &json, ir::KernelOp kernel) {
  json.attributeArray("schedules", [&] {
    if (auto schedules = kernel.getSchedules())
      for (auto schedule : schedules->getAsRange<ir::ScheduleAttr>())
        json.object([&] { writeSchedule(json, schedule); });
  });
}

void writeKernels(llvm::json::OStream &json, func::FuncOp variant, ir::DimAnalysis &dims,
                  llvm::ArrayRef<KernelFacts> kernels) {
  size_t number = 0;
  variant.walk([&](ir::KernelOp kernel) {
    const KernelFacts &kernelFacts = kernels[number++];
    json.object([&] {
      json.attribute("function", kernelFacts.name);
      json.attribute("anchor", kernel.getAnchorName());
      json.attributeArray("operations", [&] {
        for (Operation &op : kernel.getBody().front().without_terminator())
          json.value(op.getName().stripDialect());
      });
      json.attributeArray("nodes", [&] {
        for (const std::string &node : ir::nodesOf(kernel.getLoc()))
          json.value(node);
      });
      json.attribute("fingerprint", ir::fingerprintOf(kernel, dims));
      writeSchedules(json, kernel);
      writeDecisions(json, ir::explain(kernel));
      json.attribute("flops", llvm::json::fixUTF8(ir::flopsOf(kernel, dims).text()));
      json.attribute("bf16_flops", llvm::json::fixUTF8(ir::halfFlopsOf(kernel, dims).text()));
      json.attribute("byte_ops", llvm::json::fixUTF8(ir::byteOpsOf(kernel, dims).text()));
      json.attribute("traffic_bytes", llvm::json::fixUTF8(ir::trafficOf(kernel, dims).text()));
    });
  });
}

void writeMemory(llvm::json::OStream &json, func::FuncOp variant, const ir::DimAnalysis &dims) {
  json.attributeArray("memory", [&] {
    for (const ir::ArenaSlot &slot : ir::readArenaPlan(variant, dims))
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
}

/// Those for some sizes only. Their kernels are among those of the model.
void writeVariants(llvm::json::OStream &json, ArrayRef<func::FuncOp> variants, const std::list<ir::DimAnalysis> &dims,
                   const ModelFacts &facts) {
  json.attributeArray("variants", [&] {
    for (auto each : llvm::drop_begin(llvm::zip_equal(variants, dims, facts.variants)))
      json.object([&] {
        const auto &[function, analysis, variant] = each;
        json.attribute("dims", llvm::json::fixUTF8(variant.dims));
        json.attribute("first_kernel", variant.firstKernel);
        json.attribute("kernel_count", variant.kernelCount);
        writeMemory(json, function, analysis);
      });
  });
}

/// Which inputs and outputs the model has in floats.
void writeCaches(llvm::json::OStream &json, ArrayRef<ir::NarrowCache> caches) {
  for (const ir::NarrowCache &cache : caches)
    json.object([&] {
      json.attribute("input", cache.input);
      json.attribute("output", cache.output);
      json.attribute("axis", cache.axis);
      json.attribute("dtype", cache.dtype);
      json.attribute("codes", cache.codes);
      if (!cache.steps)
        return;
      json.attribute("input_steps", cache.steps->input);
      json.attribute("output_steps", cache.steps->output);
    });
}

/// What pruning left, by the nodes between which it did, or those that are gone.
void writeRemovals(llvm::json::OStream &json, func::FuncOp function) {
  for (const ir::Pruning &removal : ir::removalsOf(function))
    json.object([&] {
      json.attribute("kind", removal.kind);
      json.attribute("left", removal.left);
      json.attribute("of", removal.all);
      json.attributeArray("nodes", [&] {
        for (const std::string &node : removal.nodes)
          json.value(llvm::json::fixUTF8(node));
      });
      json.attribute("why", removal.why);
    });
}

} // namespace

std::string digestText(uint64_t digest) { return "xxh64:" + llvm::utohexstr(digest, /*LowerCase=*/true, 16); }

std::optional<uint64_t> parseDigest(StringRef text) {
  uint64_t digest;
  if (!text.consume_front("xxh64:") || text.getAsInteger(16, digest))
    return std::nullopt;
  return digest;
}

void writeSizeRules(llvm::json::OStream &json, ArrayRef<ir::SizeRule> rules) {
  json.attributeArray("size_rules", [&] {
    for (const ir::SizeRule &rule : rules)
      json.object([&] {
        json.attribute("relation", ir::nameOf(rule.relation));
        json.attribute("left", llvm::json::fixUTF8(rule.left.text()));
        json.attribute("right", llvm::json::fixUTF8(rule.right.text()));
      });
  });
}

void writeSchedule(llvm::json::OStream &json, ir::ScheduleAttr schedule) {
  json.attribute("level", schedule.getLevel());
  json.attribute("tile", schedule.getRow());
  json.attribute("rows", schedule.getRows());
  json.attribute("vectors", schedule.getVectors());
  json.attribute("chunk", schedule.getChunk());
  if (schedule.getDepth())
    json.attribute("depth", schedule.getDepth());
}

void writeDecisions(llvm::json::OStream &json, ArrayRef<ir::Explanation> decisions) {
  json.attributeArray("decisions", [&] {
    for (const ir::Explanation &decision : decisions)
      json.object([&] {
        json.attribute("what", llvm::json::fixUTF8(decision.what));
        json.attribute("why", llvm::json::fixUTF8(decision.why));
      });
  });
}

void writeFiles(llvm::json::OStream &json, StringRef key, ArrayRef<ArtefactFile> files) {
  json.attributeArray(key, [&] {
    for (const ArtefactFile &file : files)
      json.object([&] {
        json.attribute("name", file.name);
        if (file.bytes)
          json.attribute("bytes", static_cast<int64_t>(*file.bytes));
        if (file.digest)
          json.attribute("digest", digestText(*file.digest));
      });
  });
}

std::string manifestText(const ModelFacts &facts, ArrayRef<func::FuncOp> variants, StringRef pipeline,
                         ArrayRef<ArtefactFile> files, ArrayRef<ArtefactFile> former) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  std::list<ir::DimAnalysis> dims; // of the variants
  for (func::FuncOp variant : variants)
    dims.emplace_back(variant);
  llvm::json::OStream json(stream, /*IndentSize=*/1);
  json.object([&] {
    json.attribute("compiler", facts.compiler);
    json.attribute("model", facts.name);
    if (facts.modelDigest)
      json.attribute("model_digest", digestText(*facts.modelDigest));
    json.attribute("target", facts.triple);
    json.attributeArray("levels", [&] {
      for (const LevelFacts &level : facts.levels)
        json.value(level.name);
    });
    json.attribute("pipeline", pipeline);
    writeFiles(json, "files", files);
    if (!former.empty())
      writeFiles(json, "former", former);
    json.attributeArray("dims", [&] {
      for (const std::string &dim : facts.dimChoices)
        json.value(llvm::json::fixUTF8(dim));
    });
    json.attributeArray("quantization", [&] {
      for (const std::string &rule : facts.quantization)
        json.value(llvm::json::fixUTF8(rule));
    });
    if (int64_t count = ir::compensatedWeights(variants.front()->getParentOfType<ModuleOp>()))
      json.attribute("compensated", count);
    json.attributeArray("pruning", [&] { writeRemovals(json, variants.front()); });
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
      for (const ir::SymbolRange &symbol : facts.sizes.symbols)
        json.object([&] {
          json.attribute("name", llvm::json::fixUTF8(symbol.name));
          json.attribute("least", symbol.least);
          if (symbol.most != ir::DimExpr::kUnbounded)
            json.attribute("most", symbol.most);
        });
    });
    writeSizeRules(json, facts.sizes.rules);
    json.attributeArray("inputs", [&] { writeTensors(json, facts.inputs); });
    json.attributeArray("outputs", [&] { writeTensors(json, facts.outputs); });
    json.attributeArray("states", [&] {
      for (const StateFacts &state : facts.states)
        json.object([&] {
          json.attribute("input", state.input);
          json.attribute("output", state.output);
          json.attribute("axis", state.axis);
        });
    });
    if (!facts.caches.empty())
      json.attributeArray("caches", [&] { writeCaches(json, facts.caches); });
    json.attributeObject("weights", [&] {
      json.attribute("bytes", static_cast<int64_t>(facts.weightsBytes));
      json.attribute("embedded", facts.embedsWeights);
      json.attribute("digest", digestText(facts.weightsDigest));
    });
    writeMemory(json, variants.front(), dims.front());
    writeVariants(json, variants, dims, facts);
    json.attributeArray("kernels", [&] {
      for (auto [function, analysis, variant] : llvm::zip_equal(variants, dims, facts.variants))
        writeKernels(json, function, analysis, ArrayRef(facts.kernels).slice(variant.firstKernel, variant.kernelCount));
    });
  });
  stream << '\n';
  return text;
}

} // namespace llmc::codegen
