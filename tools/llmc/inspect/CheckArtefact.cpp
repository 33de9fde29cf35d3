// The manifest is believed about what the artefact is, and the files are held against it. What a running model does not
// need is no reason why it would not run.
#include "tools/llmc/inspect/CheckArtefact.h"
#include "compiler/codegen/artefact/ManifestReader.h"
#include "compiler/codegen/artefact/NewFile.h"
#include "compiler/codegen/target/Targets.h"
#include "compiler/support/FileError.h"
#include "llmc/artefact.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/Triple.h"
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace llmc::tools {
namespace {

const char *const kCompileAgain = "; try: compile the model again";

/// Levels of this machine's architecture that its CPU can run, worst first.
std::vector<std::string> levelsHere() {
  std::vector<std::string> names;
  auto best = codegen::cpuTarget().specs({"native"}, "");
  auto all = codegen::cpuTarget().specs({"all"}, "");
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

/// A file of the artefact, held against what its manifest says of it. Empty when it is as it was.
std::string differenceOf(const std::string &folder, const codegen::ArtefactFile &file, bool reads) {
  int descriptor = ::open((folder + "/" + file.name).c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  if (descriptor < 0)
    return llvm::toString(fileError(std::error_code(errno, std::generic_category()), "can't read " + file.name));
  llvm::scope_exit close([&] { ::close(descriptor); });
  struct stat facts;
  if (::fstat(descriptor, &facts) != 0 || !S_ISREG(facts.st_mode))
    return file.name + " is no regular file" + kCompileAgain;
  auto bytes = static_cast<uint64_t>(facts.st_size);
  if (file.bytes.value_or(bytes) != bytes)
    return file.name + " has " + std::to_string(bytes) + " bytes, the manifest says " + std::to_string(*file.bytes) +
           kCompileAgain;
  if (!reads || !file.digest)
    return "";
  auto digest = codegen::digestOfFile(descriptor, bytes, file.name);
  if (!digest)
    return llvm::toString(digest.takeError());
  return *digest == *file.digest ? ""
                                 : file.name + " is not the file that was compiled: its digest differs" + kCompileAgain;
}

/// A weights file by its header.
std::string differenceOfWeights(const std::string &path, uint64_t digest) {
  auto file = llvm::MemoryBuffer::getFileSlice(path, sizeof(llmc_weights_header), 0);
  llmc_weights_header header = {};
  if (file && (*file)->getBufferSize() == sizeof(header))
    std::memcpy(&header, (*file)->getBufferStart(), sizeof(header));
  if (header.magic != LLMC_WEIGHTS_MAGIC || header.version != LLMC_WEIGHTS_VERSION)
    return path + " is no weights file of this version" + kCompileAgain;
  return header.digest == digest ? "" : path + " holds the weights of another compile" + kCompileAgain;
}

void say(std::vector<std::string> &list, std::string what) {
  if (!what.empty())
    list.push_back(std::move(what));
}

/// The code, and the weights in it.
void checkLibrary(const FoundArtefact &artefact, CheckDepth depth, ArtefactVerdict &verdict) {
  if (llvm::Error error = artefact.library->checkCode())
    say(verdict.problems, llvm::toString(std::move(error)));
  const llvm::json::Object *weights = artefact.manifest.getObject("weights");
  if (depth != CheckDepth::Weights || !weights || !weights->getBoolean("embedded").value_or(false) ||
      artefact.library->manifest().empty())
    return;
  auto found = artefact.library->digestOfWeights(static_cast<uint64_t>(weights->getInteger("bytes").value_or(0)));
  if (!found)
    say(verdict.problems, llvm::toString(found.takeError()));
  else if (codegen::parseDigest(weights->getString("digest").value_or("")) != *found)
    say(verdict.problems,
        artefact.library->shownAs() + " is damaged: the digest of its weights differs" + kCompileAgain);
}

/// Files beside the library: weights are needed, and whatever is all that there is; the others are for applications
/// that are built.
void checkFiles(const FoundArtefact &artefact, CheckDepth depth, ArtefactVerdict &verdict) {
  const llvm::json::Object *weights = artefact.manifest.getObject("weights");
  auto digest = codegen::parseDigest(weights ? weights->getString("digest").value_or("") : "");
  for (const codegen::ArtefactFile &file : codegen::filesIn(artefact.manifest)) {
    llvm::StringRef name = file.name;
    bool isWeights = name.ends_with(".weights");
    bool isNeeded = isWeights || name.ends_with(".so") || (!artefact.library && name.ends_with(".a"));
    if (depth == CheckDepth::Loadable && !isNeeded)
      continue;
    std::string difference = differenceOf(artefact.folder, file, /*reads=*/!isWeights || depth == CheckDepth::Weights);
    if (difference.empty() && isWeights && digest)
      difference = differenceOfWeights(artefact.folder + "/" + file.name, *digest);
    say(isNeeded ? verdict.problems : verdict.notes, difference);
  }
}

} // namespace

ArtefactVerdict checkArtefact(const FoundArtefact &artefact, CheckDepth depth) {
  const llvm::json::Object &manifest = artefact.manifest;
  ArtefactVerdict verdict;
  verdict.model = manifest.getString("model").value_or("").str();
  verdict.compiler = manifest.getString("compiler").value_or("").str();
  verdict.target = manifest.getString("target").value_or("").str();
  verdict.levels = codegen::levelsIn(manifest);
  checkMachine(verdict);
  if (artefact.library)
    checkLibrary(artefact, depth, verdict);
  checkFiles(artefact, depth, verdict);
  if (depth != CheckDepth::Loadable && artefact.library && !artefact.library->manifest().empty() && !artefact.beside)
    verdict.notes.push_back("there is no manifest.json, which the library has inside");
  return verdict;
}

} // namespace llmc::tools
