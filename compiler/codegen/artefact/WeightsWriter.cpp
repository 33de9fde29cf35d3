// Streams weights to a file.
#include "compiler/codegen/artefact/WeightsWriter.h"
#include "llmc/artefact.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Support/xxhash.h"

using namespace mlir;

namespace llmc::codegen {
namespace {

/// XXH64 over pieces. LLVM hashes only whole buffers, so the finished file is mapped once.
llvm::Expected<uint64_t> digestOf(StringRef path, uint64_t bytes) {
  if (bytes == 0)
    return llvm::xxHash64(llvm::StringRef());
  auto file = llvm::sys::fs::openNativeFileForRead(path);
  if (!file)
    return file.takeError();
  std::error_code error;
  llvm::sys::fs::mapped_file_region region(*file, llvm::sys::fs::mapped_file_region::readonly, bytes,
                                           LLMC_WEIGHTS_PAYLOAD, error);
  llvm::sys::fs::closeFile(*file);
  if (error)
    return llvm::createStringError(error, "can't read back " + path);
  return llvm::xxHash64(llvm::StringRef(region.const_data(), bytes));
}

/// A small constant as bytes; bools take one each.
std::vector<char> bytesOf(ir::ConstantOp constant) {
  auto elements = cast<DenseElementsAttr>(constant.getValue());
  uint64_t width = (elements.getElementType().getIntOrFloatBitWidth() + 7) / 8;
  std::vector<char> bytes;
  auto append = [&](const APInt &value) {
    uint64_t bits = value.getZExtValue();
    for (uint64_t i = 0; i < width; ++i)
      bytes.push_back(static_cast<char>(bits >> (8 * i)));
  };
  if (isa<FloatType>(elements.getElementType()))
    for (const APFloat &value : elements.getValues<APFloat>())
      append(value.bitcastToAPInt());
  else
    for (const APInt &value : elements.getValues<APInt>())
      append(value);
  return bytes;
}

} // namespace

llvm::Expected<uint64_t> writeWeights(StringRef path, const WeightsLayout &layout, WeightEvaluator evaluate) {
  std::error_code error;
  llvm::raw_fd_ostream stream(path, error);
  if (error)
    return llvm::createStringError(error, "can't write " + path);
  stream.write_zeros(LLMC_WEIGHTS_PAYLOAD);
  for (const WeightsLayout::Entry &entry : layout.entries()) {
    stream.write_zeros(LLMC_WEIGHTS_PAYLOAD + entry.offset - stream.tell());
    auto write = [&](ArrayRef<char> bytes) -> llvm::Error {
      if (bytes.size() != entry.bytes)
        return llvm::createStringError("a recipe gave the wrong number of bytes");
      stream.write(bytes.data(), bytes.size());
      return llvm::Error::success();
    };
    if (auto constant = dyn_cast<ir::ConstantOp>(entry.source)) {
      if (llvm::Error failure = write(bytesOf(constant)))
        return failure;
    } else if (llvm::Error failure = evaluate(cast<ir::WeightOp>(entry.source), write)) {
      return failure;
    }
  }
  stream.flush();
  if (stream.has_error()) {
    std::error_code reason = stream.error();
    stream.clear_error();
    return llvm::createStringError(reason, "can't write " + path);
  }
  auto digest = digestOf(path, layout.totalBytes());
  if (!digest)
    return digest.takeError();
  llmc_weights_header header = {LLMC_WEIGHTS_MAGIC, LLMC_WEIGHTS_VERSION, LLMC_WEIGHTS_PAYLOAD, layout.totalBytes(),
                                *digest};
  stream.seek(0);
  stream.write(reinterpret_cast<const char *>(&header), sizeof(header));
  return *digest;
}

} // namespace llmc::codegen
