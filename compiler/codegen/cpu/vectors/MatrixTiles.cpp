// The machine's tiles, and the choice between both kinds.
#include "compiler/codegen/cpu/vectors/MatrixTiles.h"
#include "compiler/codegen/cpu/vectors/PlainTiles.h"
#include "llmc/artefact.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

using namespace mlir;

namespace llmc::codegen::cpu {

Value bytesBehind(OpBuilder &builder, Location loc, Value pointer, Value distance) {
  Value offset = arith::IndexCastOp::create(builder, loc, builder.getI64Type(), distance);
  return LLVM::GEPOp::create(builder, loc, pointer.getType(), builder.getI8Type(), pointer,
                             ArrayRef<LLVM::GEPArg>{offset});
}

Value bytesBehind(OpBuilder &builder, Location loc, Value pointer, int64_t distance) {
  return LLVM::GEPOp::create(builder, loc, pointer.getType(), builder.getI8Type(), pointer,
                             ArrayRef<LLVM::GEPArg>{static_cast<int32_t>(distance)});
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

  void call(OpBuilder &builder, StringRef name, ValueRange operands) {
    LLVM::CallIntrinsicOp::create(builder, loc, builder.getStringAttr(name), operands);
  }
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
