// A library and its own manifest are one file, so the rename of NAME.so exchanges a model for another one of the same
// name. Which of several names is the current model, manifest.json says, whose rename comes after all others.
//
// Every file first gets a name that nobody else can have: that of its digest. A journal, a file of this kind, lists all
// files of the former artefact and of this one before the first of them changes. So the next compile knows what one
// that was killed has left: files whose name tells their digest, and files that such a journal lists with theirs.
//
// Until the rename that counts, all others can be taken back: what they replace keeps a name of this kind, too.
#include "compiler/codegen/artefact/Publication.h"
#include "compiler/codegen/artefact/LibraryFile.h"
#include "compiler/codegen/artefact/ManifestReader.h"
#include "compiler/support/FileError.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include <unistd.h>

namespace json = llvm::json;

namespace llmc::codegen {
namespace {

const char kPrefix[] = ".llmc-";

/// What lies in the folder from earlier compiles.
struct Former {
  std::vector<ListedFile> files;
  std::vector<ArtefactFile> weights; // of the artefact that is there now

  void list(const json::Object &manifest, uid_t owner, bool isArtefact) {
    for (const char *key : {"files", "former"})
      for (ArtefactFile &file : filesIn(manifest, key)) {
        if (isArtefact && llvm::StringRef(key) == "files" && llvm::StringRef(file.name).ends_with(".weights") &&
            !contains(weights, file.name))
          weights.push_back(file);
        files.push_back({std::move(file), owner});
      }
  }

  static bool contains(llvm::ArrayRef<ArtefactFile> list, llvm::StringRef name) {
    return llvm::any_of(list, [&](const ArtefactFile &file) { return file.name == name; });
  }
};

/// The digest in the name of a file that waits for its place: ".llmc-0123456789abcdef", or "-1" and so on behind it.
std::optional<uint64_t> digestInName(llvm::StringRef name) {
  uint64_t digest, number;
  if (!name.consume_front(kPrefix) || name.size() < 16 || name.take_front(16).getAsInteger(16, digest))
    return std::nullopt;
  name = name.drop_front(16);
  if (!name.empty() && (!name.consume_front("-") || name.getAsInteger(10, number)))
    return std::nullopt;
  return digest;
}

/// Files of killed compiles. Their names are no proof, their digests are.
std::vector<ListedFile> leftovers(const OutputFolder &folder) {
  std::vector<ListedFile> files;
  for (const std::string &name : folder.namesThatBegin(kPrefix))
    if (auto digest = digestInName(name))
      files.push_back({{name, {}, digest}, ::geteuid()});
  return files;
}

Former readFormer(const OutputFolder &folder, llvm::StringRef model) {
  Former former;
  std::vector<std::string> models = {model.str()};
  if (auto beside = folder.read(kManifestName))
    if (auto manifest = parseManifest(beside->text)) {
      former.list(*manifest, beside->owner, /*isArtefact=*/true);
      if (auto name = manifest->getString("model"); name && *name != model)
        models.push_back(name->str());
    }
  for (const std::string &name : models) {
    auto library = LibraryFile::openIn(folder.descriptor(), name + ".so");
    if (!library)
      llvm::consumeError(library.takeError());
    else if (auto manifest = parseManifest(library->manifest()))
      former.list(*manifest, library->owner(), /*isArtefact=*/true);
  }
  for (const ListedFile &file : leftovers(folder))
    if (auto journal = folder.read(file.file.name); journal && journal->owner == file.owner)
      if (runtime::digestOf(journal->text.data(), journal->text.size()) == file.file.digest)
        if (auto list = parseManifest(journal->text))
          former.list(*list, journal->owner, /*isArtefact=*/false);
  return former;
}

std::string waitingName(uint64_t digest, unsigned number) {
  std::string name = kPrefix + llvm::utohexstr(digest, /*LowerCase=*/true, 16);
  return number ? name + "-" + std::to_string(number) : name;
}

std::string journalText(llvm::ArrayRef<ArtefactFile> files) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  json::OStream json(stream);
  json.object([&] { writeFiles(json, "files", files); });
  return text;
}

/// One artefact on its way into its folder.
class Publication {
public:
  Publication(OutputFolder &folder, std::vector<MadeFile> files) : folder(folder), files(std::move(files)) {}

  /// Takes back what was not finished.
  ~Publication() {
    for (const Placed &file : llvm::reverse(placed))
      if (file.keptAs.empty())
        folder.remove(file.name);
      else
        llvm::consumeError(folder.rename(file.keptAs, file.name));
    for (const std::string &name : waiting)
      folder.remove(name);
  }

  llvm::Error run(llvm::StringRef model, llvm::function_ref<std::string(llvm::ArrayRef<ArtefactFile>)> manifest) {
    for (MadeFile &made : files)
      if (llvm::Error error = made.file.sync())
        return error;
    folder.lock();
    Former former = readFormer(folder, model);
    llvm::erase_if(former.weights, [&](const ArtefactFile &file) { return isPart(file.name); });
    auto text = textFile(kManifestName, manifest(former.weights));
    if (!text)
      return text.takeError();
    files.push_back(std::move(*text));
    if (llvm::Error error = announce(former))
      return error;
    if (llvm::Error error = place(former))
      return error;
    if (llvm::Error error = clean(former))
      return error;
    return folder.sync();
  }

private:
  /// A file that has its name already, and the name that the one before it has now: "" where there was none.
  struct Placed {
    std::string name, keptAs;
  };

