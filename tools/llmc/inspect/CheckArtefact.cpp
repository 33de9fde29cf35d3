// The manifest is believed about what the artefact is, and the files are held against it.
#include "tools/llmc/inspect/CheckArtefact.h"
#include "compiler/codegen/artefact/ManifestReader.h"
#include "compiler/codegen/cpu/CpuLevels.h"
#include "llmc/artefact.h"
#include "llmc/digest.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/Triple.h"
#include <cstring>

namespace llmc::tools {
namespace {

const char *const kCompileAgain = "; try: compile the model again";

/// Levels of this machine's architecture that its CPU can run, worst first.
std::vector<std::string> levelsHere() {
  std::vector<std::string> names;
  auto best = codegen::cpu::cpuLevels({"native"}, "");
  auto all = codegen::cpu::cpuLevels({"all"}, "");
  if (!best || !all) { // no level at all: older than the worst one
    llvm::consumeError(best.takeError());
    llvm::consumeError(all.takeError());
    return names;
  }
  for (const TargetSpec &level : *all) {
    names.push_back(level.level);
    if (level.level == best->back().level)
      break;
  }
  return names;
}

void checkMachine(ArtefactVerdict &verdict) {
  llvm::Triple target(verdict.target), host(llvm::sys::getProcessTriple());
  if (!verdict.target.empty() && target.getArch() != host.getArch()) {
    verdict.problems.push_back("it is for " + target.getArchName().str() + ", this machine is " +
                               host.getArchName().str() + "; try: compile it without --target-triple");
    return;
  }
  std::vector<std::string> here = levelsHere();
  for (const std::string &level : verdict.levels)
    if (llvm::is_contained(here, level))
      verdict.level = level;
  if (!verdict.level.empty())
    return;
  std::string machine = here.empty() ? "older than all levels that there are" : here.back();
  verdict.problems.push_back("it has code for " + llvm::join(verdict.levels, ", ") + ", this CPU is " + machine +
                             "; try: llmc compile MODEL.onnx -o DIR --cpu " + (here.empty() ? "all" : here.back()));
}

void checkFile(const std::string &folder, const codegen::ArtefactFile &file, std::vector<std::string> &problems) {
  auto found = codegen::describeFile(folder, file.name, file.digest.has_value());
  if (!found) {
    problems.push_back(llvm::toString(found.takeError()));
    return;
  }
  if (file.bytes && found->bytes != file.bytes)
    problems.push_back(file.name + " has " + std::to_string(*found->bytes) + " bytes, the manifest says " +
                       std::to_string(*file.bytes) + kCompileAgain);
  else if (found->digest != file.digest)
    problems.push_back(file.name + " is not the file that was compiled: its digest differs" + kCompileAgain);
}

/// Header and, if wanted, payload of the weights against the digest that the manifest has of them.
void checkWeights(const std::string &path, uint64_t digest, bool payload, std::vector<std::string> &problems) {
  auto file = llvm::MemoryBuffer::getFile(path, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  if (!file)
    return; // told already, with the other files
  llmc_weights_header header;
  if ((*file)->getBufferSize() < LLMC_WEIGHTS_PAYLOAD)
    return;
  std::memcpy(&header, (*file)->getBufferStart(), sizeof(header));
  if (header.magic != LLMC_WEIGHTS_MAGIC || header.version != LLMC_WEIGHTS_VERSION)
    problems.push_back(path + " is no weights file of this version" + kCompileAgain);
  else if (header.digest != digest)
    problems.push_back(path + " holds the weights of another compile" + kCompileAgain);
  else if (payload && runtime::digestOf((*file)->getBufferStart() + LLMC_WEIGHTS_PAYLOAD,
                                        (*file)->getBufferSize() - LLMC_WEIGHTS_PAYLOAD) != digest)
    problems.push_back(path + " is damaged: the digest of its weights differs" + kCompileAgain);
}

} // namespace

ArtefactVerdict checkArtefact(const std::string &folder, const llvm::json::Object &manifest, CheckDepth depth) {
  ArtefactVerdict verdict;
  verdict.model = manifest.getString("model").value_or("").str();
  verdict.compiler = manifest.getString("compiler").value_or("").str();
  verdict.target = manifest.getString("target").value_or("").str();
  verdict.levels = codegen::levelsIn(manifest);
  checkMachine(verdict);
  const llvm::json::Object *weights = manifest.getObject("weights");
  auto digest = codegen::parseDigest(weights ? weights->getString("digest").value_or("") : "");
  for (const codegen::ArtefactFile &file : codegen::filesIn(manifest)) {
    bool isWeights = llvm::StringRef(file.name).ends_with(".weights");
    if (depth == CheckDepth::Loadable && !isWeights && !llvm::StringRef(file.name).ends_with(".so"))
      continue;
    checkFile(folder, file, verdict.problems);
    if (isWeights && digest)
      checkWeights(folder + "/" + file.name, *digest, depth == CheckDepth::Weights, verdict.problems);
  }
  return verdict;
}

} // namespace llmc::tools
