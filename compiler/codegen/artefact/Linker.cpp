// lld as a library. It keeps global state, so one link runs at a time.
#include "compiler/codegen/artefact/Linker.h"
#include "compiler/codegen/artefact/PublicApi.h"
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

/// A library of this machine; only its name ends up in the artefact.
static llvm::Expected<std::string> findSystemLibrary(llvm::StringRef name) {
  for (llvm::StringRef folder :
       {"/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu", "/lib64", "/usr/lib64", "/lib", "/usr/lib"}) {
    llvm::SmallString<128> path(folder);
    llvm::sys::path::append(path, name);
    if (llvm::sys::fs::exists(path))
      return path.str().str();
  }
  return llvm::createStringError("can't find " + name + " to link against");
}

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

/// libc and libm to link against: this machine's own, or stubs of those of the target in `folder`.
static llvm::Expected<std::vector<std::string>> systemLibraries(const llvm::Triple &target, llvm::StringRef folder) {
  if (!isHost(target)) {
    std::vector<std::string> stubs = {(folder + "/libm.stub").str(), (folder + "/libc.stub").str()};
    if (llvm::Error error = writeSystemStubs(stubs[1], stubs[0], target))
      return std::move(error);
    return stubs;
  }
  std::vector<std::string> libraries;
  for (llvm::StringRef name : {"libm.so.6", "libc.so.6"}) {
    auto library = findSystemLibrary(name);
    if (!library)
      return library.takeError();
    libraries.push_back(*library);
  }
  return libraries;
}

static llvm::Error runLinker(llvm::ArrayRef<std::string> arguments) {
  std::vector<const char *> texts = {"ld.lld"};
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
}

llvm::Error linkSharedLibrary(llvm::ArrayRef<std::string> objects, const LinkOutput &output) {
  auto archive = runtimeArchive(output.target);
  if (!archive)
    return archive.takeError();
  auto libraries = systemLibraries(output.target, llvm::sys::path::parent_path(output.path));
  if (!libraries)
    return libraries.takeError();
  auto folder = runtimeFolder();
  if (!folder)
    return folder.takeError();
  std::vector<std::string> arguments = {
      "-shared", "--hash-style=gnu", "--build-id=none", "-z", "defs", "-z", "relro", "-z", "now", "--gc-sections",
      "-O1",     "--strip-all"};
  std::string versions = *folder + "/artefact.ver";
  llvm::append_range(arguments, std::vector<std::string>{"-soname", output.name + ".so", "--version-script", versions});
  for (const ApiFunction &function : publicFunctions())
    arguments.push_back(("--defsym=" + output.prefix + "_" + function.name + "=" + function.name).str());
  llvm::append_range(arguments, objects);
  llvm::append_range(arguments,
                     std::vector<std::string>{"--whole-archive", *archive, "--no-whole-archive", "--as-needed"});
  llvm::append_range(arguments, *libraries);
  llvm::append_range(arguments, std::vector<std::string>{"-o", output.path});
  llvm::Error error = runLinker(arguments);
  if (!isHost(output.target))
    for (const std::string &stub : *libraries)
      llvm::sys::fs::remove(stub);
  return error;
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

llvm::Error linkArchive(llvm::ArrayRef<std::string> objects, llvm::StringRef weights, const LinkOutput &output) {
  auto runtime = runtimeArchive(output.target);
  if (!runtime)
    return runtime.takeError();
  std::string joined = output.path + ".o";
  // Section groups would be merged across models by their names, which are local now.
  std::vector<std::string> arguments = {"-r", "--force-group-allocation", "--build-id=none"};
  llvm::append_range(arguments, objects);
  llvm::append_range(arguments,
                     std::vector<std::string>{"--whole-archive", *runtime, "--no-whole-archive", "-o", joined});
  if (llvm::Error error = runLinker(arguments))
    return error;
  llvm::SmallVector<char, 0> bytes;
  {
    auto buffer = llvm::MemoryBuffer::getFile(joined);
    if (!buffer)
      return fileError(buffer.getError(), "can't read " + joined);
    llvm::raw_svector_ostream stream(bytes);
    if (llvm::Error error = closeObject(**buffer, output.prefix, stream))
      return error;
  }
  llvm::sys::fs::remove(joined);
  std::string memberName = output.name + ".o", weightsName = output.name + ".weights.o";
  std::vector<llvm::NewArchiveMember> members;
  members.emplace_back(llvm::MemoryBufferRef({bytes.data(), bytes.size()}, memberName));
  std::unique_ptr<llvm::MemoryBuffer> mapped;
  if (!weights.empty()) {
    auto buffer = llvm::MemoryBuffer::getFile(weights, /*IsText=*/false, /*RequiresNullTerminator=*/false);
    if (!buffer)
      return fileError(buffer.getError(), "can't read " + weights);
    mapped = std::move(*buffer);
    members.emplace_back(llvm::MemoryBufferRef(mapped->getBuffer(), weightsName));
  }
  return llvm::writeArchive(output.path, members, llvm::SymtabWritingMode::NormalSymtab, llvm::object::Archive::K_GNU,
                            /*Deterministic=*/true, /*Thin=*/false);
}

} // namespace llmc::codegen
