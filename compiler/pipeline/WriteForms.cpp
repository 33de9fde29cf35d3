// The library comes last, as its manifest lists the others, and appears before them: to replace it is what counts.
#include "compiler/pipeline/WriteForms.h"
#include "compiler/codegen/artefact/CIdentifiers.h"
#include "compiler/codegen/artefact/HeaderWriter.h"
#include "compiler/codegen/artefact/LibraryWriter.h"
#include "compiler/codegen/artefact/Linker.h"
#include "compiler/codegen/artefact/NodeListing.h"
#include "compiler/codegen/artefact/SectionObject.h"
#include "llvm/ADT/StringExtras.h"

namespace llmc::pipeline {
namespace {

using codegen::MadeFile;
using codegen::NewFile;

class FormWriter {
public:
  FormWriter(const codegen::OutputFolder &folder, const codegen::ModelFacts &facts,
             llvm::ArrayRef<llvm::SmallVector<char, 0>> objects, NewFile &weights)
      : folder(folder), facts(facts), weights(weights),
        request{facts.name, codegen::cPrefix(facts.name), llvm::Triple(facts.triple), !facts.nodeListing.empty()} {
    for (const auto &object : objects)
      inputs.emplace_back(object.data(), object.size());
  }

  llvm::Expected<MadeFile> header() {
    return make(".h", [&](NewFile &file) { return file.write(codegen::modelHeader(facts), 0); });
  }

  llvm::Expected<MadeFile> nodeListing() {
    return make(codegen::kNodesExtension, [&](NewFile &file) { return file.write(facts.nodeListing, 0); });
  }

  /// The weights' file becomes an object in place.
  llvm::Expected<MadeFile> archive() {
    if (facts.embedsWeights) {
      codegen::ObjectFrame frame =
          codegen::frameFor(codegen::weightsInArchive(facts.name, facts.weightsBytes, request.target), request.target);
      if (llvm::Error error = weights.write(frame.head, 0))
        return std::move(error);
      if (llvm::Error error = weights.write(frame.tail, frame.head.size() + facts.weightsBytes))
        return std::move(error);
    }
    return make(".a", [&](NewFile &file) {
      return codegen::linkArchive(inputs, facts.embedsWeights ? &weights : nullptr, request, file);
    });
  }

  llvm::Expected<MadeFile> library(const std::string &manifest) {
    std::string note = codegen::noteObject(manifest, request.target), place;
    std::vector<llvm::StringRef> all = inputs;
    all.push_back(note);
    if (facts.embedsWeights) {
      codegen::ObjectFrame frame =
          codegen::frameFor(codegen::placeForWeights(facts.name, facts.weightsBytes), request.target);
      place = frame.head + frame.tail;
      all.push_back(place);
    }
    auto linked = codegen::linkSharedLibrary(all, request);
    if (!linked)
      return linked.takeError();
    return make(".so", [&](NewFile &file) {
      return codegen::writeLibrary(file, std::move(*linked), facts.embedsWeights ? &weights : nullptr,
                                   facts.weightsBytes);
    });
  }

private:
  llvm::Expected<MadeFile> make(const char *extension, llvm::function_ref<llvm::Error(NewFile &)> write) {
    auto file = folder.newFile(facts.name + extension);
    if (!file)
      return file.takeError();
    if (llvm::Error error = write(*file))
      return std::move(error);
    return codegen::completed(std::move(*file), facts.name + extension);
  }

  const codegen::OutputFolder &folder;
  const codegen::ModelFacts &facts;
  NewFile &weights;
  codegen::LinkRequest request;
  std::vector<llvm::StringRef> inputs;
};

/// NAME-0123456789abcdef.weights: code finds the weights that belong to it, also while another artefact takes the place
/// of its own.
std::string weightsFileName(const codegen::ModelFacts &facts) {
  return facts.name + "-" + llvm::utohexstr(facts.weightsDigest, /*LowerCase=*/true, 16) + ".weights";
}

llvm::Error addTo(std::vector<MadeFile> &files, llvm::Expected<MadeFile> made) {
  if (!made)
    return made.takeError();
  files.push_back(std::move(*made));
  return llvm::Error::success();
}

} // namespace

llvm::Expected<std::vector<MadeFile>>
writeForms(const codegen::OutputFolder &folder, const ArtefactForms &forms, const codegen::ModelFacts &facts,
           llvm::ArrayRef<llvm::SmallVector<char, 0>> objects, NewFile weights,
           llvm::function_ref<std::string(llvm::ArrayRef<codegen::ArtefactFile>)> manifest) {
  FormWriter writer(folder, facts, objects, weights);
  std::vector<MadeFile> files, others;
  if (forms.archive)
    if (llvm::Error error = addTo(others, writer.archive()))
      return std::move(error);
  if (forms.header)
    if (llvm::Error error = addTo(others, writer.header()))
      return std::move(error);
  if (!facts.nodeListing.empty())
    if (llvm::Error error = addTo(others, writer.nodeListing()))
      return std::move(error);
  if (!facts.embedsWeights && facts.weightsBytes)
    if (llvm::Error error = addTo(files, codegen::completed(std::move(weights), weightsFileName(facts))))
      return std::move(error);
  std::vector<codegen::ArtefactFile> listed;
  for (const MadeFile &made : llvm::concat<const MadeFile>(files, others))
    listed.push_back(made.facts);
  if (forms.library)
    if (llvm::Error error = addTo(files, writer.library(manifest(listed))))
      return std::move(error);
  std::move(others.begin(), others.end(), std::back_inserter(files));
  return std::move(files);
}

} // namespace llmc::pipeline
