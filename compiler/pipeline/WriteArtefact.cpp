// The last stage: weights are written while LLVM works on the code of each level; only the image waits for their
// digest.
#include "compiler/codegen/artefact/NodeListing.h"
#include "compiler/codegen/artefact/WeightsWriter.h"
#include "compiler/codegen/target/Target.h"
#include "compiler/pipeline/CodeSteps.h"
#include "compiler/pipeline/Compilation.h"
#include "compiler/pipeline/ErrorKind.h"
#include "compiler/pipeline/MemoryLimit.h"
#include "compiler/pipeline/WriteForms.h"
#include "compiler/reference/Interpreter.h"
#include "compiler/reference/RecipeResults.h"
#include "compiler/support/FatalErrors.h"
#include "compiler/support/UsageError.h"
#include "llmc/digest.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/Path.h"
#include <future>

namespace llmc::pipeline {
namespace {

/// In a thread of its own; where none can be had, by whoever waits for it.
constexpr auto kBeside = std::launch::async | std::launch::deferred;

/// The weight stage beside others.
class WeightsJob {
public:
  WeightsJob(codegen::NewFile &file, mlir::ModuleOp module, const codegen::WeightsLayout &layout,
             ir::WeightStore &store, const CompileOptions &options)
      : digest(std::async(kBeside, [&file, module, &layout, &store, &options] {
          ThrowFatalErrors here;
          reference::RecipeResults recipes = recipesOf(module, layout);
          reference::InterpreterOptions watched;
          watched.onValue = options.onRecipeValue;
          watched.known = options.known.get();
          watched.threads = options.threads;
          return codegen::writeWeights(
              file, layout,
              [&](ir::WeightOp weight, llvm::function_ref<llvm::Error(llvm::ArrayRef<char>)> write) -> llvm::Error {
                if (options.cancelled())
                  return llvm::make_error<CancelledError>();
                auto tensor = reference::evaluateWeight(weight, store, &recipes, watched);
                return tensor ? write(tensor->bytes()) : tensor.takeError();
              });
        })) {}
  ~WeightsJob() {
    try {
      if (digest.valid())
        llvm::consumeError(finish().takeError());
    } catch (...) { // whatever ends the compilation is on its way already
    }
  }

  /// The digest of what was written.
  llvm::Expected<uint64_t> finish() { return digest.get(); }

private:
  static reference::RecipeResults recipesOf(mlir::ModuleOp module, const codegen::WeightsLayout &layout) {
    std::vector<ir::WeightOp> weights;
    for (const codegen::WeightsLayout::Entry &entry : layout.entries())
      if (auto weight = llvm::dyn_cast<ir::WeightOp>(entry.source))
        weights.push_back(weight);
    return {module, weights};
  }

