// Field by field: one that is missing or of another type is as good as none.
#include "compiler/codegen/artefact/ManifestReader.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

namespace json = llvm::json;

namespace llmc::codegen {

llvm::Expected<json::Object> readManifest(llvm::StringRef folder) {
  auto text = llvm::MemoryBuffer::getFile(folder + "/manifest.json");
  if (!text)
    return llvm::createStringError(folder + " holds no compiled model; try: llmc compile MODEL.onnx -o " + folder);
  auto manifest = json::parse((*text)->getBuffer());
  if (manifest && manifest->getAsObject())
    return std::move(*manifest->getAsObject());
  std::string reason = manifest ? "no JSON object" : llvm::toString(manifest.takeError());
  return llvm::createStringError(folder + "/manifest.json is damaged: " + reason + "; try: compile the model again");
}

/// An entry of "files": an object, or a name alone as it used to be.
static ArtefactFile readFile(const json::Value &value) {
  const json::Object *object = value.getAsObject();
  if (!object)
    return {value.getAsString().value_or("").str(), {}, {}};
  ArtefactFile file = {object->getString("name").value_or("").str(), {}, {}};
  if (auto bytes = object->getInteger("bytes"))
    file.bytes = static_cast<uint64_t>(*bytes);
  file.digest = parseDigest(object->getString("digest").value_or(""));
  return file;
}

std::vector<ArtefactFile> filesIn(const json::Object &manifest) {
  std::vector<ArtefactFile> files;
  if (const json::Array *list = manifest.getArray("files"))
    for (const json::Value &value : *list)
      if (ArtefactFile file = readFile(value); !file.name.empty() && llvm::sys::path::filename(file.name) == file.name)
        files.push_back(std::move(file));
  return files;
}

std::vector<std::string> levelsIn(const json::Object &manifest) { return textsOf(manifest.getArray("levels")); }

std::vector<ir::SizeRule> sizeRulesIn(const json::Object &manifest) {
  std::vector<ir::SizeRule> rules;
  if (const json::Array *list = manifest.getArray("size_rules"))
    for (const json::Value &value : *list)
      if (const json::Object *rule = value.getAsObject()) {
        auto relation = ir::relationNamed(rule->getString("relation").value_or(""));
        auto left = formulaIn(*rule, "left"), right = formulaIn(*rule, "right");
        if (relation && left && right)
          rules.push_back({*relation, *left, *right});
      }
  return rules;
}

std::vector<std::string> textsOf(const json::Array *array) {
  std::vector<std::string> texts;
  if (array)
    for (const json::Value &value : *array)
      texts.push_back(value.getAsString().value_or("").str());
  return texts;
}

std::optional<ir::DimExpr> formulaIn(const json::Object &object, llvm::StringRef key) {
  auto text = object.getString(key);
  return text ? ir::DimExpr::parse(*text) : std::nullopt;
}

} // namespace llmc::codegen
