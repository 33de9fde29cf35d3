// lld as a library. It keeps global state, so one link runs at a time.
#include "compiler/codegen/artefact/Linker.h"
#include "compiler/codegen/artefact/PipedOutput.h"
#include "compiler/codegen/artefact/PublicApi.h"
#include "compiler/codegen/artefact/SectionObject.h"
#include "compiler/codegen/artefact/SystemStubs.h"
#include "compiler/support/FileError.h"
#include "lld/Common/Driver.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/Twine.h"
#include "llvm/ObjCopy/ConfigManager.h"
#include "llvm/ObjCopy/ObjCopy.h"
#include "llvm/Object/ArchiveWriter.h"
#include "llvm/Object/Binary.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/TargetParser/Host.h"
#include <dlfcn.h>
#include <mutex>

LLD_HAS_DRIVER(elf)

namespace llmc::codegen {

llvm::Expected<std::string> runtimeFolder() {
  if (const char *folder = ::getenv("LLMC_RUNTIME_DIR"))
    return std::string(folder);
  Dl_info info;
  if (!dladdr(reinterpret_cast<void *>(&runtimeFolder), &info))
    return llvm::createStringError("can't tell where libllmc lies");
  llvm::SmallString<256> path(info.dli_fname);
  llvm::sys::fs::real_path(path, path);
  llvm::sys::path::remove_filename(path);
  return path.str().str();
}

/// For a script of the linker: debug information of the runtime names files of whoever built it.
static const char *const kWithoutLinesOfRuntime = "/DISCARD/ : { *libllmc_runtime.a:*(.debug_*) }";

static bool isHost(const llvm::Triple &target) {
  return llvm::Triple(llvm::sys::getProcessTriple()).getArch() == target.getArch();
}

static llvm::Expected<std::string> runtimeArchive(const llvm::Triple &target) {
  auto folder = runtimeFolder();
  if (!folder)
    return folder.takeError();
  std::string architecture = target.getArchName().str();
  std::string archive = *folder + (isHost(target) ? "" : "/llmc/" + architecture) + "/libllmc_runtime.a";
  if (llvm::sys::fs::exists(archive))
    return archive;
  if (isHost(target))
    return llvm::createStringError("the runtime is missing: " + archive + "; set LLMC_RUNTIME_DIR to its folder");
  return llvm::createStringError("llmc was built without a runtime for " + architecture + ": there is no " + archive +
                                 "; try: install g++-" + architecture +
                                 "-linux-gnu, then configure and build llmc again");
}

namespace {

/// The arguments of a link, and the files in memory that they name.
struct LinkCommand {
  std::vector<std::string> arguments;
  std::vector<NewFile> files;

  void add(std::initializer_list<llvm::StringRef> words) {
    for (llvm::StringRef word : words)
      arguments.push_back(word.str());
  }

  llvm::Error addFile(llvm::StringRef bytes, llvm::StringRef name) {
    auto file = NewFile::inMemory(name);
    if (!file)
      return file.takeError();
    if (llvm::Error error = file->write(bytes, 0))
      return error;
    arguments.push_back(file->path());
    files.push_back(std::move(*file));
    return llvm::Error::success();
  }

  llvm::Error addObjects(llvm::ArrayRef<llvm::StringRef> objects) {
    for (llvm::StringRef object : objects)
      if (llvm::Error error = addFile(object, "an object file"))
        return error;
    return llvm::Error::success();
  }

