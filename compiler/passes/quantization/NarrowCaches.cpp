// Keys and values that attention alone reads are stored in few bits: what is new of them is rounded before it is put
// behind the others, and all of it is read as it is stored, so that a position counts the same in each run.
#include "compiler/ir/Caches.h"
#include "compiler/ir/Decisions.h"
#include "compiler/ir/DimAnalysis.h"
#include "compiler/ir/ElementTypes.h"
#include "compiler/ir/FloatMaps.h"
#include "compiler/ir/Interface.h"
#include "compiler/ir/Reshaping.h"
#include "compiler/ir/ScalarBodies.h"
#include "compiler/ir/Variants.h"
#include "compiler/passes/quantization/CacheSpec.h"
#include "compiler/passes/quantization/Passes.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;

namespace llmc::passes {
#define GEN_PASS_DEF_NARROWCACHES
#include "compiler/passes/quantization/Passes.h.inc"

namespace {

constexpr char kSteps[] = ".steps"; // behind the name of the tensor whose they are

/// An operation that moves elements; the sizes of what it gives, and along which axis of that a row lies.
struct Move {
  Operation *op;
  ir::DimVector sizes;
  unsigned row;
};

/// Where attention reads a cache, and what moves its elements on the way, the first one first.
struct Reader {
  OpOperand *use;
  std::vector<Move> moves;
};

/// An input, the output that continues it, and who reads that.
struct Cache {
  BlockArgument past;
  ir::DimVector pastSizes;
  ir::ConcatOp present;
  unsigned output, row; // the axis along which a row lies
  std::vector<Reader> readers;
};

class CacheSearch {
public:
  CacheSearch(func::FuncOp function, ir::DimAnalysis &dims) : function(function), dims(dims) {}

  /// `others` gets what would be one, and why it is none.
  std::vector<Cache> run(std::vector<std::string> &others) {
    std::vector<Cache> caches;
    for (OpOperand &output : function.getBody().front().getTerminator()->getOpOperands())
      if (auto cache = match(output, others))
        caches.push_back(std::move(*cache));
    return caches;
  }

private:
  std::optional<Cache> match(OpOperand &output, std::vector<std::string> &others) {
    auto concat = output.get().getDefiningOp<ir::ConcatOp>();
    auto past = concat ? dyn_cast<BlockArgument>(concat.getInputs().front()) : BlockArgument();
    if (!past || !past.hasOneUse() || concat.getInputs().size() < 2 || !ir::widensToF32(getElementTypeOrSelf(past)))
      return std::nullopt;
    auto rank = static_cast<unsigned>(cast<RankedTensorType>(past.getType()).getRank());
    auto axis = static_cast<unsigned>(concat.getAxis());
    if (rank < 2 || axis < rank - 2)
      return std::nullopt;
    Cache cache = {past, dims.dims(past), concat, output.getOperandNumber(), axis == rank - 1 ? rank - 2 : rank - 1,
                   {}};
    std::vector<Move> moves;
    std::string why = "nothing but an output reads it";
    if (collect(concat.getResult(), cache, moves, why) && !cache.readers.empty())
      return cache;
    ir::note(concat, "cache stays floats", why);
    others.push_back("of \"" + ir::inputName(function, past.getArgNumber()) + "\" " + why);
    return std::nullopt;
  }

  /// Whoever reads `tensor`, which is the output or a form of it that `moves` make.
  bool collect(Value tensor, Cache &cache, std::vector<Move> &moves, std::string &why) {
    for (OpOperand &use : tensor.getUses()) {
      Operation *user = use.getOwner();
      if (user->hasTrait<OpTrait::IsTerminator>()) {
        if (moves.empty() && use.getOperandNumber() == cache.output)
          continue;
        why = "another output is made of it";
        return false;
      }
      unsigned row = moves.empty() ? cache.row : moves.back().row;
      bool isOfRows = row + 1 == cast<RankedTensorType>(tensor.getType()).getRank();
      if (isa<ir::AttentionOp>(user) && use.getOperandNumber() != 0 && isOfRows) {
        cache.readers.push_back({&use, moves});
        continue;
      }
      auto next = rowAfter(user, row);
      if (!next) {
        why = ("llmc." + user->getName().stripDialect() + " reads it").str();
        return false;
      }
      moves.push_back({user, dims.dims(user->getResult(0)), *next});
      bool found = collect(user->getResult(0), cache, moves, why);
      moves.pop_back();
      if (!found)
        return false;
    }
    return true;
  }