  std::future<llvm::Expected<uint64_t>> digest;
};

} // namespace

llvm::Expected<std::vector<llvm::SmallVector<char, 0>>> Compilation::emitObjects(const LoweredLevels &levels) {
  std::vector<std::optional<llvm::Expected<llvm::SmallVector<char, 0>>>> results(levels.size());
  CodeSteps steps(options, levels);
  auto work = [&](size_t i) {
    ThrowFatalErrors here;
    levels[i]->optimize(steps);
    results[i].emplace(levels[i]->emit(codegen::CodeForm::Object, steps));
  };
  std::vector<std::future<void>> others;
  for (size_t i = 0; i + 1 < levels.size(); ++i)
    others.push_back(std::async(options.threads == 1 ? std::launch::deferred : kBeside, work, i));
  work(levels.size() - 1);
  for (std::future<void> &other : others)
    other.get();
  std::vector<llvm::SmallVector<char, 0>> objects;
  llvm::Error error = steps.stopped() ? llvm::make_error<CancelledError>() : llvm::Error::success();
  for (auto &result : results)
    if (*result)
      objects.push_back(std::move(**result));
    else
      error = llvm::joinErrors(std::move(error), result->takeError());
  if (error)
    return std::move(error);
  return objects;
}

// The model is not asked for anything else then.
llvm::Expected<std::optional<uint64_t>> Compilation::digestOfSource() {
  if (!source)
    return sourceDigest;
  const InputFile &file = *source->files().file(0);
  runtime::Digest digest;
  std::vector<char> block(1 << 20);
  for (uint64_t offset = 0; offset < file.size(); offset += block.size()) {
    block.resize(std::min<uint64_t>(block.size(), file.size() - offset));
    if (llvm::Error error = file.read(offset, block))
      return std::move(error);
    digest.update(block.data(), block.size());
  }
  source.reset();
  return sourceDigest = digest.finish();
}

llvm::Expected<Compilation::Artefact> Compilation::makeArtefact(const codegen::OutputFolder &folder,
                                                                const ArtefactForms &forms, bool embedWeights) {
  Artefact artefact;
  codegen::ModelFacts &facts = artefact.facts;
  auto modelDigest = digestOfSource();
  if (!modelDigest)
    return modelDigest.takeError();
  facts.modelDigest = *modelDigest;
  codegen::WeightsLayout layout(module(), functions());
  if (options.maxMemory)
    if (llvm::Error error = checkMemory(function(), layout.totalBytes(), options.maxMemory))
      return error.isA<UsageError>() ? std::move(error) : refuse(llvm::toString(std::move(error)));
  auto weightsFile = folder.newFile(name + ".weights");
  if (!weightsFile)
    return weightsFile.takeError();
  WeightsJob weightsJob(*weightsFile, module(), layout, weights(), options);
  std::optional<codegen::NodeListing> listing;
  if (options.debugLines)
    listing.emplace(name, imported.nodes, functions());
  auto lowered = lowerLevels(specs, listing ? &*listing : nullptr, facts);
  if (!lowered)
    return lowered.takeError();
  if (listing)
    facts.nodeListing = listing->text(functions(), facts);
  facts.plugins = plugins.describe(/*joins=*/options.pipeline == "default");
  auto objects = emitObjects(*lowered);
  if (!objects)
    return objects.takeError();
  if (llvm::Error error = beginPhase(Phase::Weights))
    return std::move(error);
  auto digest = weightsJob.finish();
  if (!digest)
    return digest.takeError();
  facts.weightsDigest = *digest;
  facts.embedsWeights = embedWeights && facts.weightsBytes != 0;
  if (llvm::Error error = beginPhase(Phase::Link))
    return std::move(error);
  auto image = target.emitImage(facts, specs.front());
  if (!image)
    return image.takeError();
  objects->push_back(std::move(*image));
  auto files = writeForms(folder, forms, facts, *objects, std::move(*weightsFile),
                          [&](llvm::ArrayRef<codegen::ArtefactFile> listed) {
                            return codegen::manifestText(facts, functions(), options.pipeline, listed);
                          });
  if (!files)
    return files.takeError();
  if (llvm::Error error = weights().checkUnchanged())
    return std::move(error);
  artefact.files = std::move(*files);
  return artefact;
}

llvm::Expected<Compilation::WrittenArtefact> Compilation::writeArtefact(llvm::StringRef folder) {
  auto output = codegen::OutputFolder::open(folder);
  if (!output)
    return output.takeError();
  for (const char *extension : {".so", ".a", ".h", codegen::kNodesExtension})
    if (llvm::Error error = output->checkName(name + extension))
      return std::move(error);
  if (llvm::Error error = output->checkName(codegen::kManifestName))
    return std::move(error);
  auto artefact = makeArtefact(*output, options.forms, options.embedWeights);
  if (!artefact)
    return artefact.takeError();
  std::vector<codegen::ArtefactFile> listed;
  for (const codegen::MadeFile &made : artefact->files)
    listed.push_back(made.facts);
  if (llvm::Error error = codegen::publish(
          *output, name, std::move(artefact->files), [&](llvm::ArrayRef<codegen::ArtefactFile> former) {
            return codegen::manifestText(artefact->facts, functions(), options.pipeline, listed, former);
          }))
    return std::move(error);
  return WrittenArtefact{std::move(artefact->facts), std::move(listed)};
}

llvm::Expected<Compilation::UnnamedLibrary> Compilation::makeLibrary() {
  llvm::SmallString<128> path;
  llvm::sys::path::system_temp_directory(/*ErasedOnReboot=*/true, path);
  auto folder = codegen::OutputFolder::open(path);
  if (!folder)
    return folder.takeError();
  ArtefactForms forms;
  forms.header = false;
  auto artefact = makeArtefact(*folder, forms, /*embedWeights=*/true);
  if (!artefact)
    return artefact.takeError();
  auto library = codegen::LibraryFile::of(artefact->files.front().file.descriptor(), name + ".so");
  if (!library)
    return library.takeError();
  return UnnamedLibrary{std::move(artefact->facts), std::move(*library)};
}

} // namespace llmc::pipeline
