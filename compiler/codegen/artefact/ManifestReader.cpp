// Field by field: one that is missing or of another type is as good as none.
#include "compiler/codegen/artefact/ManifestReader.h"

namespace json = llvm::json;

namespace llmc::codegen {

std::optional<json::Object> parseManifest(llvm::StringRef text) {
  auto value = json::parse(text);
  if (!value) {
    llvm::consumeError(value.takeError());
    return std::nullopt;
  }
  return value->getAsObject() ? std::optional(std::move(*value->getAsObject())) : std::nullopt;
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

static bool isName(llvm::StringRef name) {
  return !name.empty() && !name.contains('/') && !name.contains('\0') && name != "." && name != "..";
}

std::vector<ArtefactFile> filesIn(const json::Object &manifest, llvm::StringRef key) {
  std::vector<ArtefactFile> files;
  if (const json::Array *list = manifest.getArray(key))
    for (const json::Value &value : *list)
      if (ArtefactFile file = readFile(value); isName(file.name))
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

std::vector<ir::NarrowCache> cachesIn(const json::Object &manifest) {
  std::vector<ir::NarrowCache> caches;
  const json::Array *list = manifest.getArray("caches");
  for (const json::Value &value : list ? *list : json::Array()) {
    const json::Object *row = value.getAsObject();
    auto number = [&](llvm::StringRef key) {
      auto found = row ? row->getInteger(key) : std::nullopt;
      return static_cast<unsigned>(found.value_or(UINT_MAX));
    };
    caches.push_back({number("input"), number("output"), number("axis"), number("dtype"), number("codes"), {}});
    if (row && row->get("input_steps"))
      caches.back().steps = {number("input_steps"), number("output_steps")};
  }
  return caches;
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