  /// Where a row lies in what an operation makes of its tensor, when that only moves or widens elements.
  std::optional<unsigned> rowAfter(Operation *op, unsigned row) {
    if (auto transpose = dyn_cast<ir::TransposeOp>(op))
      return llvm::find(transpose.getPerm(), row) - transpose.getPerm().begin();
    if (auto map = dyn_cast<ir::MapOp>(op))
      return ir::isWidening(map) ? std::optional(row) : std::nullopt;
    if (isa<ir::ExpandOp>(op) && dims.dims(op->getOperand(0)).size() == dims.dims(op->getResult(0)).size())
      return row;
    auto reshape = dyn_cast<ir::ReshapeOp>(op);
    if (!reshape)
      return std::nullopt;
    ir::DimVector from = dims.dims(reshape.getInput()), to = dims.dims(reshape.getResult());
    bool keepsMatrices = from.size() >= 2 && to.size() >= 2 && row + 2 >= from.size() &&
                         ArrayRef<ir::DimExpr>(from).take_back(2) == ArrayRef<ir::DimExpr>(to).take_back(2);
    return keepsMatrices ? std::optional<unsigned>(to.size() - from.size() + row) : std::nullopt;
  }

  func::FuncOp function;
  ir::DimAnalysis &dims;
};

/// Puts codes in the place of a cache of a function.
class CacheRewrite {
public:
  CacheRewrite(func::FuncOp function, Cache &cache, CacheType type)
      : function(function), cache(cache), type(type), builder(cache.present), loc(cache.present.getLoc()) {}

  ir::NarrowCache run() {
    Type narrow = type == CacheType::Int8      ? Type(builder.getI8Type())
                  : type == CacheType::Float16 ? Type(builder.getF16Type())
                                               : Type(builder.getBF16Type());
    ir::NarrowCache result = {cache.past.getArgNumber(),
                              cache.output,
                              cache.row,
                              static_cast<uint32_t>(*ir::dtypeOf(getElementTypeOrSelf(cache.past))),
                              static_cast<uint32_t>(*ir::dtypeOf(narrow)),
                              {}};
    Value fresh = newElements();
    Value freshSteps;
    if (type == CacheType::Int8)
      freshSteps = ir::stepsAlong(builder, loc, fresh, cache.row, double(ir::kMostCacheCode));
    Value freshCodes = freshSteps ? wholeSteps(fresh, freshSteps) : rounded(fresh, narrow);
    cache.past.setType(cast<RankedTensorType>(cache.past.getType()).clone(narrow));
    describeArgument(cache.past.getArgNumber(), narrow);
    Value codes = ir::ConcatOp::create(builder, loc, ValueRange{cache.past, freshCodes}, cache.present.getAxis());
    Value steps;
    if (freshSteps) {
      Value pastSteps = addSteps();
      steps = ir::ConcatOp::create(builder, loc, ValueRange{pastSteps, freshSteps}, cache.present.getAxis());
    }
    for (Reader &reader : cache.readers)
      reader.use->set(decoded(reader, codes, steps));
    setOutput(cache.output, codes);
    if (steps)
      result.steps = {function.getNumArguments() - 1,
                      ir::addOutput(function, ir::outputName(function, cache.output) + kSteps, steps)};
    return result;
  }

private:
  Value newElements() {
    SmallVector<Value> parts(llvm::drop_begin(cache.present.getInputs()));
    return parts.size() == 1 ? parts.front()
                             : Value(ir::ConcatOp::create(builder, loc, parts, cache.present.getAxis()));
  }

  Value wholeSteps(Value fresh, Value steps) {
    return ir::MapOp::create(builder, loc, {fresh, steps}, [](OpBuilder &inner, Location at, ValueRange x) -> Value {
      ir::FloatMath m(inner, at);
      // Steps of the smallest numbers are so rough that more of them may be needed.
      Value most = m.constant(double(ir::kMostCacheCode)), least = m.constant(-double(ir::kMostCacheCode));
      Value whole = m.roundEven(m.inSteps(m.widen(x[0]), x[1]));
      whole = m.apply<arith::MinimumFOp>(m.apply<arith::MaximumFOp>(whole, least), most);
      return arith::FPToSIOp::create(inner, at, inner.getI8Type(), whole);
    });
  }

  Value rounded(Value fresh, Type narrow) {
    if (!getElementTypeOrSelf(fresh).isF32())
      fresh = ir::convertEach<arith::ExtFOp>(builder, loc, fresh, builder.getF32Type());
    return ir::convertEach<arith::TruncFOp>(builder, loc, fresh, narrow);
  }

  /// What attention reads, in f32.
  Value decoded(const Reader &reader, Value codes, Value steps) {
    OpBuilder before(reader.use->getOwner());
    for (const Move &move : reader.moves) {
      codes = moved(before, move.op, codes, move.sizes);
      ir::DimVector sizes = move.sizes;
      sizes[move.row] = 1;
      steps = steps ? moved(before, move.op, steps, sizes) : steps;
    }
    if (!steps)
      return ir::convertEach<arith::ExtFOp>(before, loc, codes, before.getF32Type());
    return ir::mapInF32(before, loc, {codes, steps},
                        [](ir::FloatMath &m, ValueRange x) { return m.mul(m.fromInteger(x[0]), x[1]); });
  }

