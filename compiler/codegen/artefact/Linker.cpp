// lld as a library. It keeps global state, so one link runs at a time.
#include "compiler/codegen/artefact/Linker.h"
#include "lld/Common/Driver.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"
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

/// libc and libm as this machine has them; only their names end up in the artefact.
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

llvm::Error linkSharedLibrary(llvm::ArrayRef<std::string> objects, llvm::StringRef library, llvm::StringRef soname) {
  auto folder = runtimeFolder();
  auto libc = findSystemLibrary("libc.so.6"), libm = findSystemLibrary("libm.so.6");
  for (auto *part : {&folder, &libc, &libm})
    if (!*part) {
      llvm::Error error = part->takeError();
      for (auto *other : {&folder, &libc, &libm})
        if (other != part && !*other)
          llvm::consumeError(other->takeError());
      return error;
    }
  std::string archive = *folder + "/libllmc_runtime.a", versions = *folder + "/artefact.ver";
  if (!llvm::sys::fs::exists(archive))
    return llvm::createStringError("the runtime is missing: " + archive + "; set LLMC_RUNTIME_DIR to its folder");
  std::string libraryPath = library.str(), name = soname.str();
  std::vector<const char *> arguments = {"ld.lld",
                                         "-shared",
                                         "--hash-style=gnu",
                                         "--build-id=none",
                                         "-z",
                                         "defs",
                                         "-z",
                                         "relro",
                                         "-z",
                                         "now",
                                         "--gc-sections",
                                         "-O1",
                                         "--strip-all",
                                         "-soname",
                                         name.c_str(),
                                         "--version-script",
                                         versions.c_str(),
                                         "-o",
                                         libraryPath.c_str()};
  for (const std::string &object : objects)
    arguments.push_back(object.c_str());
  arguments.insert(arguments.end(), {"--whole-archive", archive.c_str(), "--no-whole-archive", "--as-needed",
                                     libm->c_str(), libc->c_str()});
  static std::mutex mutex;
  std::lock_guard<std::mutex> lock(mutex);
  std::string messages;
  llvm::raw_string_ostream stream(messages);
  lld::Result result = lld::lldMain(arguments, stream, stream, {{lld::Gnu, &lld::elf::link}});
  if (result.retCode != 0)
    return llvm::createStringError("linking failed: " + llvm::StringRef(messages).trim());
  return llvm::Error::success();
}

} // namespace llmc::codegen
