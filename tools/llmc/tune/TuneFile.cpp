// The file lists all kernels, also those that stay as the model has them: it holds when the model changes its mind.
#include "tools/llmc/tune/TuneFile.h"
#include "compiler/codegen/artefact/Manifest.h"
#include "compiler/ir/Provenance.h"
#include "llvm/Support/JSON.h"

using namespace mlir;
namespace json = llvm::json;

namespace llmc::tools {

std::string tuneFile(const TunedKernels &kernels) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  json::OStream json(stream, /*IndentSize=*/1);
  json.object([&] {
    json.attributeArray("kernels", [&] {
      for (const auto &[fingerprint, kernel] : kernels)
        json.object([&, &fingerprint = fingerprint, &kernel = kernel] {
          json.attribute("fingerprint", fingerprint);
          json.attribute("nodes", json::fixUTF8(ir::listNodes(kernel.operations.front()->getLoc())));
          json.attributeArray("schedules", [&] {
            json.object([&] { codegen::writeSchedule(json, kernel.candidates[kernel.chosen].schedule); });
          });
          json.attributeArray("measured", [&] {
            for (const ScheduleCandidate &candidate : kernel.candidates)
              json.object([&] {
                codegen::writeSchedule(json, candidate.schedule);
                json.attribute("time_ratio", candidate.ratio);
              });
          });
        });
    });
  });
  stream << '\n';
  return text;
}

} // namespace llmc::tools