  static Value moved(OpBuilder &before, Operation *move, Value tensor, const ir::DimVector &sizes) {
    if (auto transpose = dyn_cast<ir::TransposeOp>(move))
      return ir::transposeBy(before, move->getLoc(), tensor, transpose.getPerm());
    if (isa<ir::ExpandOp>(move))
      return ir::expandTo(before, move->getLoc(), tensor, sizes);
    return isa<ir::ReshapeOp>(move) ? ir::reshapeTo(before, move->getLoc(), tensor, sizes) : tensor;
  }

  //===--- inputs and outputs -------------------------------------------------------------------------------------===//

  void describeArgument(unsigned number, Type element) {
    function.setArgAttr(number, ir::kDtypeAttr, builder.getI64IntegerAttr(*ir::dtypeOf(element)));
    function.setFunctionType(builder.getFunctionType(function.getBody().getArgumentTypes(), function.getResultTypes()));
  }

  Value addSteps() {
    ir::DimVector sizes = cache.pastSizes;
    sizes[cache.row] = 1;
    return ir::addInput(function, ir::inputName(function, cache.past.getArgNumber()) + kSteps, builder.getF32Type(),
                        sizes);
  }

  void setOutput(unsigned number, Value value) {
    function.getBody().front().getTerminator()->setOperand(number, value);
    SmallVector<Type> results(function.getResultTypes());
    results[number] = value.getType();
    function.setFunctionType(builder.getFunctionType(function.getArgumentTypes(), results));
    function.setResultAttr(number, ir::kDtypeAttr,
                           builder.getI64IntegerAttr(*ir::dtypeOf(getElementTypeOrSelf(value))));
  }

  func::FuncOp function;
  Cache &cache;
  CacheType type;
  OpBuilder builder;
  Location loc;
};

struct NarrowCachesPass : impl::NarrowCachesBase<NarrowCachesPass> {
  using NarrowCachesBase::NarrowCachesBase;

  void runOnOperation() override {
    auto spec = parseCaches(rules);
    if (!spec) {
      getOperation().emitError() << llvm::toString(spec.takeError());
      return signalPassFailure();
    }
    std::vector<ir::NarrowCache> first;
    others.clear();
    SmallVector<func::FuncOp> variants = ir::variantsOf(getOperation());
    for (func::FuncOp function : variants) {
      auto caches = narrow(function, *spec);
      if (failed(caches))
        return signalPassFailure();
      if (function == variants.front())
        first = std::move(*caches);
      else if (*caches != first) { // all have the same inputs and outputs
        function.emitError() << "caches are found in other places where sizes are " << ir::variantDims(function)
                             << "; try: the model without --dim of several sizes, or without rules for caches";
        return signalPassFailure();
      }
    }
    numNarrow += static_cast<unsigned>(first.size());
    for (const std::string &rule : spec->unused()) {
      getOperation().emitError() << "no cache that attention alone reads has the name of an input that \"" << rule
                                 << "\" gives" << (others.empty() ? "" : ": ") << llvm::join(others, ", ")
                                 << "; try: the names that llmc inspect tells, and a pattern with *";
      signalPassFailure();
    }
  }

private:
  FailureOr<std::vector<ir::NarrowCache>> narrow(func::FuncOp function, NodeRules<CacheType> &spec) {
    ir::DimAnalysis dims(function);
    if (!dims.isValid())
      return failure();
    std::vector<ir::NarrowCache> narrowed;
    for (Cache &cache : CacheSearch(function, dims).run(others)) {
      const CacheType *wanted = spec.find({ir::inputName(function, cache.past.getArgNumber())});
      if (wanted && saves(*wanted, getElementTypeOrSelf(cache.past)))
        narrowed.push_back(CacheRewrite(function, cache, *wanted).run());
    }
    if (!narrowed.empty())
      ir::writeCaches(function, narrowed);
    eraseUnread(function);
    return narrowed;
  }

  static bool saves(CacheType type, Type element) {
    return type == CacheType::Int8 || (type != CacheType::Float && element.isF32());
  }

  /// What led from floats to attention.
  static void eraseUnread(func::FuncOp function) {
    for (Operation &op : llvm::make_early_inc_range(llvm::reverse(function.getBody().front())))
      if (isOpTriviallyDead(&op))
        op.erase();
  }

  std::vector<std::string> others; // that stay as they are, and why
};

} // namespace
} // namespace llmc::passes
