// The last stage: weights are written while LLVM works on the code of each level; only the image waits for their
// digest.
#include "compiler/codegen/artefact/AtomicFolder.h"
#include "compiler/codegen/artefact/CIdentifiers.h"
#include "compiler/codegen/artefact/HeaderWriter.h"
#include "compiler/codegen/artefact/Linker.h"
#include "compiler/codegen/artefact/ManifestReader.h"
#include "compiler/codegen/artefact/WeightsObject.h"
#include "compiler/codegen/artefact/WeightsWriter.h"
#include "compiler/codegen/cpu/LevelCode.h"
#include "compiler/pipeline/Compilation.h"
#include "compiler/pipeline/ErrorKind.h"
#include "compiler/reference/Interpreter.h"
#include "compiler/support/FileError.h"
#include "llmc/digest.h"
#include "llvm/Support/FileSystem.h"
#include <future>

namespace llmc::pipeline {
namespace {

/// In a thread of its own; where none can be had, by whoever waits for it.
constexpr auto kBeside = std::launch::async | std::launch::deferred;

/// The weight stage beside others.
class WeightsJob {
public:
  WeightsJob(std::string path, const codegen::WeightsLayout &layout, ir::WeightStore &store,
             const std::function<bool()> &cancelled)
      : digest(std::async(kBeside, [path = std::move(path), &layout, &store, &cancelled] {
          return codegen::writeWeights(
              path, layout,
              [&](ir::WeightOp weight, llvm::function_ref<llvm::Error(llvm::ArrayRef<char>)> write) -> llvm::Error {
                if (cancelled())
                  return llvm::make_error<CancelledError>();
                auto tensor = reference::evaluateWeight(weight, store);
                return tensor ? write(tensor->bytes()) : tensor.takeError();
              });
        })) {}
  ~WeightsJob() {
    if (digest.valid())
      llvm::consumeError(finish().takeError());
  }

