// What links rely on is true of the C library at hand: a symbol that it has in an old version has been there since.
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/VersionTuple.h"
#include "gtest/gtest.h"
#include <dlfcn.h>
#include <features.h>
#include <string>

namespace {

struct Row {
  const char *library, *version, *name;
};

constexpr Row rows[] = {
#define LLMC_SYSTEM_SYMBOL(library, version, name) {#library, #version, #name},
#include "compiler/codegen/artefact/SystemSymbols.def"
#undef LLMC_SYSTEM_SYMBOL
};

TEST(SystemSymbols, load_with_any_glibc_since_2_17) {
  for (const Row &row : rows) {
    llvm::VersionTuple version;
    ASSERT_FALSE(version.tryParse(row.version)) << row.name;
    EXPECT_LE(version, llvm::VersionTuple(2, 17)) << row.name;
  }
}

#if defined(__GLIBC__) && defined(__x86_64__)
TEST(SystemSymbols, are_there_in_these_versions) {
  ASSERT_TRUE(dlopen("libm.so.6", RTLD_NOW | RTLD_GLOBAL));
  ASSERT_TRUE(dlopen("libpthread.so.0", RTLD_NOW | RTLD_GLOBAL));
  ASSERT_TRUE(dlopen("libdl.so.2", RTLD_NOW | RTLD_GLOBAL));
  for (const Row &row : rows)
    EXPECT_TRUE(dlvsym(RTLD_DEFAULT, row.name, (std::string("GLIBC_") + row.version).c_str()))
        << row.name << " of version " << row.version;
}
#endif

} // namespace
