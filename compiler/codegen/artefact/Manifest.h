// The manifest, JSON: what the artefact is and which decisions made it so. A library carries its own; manifest.json
// lies beside it for people, and for artefacts without a library.
#ifndef LLMC_COMPILER_CODEGEN_ARTEFACT_MANIFEST_H
#define LLMC_COMPILER_CODEGEN_ARTEFACT_MANIFEST_H

#include "compiler/codegen/artefact/ModelFacts.h"
#include "compiler/ir/Decisions.h"
#include "compiler/ir/LlmcDialect.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/JSON.h"
#include <optional>

namespace llmc::codegen {

/// A file of an artefact.
struct ArtefactFile {
  std::string name;
  std::optional<uint64_t> bytes;
  std::optional<uint64_t> digest; // XXH64 with seed 0

  bool operator==(const ArtefactFile &other) const {
    return name == other.name && bytes == other.bytes && digest == other.digest;
  }
};

/// "xxh64:0123456789abcdef", and back; nothing for other texts.
std::string digestText(uint64_t digest);
std::optional<uint64_t> parseDigest(llvm::StringRef text);

/// The attribute "size_rules".
void writeSizeRules(llvm::json::OStream &json, llvm::ArrayRef<ir::SizeRule> rules);
/// The attributes of a schedule, as GivenSchedules reads them.
void writeSchedule(llvm::json::OStream &json, ir::ScheduleAttr schedule);
/// The attribute "decisions" of a kernel.
void writeDecisions(llvm::json::OStream &json, llvm::ArrayRef<ir::Explanation> decisions);
/// An attribute with a list of files.
void writeFiles(llvm::json::OStream &json, llvm::StringRef key, llvm::ArrayRef<ArtefactFile> files);

/// `files` are those of the artefact, without the manifest; `former` are weights of the one before, which whoever has
/// just loaded its code may still look for.
std::string manifestText(const ModelFacts &facts, llvm::ArrayRef<mlir::func::FuncOp> variants, llvm::StringRef pipeline,
                         llvm::ArrayRef<ArtefactFile> files, llvm::ArrayRef<ArtefactFile> former = {});

} // namespace llmc::codegen

#endif
