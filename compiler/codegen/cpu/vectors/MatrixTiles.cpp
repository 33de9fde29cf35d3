// The machine's tiles, and the choice between both kinds.
#include "compiler/codegen/cpu/vectors/MatrixTiles.h"
#include "compiler/codegen/cpu/vectors/Intrinsics.h"
#include "compiler/codegen/cpu/vectors/PlainTiles.h"
#include "compiler/codegen/kernel/ElementEmitter.h"
#include "llmc/artefact.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

using namespace mlir;

namespace llmc::codegen::cpu {

Value bytesBehind(OpBuilder &builder, Location loc, Value pointer, Value distance) {
  return elementAddress(builder, loc, pointer, builder.getI8Type(), distance);
}

Value bytesBehind(OpBuilder &builder, Location loc, Value pointer, int64_t distance) {
  return bytesBehind(builder, loc, pointer, arith::ConstantIndexOp::create(builder, loc, distance).getResult());
}

MatrixTiles::MatrixTiles(KernelFrame &frame)
    : frame(frame), loc(frame.loc()), configuration(frame.scratch(TileConfiguration::kBytes)) {}

void MatrixTiles::configure(OpBuilder &builder, ArrayRef<TileSize> sizes) {
  assert(sizes.size() == kTiles);
  auto put = [&](int64_t place, Value value) {
    LLVM::StoreOp::create(builder, loc, value, bytesBehind(builder, loc, configuration, place));
  };
  auto zeros = VectorType::get({TileConfiguration::kBytes}, builder.getI8Type());
  put(0, arith::ConstantOp::create(builder, loc, builder.getZeroAttr(zeros)));
  put(TileConfiguration::kPalette, arith::ConstantIntOp::create(builder, loc, 1, 8));
  for (auto [number, size] : llvm::enumerate(sizes)) {
    if (!size.bytes)
      continue;
    auto tile = static_cast<int64_t>(number);
    put(TileConfiguration::rowBytesOf(tile), arith::ConstantIntOp::create(builder, loc, size.bytes, 16));
    put(TileConfiguration::rowsOf(tile), arith::IndexCastOp::create(builder, loc, builder.getI8Type(), size.rows));
  }
  use(builder);
}

void MatrixTiles::multiplyBlock(OpBuilder &builder, int64_t bands, int64_t panels, const TileSource &left,
                                const TileSource &right) {
  for (int64_t band = 0; band < bands; ++band)
    load(builder, TileNumbers::left(band), left.pointer(band), left.stride);
  for (int64_t panel = 0; panel < panels; ++panel) {
    load(builder, TileNumbers::right(panel), right.pointer(panel), right.stride);
    for (int64_t band = 0; band < bands; ++band)
      multiply(builder, TileNumbers::sum(band, panel), TileNumbers::left(band), TileNumbers::right(panel));
  }
}

namespace {

/// AMX.
class MachineTiles : public MatrixTiles {
public:
  MachineTiles(KernelFrame &frame, StringRef product) : MatrixTiles(frame), product(product) {}

  void clear(OpBuilder &builder, int64_t tile) override { call(builder, "llvm.x86.tilezero", {number(builder, tile)}); }
  void load(OpBuilder &builder, int64_t tile, Value pointer, Value stride) override {
    call(builder, "llvm.x86.tileloadd64", {number(builder, tile), pointer, word(builder, stride)});
  }
  void store(OpBuilder &builder, int64_t tile, Value pointer, Value stride) override {
    call(builder, "llvm.x86.tilestored64", {number(builder, tile), pointer, word(builder, stride)});
  }
  void multiply(OpBuilder &builder, int64_t sum, int64_t left, int64_t right) override {
    call(builder, product, {number(builder, sum), number(builder, left), number(builder, right)});
  }
  void release(OpBuilder &builder) override { call(builder, "llvm.x86.tilerelease", {}); }

private:
  void use(OpBuilder &builder) override { call(builder, "llvm.x86.ldtilecfg", {configuration}); }

  void call(OpBuilder &builder, StringRef name, ValueRange operands) { callIntrinsic(builder, loc, name, operands); }
  Value number(OpBuilder &builder, int64_t tile) {
    return LLVM::ConstantOp::create(builder, loc, builder.getI8IntegerAttr(static_cast<int8_t>(tile)));
  }
  Value word(OpBuilder &builder, Value index) {
    return arith::IndexCastOp::create(builder, loc, builder.getI64Type(), index);
  }

  StringRef product;
};

StringRef productOf(std::optional<Signs> bytes) {
  if (!bytes)
    return "llvm.x86.tdpbf16ps";
  if (bytes->leftIsUnsigned)
    return bytes->rightIsUnsigned ? "llvm.x86.tdpbuud" : "llvm.x86.tdpbusd";
  return bytes->rightIsUnsigned ? "llvm.x86.tdpbsud" : "llvm.x86.tdpbssd";
}

} // namespace

std::unique_ptr<MatrixTiles> matrixTiles(KernelFrame &frame, std::optional<Signs> bytes) {
  uint64_t needed = bytes ? LLMC_CPU_AMX_INT8 : LLMC_CPU_AMX_BF16;
  if (frame.target().cpuFeatures & needed)
    return std::make_unique<MachineTiles>(frame, productOf(bytes));
  return std::make_unique<PlainTiles>(frame, bytes);
}

} // namespace llmc::codegen::cpu
