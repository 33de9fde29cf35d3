// Streams weights to a file.
#include "compiler/codegen/artefact/WeightsWriter.h"
#include "compiler/ir/ElementTypes.h"
#include "compiler/support/FileError.h"
#include "llmc/artefact.h"
#include "llmc/digest.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;

namespace llmc::codegen {
namespace {

/// The payload of a weights file on its way to the disk.
class Payload {
public:
  explicit Payload(llvm::raw_fd_ostream &stream) : stream(stream) {}

  void append(ArrayRef<char> bytes) {
    stream.write(bytes.data(), bytes.size());
    digest.update(bytes.data(), bytes.size());
    written += bytes.size();
  }
  void padTo(uint64_t offset) {
    static const char zeros[64] = {};
    append(ArrayRef<char>(zeros, offset - written));
  }
  uint64_t finish() const { return digest.finish(); }

private:
  llvm::raw_fd_ostream &stream;
  runtime::Digest digest;
  uint64_t written = 0;
};

/// A small constant as bytes; bools take one each.
std::vector<char> bytesOf(ir::ConstantOp constant) {
  auto elements = cast<DenseElementsAttr>(constant.getValue());
  uint64_t width = ir::elementBytes(elements.getElementType());
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

llvm::Error writeEntries(Payload &payload, const WeightsLayout &layout, WeightEvaluator evaluate) {
  for (const WeightsLayout::Entry &entry : layout.entries()) {
    payload.padTo(entry.offset);
    auto write = [&](ArrayRef<char> bytes) -> llvm::Error {
      if (bytes.size() != entry.bytes)
        return llvm::createStringError("a recipe gave the wrong number of bytes");
      payload.append(bytes);
      return llvm::Error::success();
    };
    auto constant = dyn_cast<ir::ConstantOp>(entry.source);
    if (llvm::Error error = constant ? write(bytesOf(constant)) : evaluate(cast<ir::WeightOp>(entry.source), write))
      return error;
  }
  return llvm::Error::success();
}

} // namespace

llvm::Expected<uint64_t> writeWeights(NewFile &file, const WeightsLayout &layout, WeightEvaluator evaluate) {
  llvm::raw_fd_ostream stream(file.descriptor(), /*shouldClose=*/false);
  stream.write_zeros(LLMC_WEIGHTS_PAYLOAD);
  Payload payload(stream);
  llvm::Error error = writeEntries(payload, layout, evaluate);
  llmc_weights_header header = {LLMC_WEIGHTS_MAGIC, LLMC_WEIGHTS_VERSION, LLMC_WEIGHTS_PAYLOAD, layout.totalBytes(),
                                payload.finish()};
  stream.seek(0);
  stream.write(reinterpret_cast<const char *>(&header), sizeof(header));
  if (llvm::Error failure = llvm::joinErrors(std::move(error), finishWriting(stream, file.shownAs())))
    return std::move(failure);
  return header.digest;
}

} // namespace llmc::codegen