  llvm::Expected<std::string> run() const {
    return outputOf([&](const std::string &output) -> llvm::Error {
      // One thread: a child of a process that has linked before can't wait for the threads that its parent had.
      std::vector<const char *> texts = {"ld.lld", "--threads=1", "-o", output.c_str()};
      for (const std::string &argument : arguments)
        texts.push_back(argument.c_str());
      static std::mutex mutex;
      std::lock_guard<std::mutex> lock(mutex);
      std::string messages;
      llvm::raw_string_ostream stream(messages);
      lld::Result result = lld::lldMain(texts, stream, stream, {{lld::Gnu, &lld::elf::link}});
      if (result.retCode != 0)
        return llvm::createStringError("linking failed: " + llvm::StringRef(messages).trim());
      return llvm::Error::success();
    });
  }
};

} // namespace

/// A library without code that has the symbols and versions of `stub`.
static llvm::Expected<std::string> linkStub(const SystemStub &stub, const llvm::Triple &target) {
  LinkCommand command;
  command.add({"-shared", "--hash-style=gnu", "--build-id=none", "-soname", stub.name, "-m",
               target.isAArch64() ? "aarch64linux" : "elf_x86_64", "--version-script"});
  if (llvm::Error error = command.addFile(stub.versions, "versions of " + stub.name))
    return std::move(error);
  if (llvm::Error error = command.addFile(stub.definitions, "symbols of " + stub.name))
    return std::move(error);
  return command.run();
}

static llvm::Error addSystemLibraries(LinkCommand &command, const llvm::Triple &target) {
  for (const SystemStub &stub : systemStubs(target)) {
    auto library = linkStub(stub, target);
    if (!library)
      return library.takeError();
    if (llvm::Error error = command.addFile(*library, stub.name))
      return error;
  }
  return llvm::Error::success();
}

llvm::Expected<std::string> linkSharedLibrary(llvm::ArrayRef<llvm::StringRef> objects, const LinkRequest &request) {
  auto archive = runtimeArchive(request.target);
  if (!archive)
    return archive.takeError();
  auto folder = runtimeFolder();
  if (!folder)
    return folder.takeError();
  LinkCommand command;
  command.add({"-shared", "--hash-style=gnu", "--build-id=sha1", "-z", "defs", "-z", "relro", "-z", "now",
               "--gc-sections", "-O1"});
  if (!request.debugLines)
    command.add({"--strip-debug"});
  command.add({"-soname", request.name + ".so", "--version-script", *folder + "/artefact.ver"});
  for (const ApiFunction &function : publicFunctions())
    command.arguments.push_back(("--defsym=" + request.prefix + "_" + function.name + "=" + function.name).str());
  // Behind everything else, so that code need not reach over the weights, and in a segment of its own.
  command.add({"-T"});
  if (llvm::Error error =
          command.addFile(llvm::formatv("SECTIONS {{ {0} : {{ *({0}) } {1} } INSERT AFTER .bss;", kWeightsSection,
                                        request.debugLines ? kWithoutLinesOfRuntime : "")
                              .str(),
                          "script"))
    return std::move(error);
  if (llvm::Error error = command.addObjects(objects))
    return std::move(error);
  command.add({"--whole-archive", *archive, "--no-whole-archive", "--as-needed"});
  if (llvm::Error error = addSystemLibraries(command, request.target))
    return std::move(error);
  return command.run();
}

/// Renames the functions of the API and makes all other symbols local.
static llvm::Error closeObject(llvm::MemoryBufferRef object, llvm::StringRef prefix, llvm::raw_ostream &out) {
  llvm::objcopy::ConfigManager config;
  std::vector<std::string> names;
  names.reserve(publicFunctions().size()); // the configuration keeps references
  auto strict = [](llvm::Error error) { return error; };
  for (const ApiFunction &function : publicFunctions()) {
    names.push_back((prefix + "_" + function.name).str());
    config.Common.SymbolsToRename[function.name] = names.back();
    if (llvm::Error error = config.Common.SymbolsToKeepGlobal.addMatcher(
            llvm::objcopy::NameOrPattern::create(function.name, llvm::objcopy::MatchStyle::Literal, strict)))
      return error;
  }
  auto binary = llvm::object::createBinary(object);
  if (!binary)
    return binary.takeError();
  return llvm::objcopy::executeObjcopyOnBinary(config, **binary, out);
}

llvm::Error linkArchive(llvm::ArrayRef<llvm::StringRef> objects, const NewFile *weights, const LinkRequest &request,
                        NewFile &archive) {
  auto runtime = runtimeArchive(request.target);
  if (!runtime)
    return runtime.takeError();
  LinkCommand command;
  // Section groups would be merged across models by their names, which are local now.
  command.add({"-r", "--force-group-allocation", "--build-id=none"});
  if (request.debugLines) {
    command.add({"-T"});
    if (llvm::Error error = command.addFile(llvm::formatv("SECTIONS {{ {0} }", kWithoutLinesOfRuntime).str(), "script"))
      return error;
  }
  if (llvm::Error error = command.addObjects(objects))
    return error;
  command.add({"--whole-archive", *runtime, "--no-whole-archive"});
  auto joined = command.run();
  if (!joined)
    return joined.takeError();
  llvm::SmallVector<char, 0> bytes;
  llvm::raw_svector_ostream closed(bytes);
  if (llvm::Error error = closeObject({*joined, "model"}, request.prefix, closed))
    return error;
  std::string memberName = request.name + ".o", weightsName = request.name + ".weights.o";
  std::vector<llvm::NewArchiveMember> members;
  members.emplace_back(llvm::MemoryBufferRef({bytes.data(), bytes.size()}, memberName));
  std::unique_ptr<llvm::MemoryBuffer> mapped;
  if (weights) {
    auto buffer = llvm::MemoryBuffer::getFile(weights->path(), /*IsText=*/false, /*RequiresNullTerminator=*/false);
    if (!buffer)
      return fileError(buffer.getError(), "can't read " + weights->shownAs());
    mapped = std::move(*buffer);
    members.emplace_back(llvm::MemoryBufferRef(mapped->getBuffer(), weightsName));
  }
  llvm::raw_fd_ostream stream(archive.descriptor(), /*shouldClose=*/false);
  llvm::Error error = llvm::writeArchiveToStream(stream, members, llvm::SymtabWritingMode::NormalSymtab,
                                                 llvm::object::Archive::K_GNU, /*Deterministic=*/true, /*Thin=*/false);
  return llvm::joinErrors(std::move(error), finishWriting(stream, archive.shownAs()));
}

} // namespace llmc::codegen