  /// The digest of what was written.
  llvm::Expected<uint64_t> finish() { return digest.get(); }

private:
  std::future<llvm::Expected<uint64_t>> digest;
};

llvm::Error writeFile(const std::string &path, llvm::StringRef bytes) {
  std::error_code error;
  llvm::raw_fd_ostream stream(path, error);
  if (error)
    return fileError(error, "can't write " + path);
  stream << bytes;
  return finishWriting(stream, path);
}

std::vector<std::string> formFiles(const ArtefactForms &forms, const std::string &name) {
  std::vector<std::string> files;
  if (forms.library)
    files.push_back(name + ".so");
  if (forms.archive)
    files.push_back(name + ".a");
  if (forms.header)
    files.push_back(name + ".h");
  return files;
}

} // namespace

llvm::Expected<std::vector<llvm::SmallVector<char, 0>>> Compilation::emitObjects(const LoweredLevels &levels) {
  std::vector<std::optional<llvm::Expected<llvm::SmallVector<char, 0>>>> results(levels.size());
  auto work = [&](size_t i) {
    levels[i]->optimize();
    results[i].emplace(levels[i]->emit(/*assembly=*/false));
  };
  std::vector<std::future<void>> others;
  for (size_t i = 0; i + 1 < levels.size(); ++i)
    others.push_back(std::async(options.threads == 1 ? std::launch::deferred : kBeside, work, i));
  work(levels.size() - 1);
  for (std::future<void> &other : others)
    other.get();
  std::vector<llvm::SmallVector<char, 0>> objects;
  llvm::Error error = llvm::Error::success();
  for (auto &result : results)
    if (*result)
      objects.push_back(std::move(**result));
    else
      error = llvm::joinErrors(std::move(error), result->takeError());
  if (error)
    return std::move(error);
  return objects;
}

llvm::Error Compilation::writeForms(const codegen::AtomicFolder &output,
                                    llvm::ArrayRef<llvm::SmallVector<char, 0>> objects,
                                    const std::string &weightsObject, const codegen::ModelFacts &facts) {
  std::vector<std::string> files;
  for (const auto &object : objects) {
    files.push_back(output.pathOf(name + "." + std::to_string(files.size()) + ".o"));
    if (llvm::Error error = writeFile(files.back(), {object.data(), object.size()}))
      return error;
  }
  auto outputOf = [&](const char *extension) -> codegen::LinkOutput {
    return {output.pathOf(name + extension), name, codegen::cPrefix(name), llvm::Triple(specs.front().triple)};
  };
  if (options.forms.archive)
    if (llvm::Error error = codegen::linkArchive(files, weightsObject, outputOf(".a")))
      return error;
  if (!weightsObject.empty())
    files.push_back(weightsObject);
  if (options.forms.library)
    if (llvm::Error error = codegen::linkSharedLibrary(files, outputOf(".so")))
      return error;
  if (options.forms.header)
    if (llvm::Error error = writeFile(output.pathOf(name + ".h"), codegen::modelHeader(facts)))
      return error;
  for (const std::string &file : files)
    llvm::sys::fs::remove(file);
  return llvm::Error::success();
}

llvm::Expected<std::vector<codegen::ArtefactFile>> Compilation::describeFiles(llvm::StringRef folder) {
  std::vector<codegen::ArtefactFile> files;
  auto add = [&](const std::string &file, bool withDigest) -> llvm::Error {
    auto described = codegen::describeFile(folder, file, withDigest);
    if (!described)
      return described.takeError();
    files.push_back(std::move(*described));
    return llvm::Error::success();
  };
  for (const std::string &file : formFiles(options.forms, name))
    if (llvm::Error error = add(file, /*withDigest=*/true))
      return std::move(error);
  if (!options.embedWeights)
    if (llvm::Error error = add(name + ".weights", /*withDigest=*/false))
      return std::move(error);
  return files;
}

// The model is unmapped then: the pages that were read for its digest would count as memory of the weights' phase.
std::optional<uint64_t> Compilation::digestOfSource() {
  if (source) {
    llvm::ArrayRef<uint8_t> bytes = source->files().bytes(0);
    sourceDigest = runtime::digestOf(bytes.data(), bytes.size());
    source.reset();
  }
  return sourceDigest;
}

llvm::Expected<codegen::ModelFacts> Compilation::writeArtefact(llvm::StringRef folder) {
  auto output = codegen::AtomicFolder::create(folder);
  if (!output)
    return output.takeError();
  codegen::ModelFacts facts;
  facts.modelDigest = digestOfSource();
  codegen::WeightsLayout layout(module(), function());
  std::string weightsFile = output->pathOf(name + ".weights"), weightsObject;
  WeightsJob weightsJob(weightsFile, layout, weights(), options.cancelled);
  auto lowered = lowerLevels(specs, facts);
  if (!lowered)
    return lowered.takeError();
  facts.plugins = describePlugins();
  auto objects = emitObjects(*lowered);
  if (!objects)
    return objects.takeError();
  if (llvm::Error error = beginPhase("weights"))
    return std::move(error);
  auto digest = weightsJob.finish();
  if (!digest)
    return digest.takeError();
  facts.weightsDigest = *digest;
  facts.embedsWeights = options.embedWeights && facts.weightsBytes != 0;
  if (facts.embedsWeights) {
    weightsObject = weightsFile;
    if (llvm::Error error = codegen::turnIntoObject(weightsFile, facts.weightsBytes, codegen::weightsSymbol(name),
                                                    llvm::Triple(specs.front().triple)))
      return std::move(error);
  } else if (options.embedWeights) {
    llvm::sys::fs::remove(weightsFile);
  }
  if (llvm::Error error = beginPhase("link"))
    return std::move(error);
  auto image = codegen::cpu::emitImage(facts, specs.front());
  if (!image)
    return image.takeError();
  objects->push_back(std::move(*image));
  if (llvm::Error error = writeForms(*output, *objects, weightsObject, facts))
    return std::move(error);
  auto files = describeFiles(output->pathOf(""));
  if (!files)
    return files.takeError();
  if (llvm::Error error =
          codegen::writeManifest(output->pathOf("manifest.json"), facts, function(), options.pipeline, *files))
    return std::move(error);
  std::vector<codegen::ArtefactFile> obsolete;
  if (auto old = codegen::readManifest(output->finalPath()))
    obsolete = codegen::filesIn(*old);
  else
    llvm::consumeError(old.takeError()); // there was none
  auto isObsolete = [&](llvm::StringRef name) {
    return llvm::any_of(obsolete, [&](const codegen::ArtefactFile &file) { return file.name == name; });
  };
  if (llvm::Error error = output->commit(isObsolete, "manifest.json"))
    return std::move(error);
  return facts;
}

} // namespace llmc::pipeline
