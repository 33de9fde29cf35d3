// A file comes from outside: whatever does not fit is told by the kernel that it stands at.
#include "compiler/codegen/target/GivenSchedules.h"
#include "compiler/support/FileError.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"

using namespace mlir;
namespace json = llvm::json;

namespace llmc::codegen {

/// Null where a field is missing or is nothing that loops could be built by.
static ir::ScheduleAttr readSchedule(const json::Object &object, StringRef why, MLIRContext *context) {
  // Code grows with the square of the rows, and with the vectors.
  constexpr int64_t mostRows = 32, mostVectors = 8, mostInChunk = 1 << 20;
  auto level = object.getString("level");
  auto rows = object.getInteger("rows"), vectors = object.getInteger("vectors"), chunk = object.getInteger("chunk");
  int64_t depth = object.getInteger("depth").value_or(object.get("depth") ? -1 : 0);
  bool fits = level && rows && vectors && chunk && *rows >= 1 && *rows <= mostRows && *vectors >= 1 &&
              *vectors <= mostVectors && *chunk >= 1 && *chunk <= mostInChunk && depth >= 0;
  if (!fits)
    return {};
  return ir::ScheduleAttr::get(context, *level, object.getString("tile").value_or("given"), *rows, *vectors, *chunk,
                               depth, why);
}

llvm::Expected<GivenSchedules> GivenSchedules::read(StringRef path, MLIRContext *context) {
  auto text = llvm::MemoryBuffer::getFile(path, /*IsText=*/false, /*RequiresNullTerminator=*/true, /*IsVolatile=*/true);
  if (!text)
    return fileError(text.getError(), "can't read " + path);
  auto parsed = json::parse((*text)->getBuffer());
  if (!parsed)
    return llvm::createStringError(path + " is no JSON: " + llvm::toString(parsed.takeError()));
  const json::Object *file = parsed->getAsObject();
  const json::Array *kernels = file ? file->getArray("kernels") : nullptr;
  if (!kernels)
    return llvm::createStringError(path + " lists no kernels; try: the manifest.json of a compiled model");
  GivenSchedules result;
  std::string why = ("given by " + path).str();
  for (auto [number, kernel] : llvm::enumerate(*kernels)) {
    const json::Object *object = kernel.getAsObject();
    auto fingerprint = object ? object->getString("fingerprint") : std::nullopt;
    const json::Array *list = fingerprint ? object->getArray("schedules") : nullptr;
    for (const json::Value &value : list ? llvm::ArrayRef<json::Value>(*list) : llvm::ArrayRef<json::Value>()) {
      const json::Object *fields = value.getAsObject();
      ir::ScheduleAttr schedule = fields ? readSchedule(*fields, why, context) : ir::ScheduleAttr();
      if (!schedule)
        return llvm::createStringError(
            path + ": a schedule of kernel " + llvm::Twine(number) +
            " is none; try: a level, 1 to 32 rows, 1 to 8 vectors, a chunk from 1 on, a depth or none");
      result.schedules[*fingerprint].push_back(schedule);
    }
  }
  return result;
}

ir::ScheduleAttr GivenSchedules::find(StringRef fingerprint, StringRef level) const {
  auto known = schedules.find(fingerprint);
  if (known == schedules.end())
    return {};
  auto schedule = llvm::find_if(known->second, [&](ir::ScheduleAttr s) { return s.getLevel() == level; });
  return schedule == known->second.end() ? ir::ScheduleAttr() : *schedule;
}

} // namespace llmc::codegen