  bool isPart(llvm::StringRef name) const {
    return llvm::any_of(files, [&](const MadeFile &made) { return made.facts.name == name; });
  }

  llvm::Expected<MadeFile> textFile(llvm::StringRef name, llvm::StringRef text) {
    auto file = folder.newFile(name);
    if (!file)
      return file.takeError();
    if (llvm::Error error = file->write(text, 0))
      return std::move(error);
    if (llvm::Error error = file->sync())
      return std::move(error);
    return completed(std::move(*file), name);
  }

  /// Gives a file the name of its digest.
  llvm::Error wait(MadeFile &made) {
    for (unsigned number = 0;; ++number) { // such names may have been left, or made by others
      waiting.push_back(waitingName(*made.facts.digest, number));
      auto appeared = made.file.appearAs(waiting.back());
      if (appeared && *appeared)
        return llvm::Error::success();
      waiting.pop_back();
      if (!appeared)
        return appeared.takeError();
    }
  }

  /// Writes down what there is and what comes, then gives all files names to wait under.
  llvm::Error announce(const Former &former) {
    std::vector<ArtefactFile> listed;
    for (const MadeFile &made : files)
      listed.push_back(made.facts);
    for (const ListedFile &file : former.files)
      if (file.file.digest && !llvm::is_contained(listed, file.file))
        listed.push_back(file.file);
    auto text = textFile("the journal", journalText(listed));
    if (!text)
      return text.takeError();
    journal.emplace(std::move(*text));
    if (llvm::Error error = wait(*journal))
      return error;
    for (MadeFile &made : files)
      if (llvm::Error error = wait(made))
        return error;
    return folder.sync();
  }

  /// A name of its digest for the file that is about to be replaced; "" where it is not as it was listed, and therefore
  /// somebody else's, or where the file system knows no links.
  std::string keep(const Former &former, llvm::StringRef name) {
    for (const ListedFile &listed : former.files)
      if (listed.file.name == name && listed.file.digest)
        for (unsigned number = 0;; ++number) {
          std::string keptAs = waitingName(*listed.file.digest, number);
          std::error_code code = folder.linkListed(listed, keptAs);
          if (!code)
            return keptAs;
          if (code != std::errc::file_exists)
            break;
        }
    return "";
  }

  /// The renames. The library's counts where it replaces one, manifest.json's otherwise; nothing is taken back after
  /// it, nor after one that replaces a file of somebody else.
  llvm::Error place(const Former &former) {
    std::vector<std::string> names(waiting.begin() + 1, waiting.end());
    bool counts = false;
    for (auto [made, from] : llvm::zip(files, names)) {
      const std::string &name = made.facts.name;
      std::string keptAs;
      if (!counts && folder.has(name)) {
        bool decides = llvm::StringRef(name).ends_with(".so") || name == kManifestName;
        keptAs = decides ? "" : keep(former, name);
        counts = keptAs.empty();
      }
      if (llvm::Error error = folder.rename(from, name)) {
        if (!keptAs.empty())
          folder.remove(keptAs);
        return error;
      }
      llvm::erase(waiting, from);
      if (counts)
        placed.clear();
      else
        placed.push_back({name, keptAs});
    }
    placed.clear();
    return folder.sync();
  }

  /// Removes what belongs to no artefact any more, the journal last: it stays where the next compile has to try again.
  llvm::Error clean(const Former &former) {
    std::error_code failure;
    std::string failed;
    for (const ListedFile &file : former.files)
      if (!isPart(file.file.name) && !Former::contains(former.weights, file.file.name))
        if (std::error_code code = folder.removeListed(file)) {
          failure = code;
          failed = folder.pathOf(file.file.name);
        }
    for (const ListedFile &file : leftovers(folder))
      if (!failure || file.file.digest != journal->facts.digest)
        folder.removeListed(file);
    if (failure)
      return fileError(failure, "the new artefact is complete, but the former one's " + failed + " can't be removed");
    return llvm::Error::success();
  }

  OutputFolder &folder;
  std::vector<MadeFile> files;
  std::optional<MadeFile> journal;
  std::vector<std::string> waiting; // names; the journal's is the first
  std::vector<Placed> placed;       // what can be taken back
};

} // namespace

llvm::Expected<MadeFile> completed(NewFile file, llvm::StringRef name) {
  auto bytes = file.size();
  if (!bytes)
    return bytes.takeError();
  auto digest = digestOfFile(file.descriptor(), *bytes, file.shownAs());
  if (!digest)
    return digest.takeError();
  return MadeFile{{name.str(), *bytes, *digest}, std::move(file)};
}

llvm::Error publish(OutputFolder &folder, llvm::StringRef model, std::vector<MadeFile> files,
                    llvm::function_ref<std::string(llvm::ArrayRef<ArtefactFile> former)> manifest) {
  return Publication(folder, std::move(files)).run(model, manifest);
}

} // namespace llmc::codegen
