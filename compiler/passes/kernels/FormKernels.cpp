// Groups the operations of a function into kernels.
//
// Every operation belongs to one group, named by its last operation (the root), or is inlined into the groups of its
// users. Walking backwards, all users of an operation are decided before it. Groups become kernels where their roots
// stand.
#include "compiler/ir/Decisions.h"
#include "compiler/ir/DimAnalysis.h"
#include "compiler/ir/LlmcDialect.h"
#include "compiler/ir/ScalarBodies.h"
#include "compiler/passes/kernels/Passes.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/SmallVectorExtras.h"

using namespace mlir;

namespace llmc::passes {
#define GEN_PASS_DEF_FORMKERNELS
#include "compiler/passes/kernels/Passes.h.inc"

namespace {

/// Reshapes of what kernels compute are views, which stay outside.
bool isMovement(Operation *op) { return isa_and_nonnull<ir::MovementInterface>(op) && !isa<ir::ReshapeOp>(op); }

bool isSplat(Operation *op) {
  auto constant = dyn_cast_or_null<ir::ConstantOp>(op);
  return constant && isa<DenseElementsAttr>(constant.getValue()) &&
         cast<DenseElementsAttr>(constant.getValue()).isSplat();
}

/// Computed anew wherever it is needed: it costs nothing and needs no memory.
bool isFree(Operation *op) {
  if (!op)
    return false;
  if (isSplat(op) || isa<ir::IotaOp, ir::ShapeOp, ir::SizeOp>(op))
    return true;
  // A reshape or expand of something free, too.
  return isa<ir::ExpandOp, ir::ReshapeOp>(op) && isFree(op->getOperand(0).getDefiningOp());
}

size_t countScalars(Operation *op) {
  auto map = dyn_cast<ir::MapOp>(op);
  return op->getNumOperands() + (map ? llvm::range_size(map.getBody().front().getOperations()) : 0);
}

constexpr const char *kTooLong = "its kernel would have too much code";

struct Group {
  llvm::SetVector<Operation *> members;   // root first, then backwards
  SmallVector<Operation *> sharedResults; // members that others read too, besides the root
  size_t scalars = 0;
};

class KernelFormation {
public:
  KernelFormation(func::FuncOp function, ir::DimAnalysis &analysis, const FormKernelsOptions &options)
      : function(function), analysis(analysis), passOperands(options.passOperands), mostScalars(options.mostScalars),
        records(options.records) {}

  int64_t epilogues = 0;

  int64_t run() {
    for (Operation &op : function.getBody().front())
      if (auto anchor = dyn_cast<ir::AnchorInterface>(op))
        claimEpilogue(anchor);
    for (Operation &op : llvm::reverse(function.getBody().front()))
      assign(&op);
    for (auto [place, op] : llvm::enumerate(function.getBody().front()))
      places[&op] = place;
    SmallVector<Operation *> roots;
    for (auto &[root, group] : groups)
      roots.push_back(root);
    llvm::sort(roots, [](Operation *a, Operation *b) { return a->isBeforeInBlock(b); });
    for (Operation *root : roots)
      build(root, groups[root]);
    return static_cast<int64_t>(roots.size());
  }

private:
  /// The maps and transposes behind an anchor that can work on its values where they arise.
  void claimEpilogue(ir::AnchorInterface anchor) {
    bool isContraction = anchor.getAnchorKind() == ir::AnchorKind::Contraction;
    Operation *last = anchor;
    for (size_t scalars = 0;;) {
      Operation *next = onlyUser(last);
      bool map =
          isa_and_nonnull<ir::MapOp>(next) && analysis.dims(next->getResult(0)) == analysis.dims(last->getResult(0));
      bool move = isContraction && isa_and_nonnull<ir::TransposeOp>(next);
      if ((!map && !move) || claimed.count(next) || (scalars += countScalars(next)) > mostScalars) {
        note(last, whyStored(last, next, map || move));
        break;
      }
      claimed[next] = anchor;
      ++epilogues;
      last = next;
    }
    claimed[anchor] = anchor;
    rootOf[anchor] = last;
  }

  /// Why no epilogue goes on behind `op`, which `next` alone reads, if it is not null.
  std::string whyStored(Operation *op, Operation *next, bool isTooLong) {
    if (!next)
      return whyShared(op);
    if (next->hasTrait<OpTrait::IsTerminator>())
      return "an output";
    if (isTooLong)
      return claimed.count(next) ? nameOf(next) + " belongs to another kernel" : kTooLong;
    if (isa<ir::ReshapeOp>(next)) {
      while (isa_and_nonnull<ir::ReshapeOp>(next))
        next = onlyUser(next);
      if (!next || next->hasTrait<OpTrait::IsTerminator>())
        return next ? "an output under other sizes" : "several operations read it under other sizes";
      return nameOf(next) + " reads it under other sizes";
    }
    if (isa<ir::MapOp>(next))
      return "the map that reads it has other sizes";
    return isa<ir::AnchorInterface>(next) ? nameOf(next) + " has loops of its own" : nameOf(next) + " moves elements";
  }

  /// Why `op`, which has several readers or none, is stored.
  std::string whyShared(Operation *op) {
    llvm::SmallPtrSet<Operation *, 4> users(op->user_begin(), op->user_end());
    return users.empty() ? "nobody reads it" : std::to_string(users.size()) + " operations read it";
  }

  static std::string nameOf(Operation *op) { return op->getName().stripDialect().str(); }

  void note(Operation *op, const llvm::Twine &why) {
    if (records)
      ir::note(op, "result stored", why);
  }

  Operation *onlyUser(Operation *op) {
    Operation *user = nullptr;
    for (Operation *next : op->getResult(0).getUsers()) {
      if (user && user != next)
        return nullptr;
      user = next;
    }
    return user;
  }

  void assign(Operation *op) {
    if (op->hasTrait<OpTrait::IsTerminator>() || isFree(op) || isa<ir::GetWeightOp, ir::ReshapeOp, ir::CheckOp>(op) ||
        !isa<ir::LlmcDialect>(op->getDialect()) || isa<ir::ConstantOp>(op))
      return;
    auto claim = claimed.find(op);
    if (claim != claimed.end()) {
      join(op, rootOf[claim->second], 1);
      return;
    }
    std::string why;
    Operation *home = commonHome(op, why);
    size_t times = 0;
    for (OpOperand &use : op->getUses())
      times += timesEmitted.lookup(use.getOwner());
    auto hasRoom = [&](Operation *root) { return hasRoomFor(root, op, times); };
    if (home && hasRoom(home)) {
      join(op, home, times);
    } else if (Operation *shared = sharedHome(op); shared && hasRoom(shared)) {
      join(op, shared, times + 1);
      groups[shared].sharedResults.push_back(op);
      note(op, "computed for another kernel, and " + why);
    } else if (Operation *maker = makerOf(op); maker && hasRoomFor(maker, op, 1)) {
      join(op, maker, 1);
      groups[maker].sharedResults.push_back(op);
      note(op, "computed where what it reads arises, and " + why);
    } else {
      join(op, op, 1);
      note(op, home ? kTooLong : why);
    }
  }

  bool hasRoomFor(Operation *root, Operation *op, size_t times) {
    return groups[root].scalars + times * countScalars(op) <= mostScalars;
  }

  /// The end of the epilogue whose result a cheap map reads, and nothing else: the elements of the map can be a
  /// second result of that kernel.
  Operation *makerOf(Operation *op) {
    auto map = dyn_cast<ir::MapOp>(op);
    if (!map || !ir::isCheap(map) || map.getNumOperands() != 1)
      return nullptr;
    Operation *maker = map.getInputs()[0].getDefiningOp();
    auto claim = claimed.find(maker);
    bool isEnd = maker && claim != claimed.end() && rootOf[claim->second] == maker;
    return isEnd && analysis.dims(map.getResult()) == analysis.dims(maker->getResult(0)) ? maker : nullptr;
  }

  /// The group of a row reduction that reads `op`, when it can give the elements of `op` as a second result: the sum
  /// that a norm reads, and the next residual. All others that read it come later than the group.
  Operation *sharedHome(Operation *op) {
    Operation *home = nullptr;
    for (OpOperand &use : op->getUses()) {
      auto anchor = dyn_cast<ir::AnchorInterface>(use.getOwner());
      if (anchor && anchor.keepsPosition(use) && analysis.dims(use.get()) == analysis.dims(anchor->getResult(0)))
        home = homes.lookup(anchor);
      if (home)
        break;
    }
    if (!home || !isa<ir::MapOp>(op))
      return nullptr;
    bool fits = llvm::all_of(op->getUses(), [&](OpOperand &use) {
      Operation *reader = homes.lookup(use.getOwner());
      return reader == home ? acceptsInline(use, op) : home->isBeforeInBlock(reader ? reader : use.getOwner());
    });
    return fits ? home : nullptr;
  }

  void join(Operation *op, Operation *root, size_t times) {
    groups[root].members.insert(op);
    groups[root].scalars += times * countScalars(op);
    timesEmitted[op] = times;
    homes[op] = root;
  }

  /// The group that all users belong to, when each of them takes `op` inline; else null, and why.
  Operation *commonHome(Operation *op, std::string &why) {
    auto decline = [&](std::string reason) {
      why = std::move(reason);
      return nullptr;
    };
    if (!isMovement(op) && !isa<ir::MapOp>(op))
      return decline("only maps and movement are computed where they are read");
    Operation *home = nullptr;
    for (OpOperand &use : op->getResult(0).getUses()) {
      Operation *user = use.getOwner();
      auto found = homes.find(user);
      if (user->hasTrait<OpTrait::IsTerminator>())
        return decline("an output");
      if (found == homes.end()) // a reshape, which is a view of what lies in memory
        return decline(nameOf(user) + " reads it from memory");
      if (home && found->second != home)
        return decline("several kernels read it");
      if (const char *objection = objectionOf(use, op))
        return decline(nameOf(user) + " " + objection);
      home = found->second;
    }
    return home ? home : decline("nobody reads it");
  }

  ir::Reading readingOf(OpOperand &use) {
    Operation *user = use.getOwner();
    if (auto anchor = dyn_cast<ir::AnchorInterface>(user))
      return anchor.getReading(use);
    if (auto movement = dyn_cast<ir::MovementInterface>(user))
      return movement.getReading(use);
    return ir::Reading::BySize; // a map
  }

  bool acceptsInline(OpOperand &use, Operation *op) { return !objectionOf(use, op); }

  /// Why `op`, a map or movement, is not computed where it is used, as what the user does; null where it may be.
  const char *objectionOf(OpOperand &use, Operation *op) {
    auto map = dyn_cast<ir::MapOp>(op);
    auto unless = [](bool accepted, const char *objection) { return accepted ? nullptr : objection; };
    switch (readingOf(use)) {
    case ir::Reading::Once:
      return nullptr;
    case ir::Reading::BySize:
      return unless(acceptsCopies(use.getOwner(), op), "has other sizes, and would compute it more than once");
    case ir::Reading::Often:
      return unless(map && ir::isCheap(map), "reads each element many times");
    case ir::Reading::Passes:
      return unless(map && ir::isCheap(map) && map.getNumOperands() <= passOperands, "reads it in several passes");
    case ir::Reading::Rows:
      return unless(map ? ir::isDecoding(map, analysis) : cast<ir::MovementInterface>(op).keepsRows(analysis),
                    "reads whole rows many times");
    case ir::Reading::Stored:
      return "reads it from memory";
    }
  }

  /// Under a broadcast an element is computed once for each copy.
  bool acceptsCopies(Operation *user, Operation *op) {
    if (analysis.dims(op->getResult(0)) == analysis.dims(user->getResult(0)))
      return true;
    auto map = dyn_cast<ir::MapOp>(op);
    if (!map)
      return isa<ir::TransposeOp, ir::SliceOp>(op);
    return ir::isCheap(map) &&
           llvm::none_of(map.getInputs(), [](Value input) { return isMovement(input.getDefiningOp()); });
  }

  //===--- building ----------------------------------------------------------------------------------------------===//

  /// Free producers join the kernel; everything else comes in as an operand.
  void collectOperands(Group &group, SmallVectorImpl<Value> &operands) {
    SmallVector<Operation *> pending(group.members.begin(), group.members.end());
    while (!pending.empty()) {
      Operation *op = pending.pop_back_val();
      for (Value operand : op->getOperands()) {
        Operation *producer = operand.getDefiningOp();
        if (producer && group.members.contains(producer))
          continue;
        if (isFree(producer)) {
          group.members.insert(producer);
          pending.push_back(producer);
        } else if (!llvm::is_contained(operands, operand)) {
          operands.push_back(operand);
        }
      }
    }
  }

  void build(Operation *root, Group &group) {
    SmallVector<Value> operands;
    collectOperands(group, operands);
    SmallVector<Operation *> members(group.members.begin(), group.members.end());
    llvm::sort(members, [](Operation *a, Operation *b) { return a->isBeforeInBlock(b); });
    llvm::sort(operands, [&](Value a, Value b) { return orderOf(a) < orderOf(b); });
    OpBuilder builder(root);
    SmallVector<Location> locations;
    for (Operation *member : members)
      if (!isFree(member))
        locations.push_back(member->getLoc());
    SmallVector<Value> results = {root->getResult(0)};
    for (Operation *op : group.sharedResults)
      results.push_back(op->getResult(0));
    auto kernel = ir::KernelOp::create(builder, builder.getFusedLoc(locations), ValueRange(results).getTypes(),
                                       operands, /*places=*/ArrayAttr(), /*schedules=*/ArrayAttr());
    for (Operation *member : members) {
      ir::passOn(member, kernel);
      member->removeAttr(ir::kDecisions); // kernels of equal regions share code
    }
    Block &block = kernel.getBody().emplaceBlock();
    IRMapping mapping;
    for (Value operand : operands)
      mapping.map(operand, block.addArgument(operand.getType(), operand.getLoc()));
    OpBuilder inner = OpBuilder::atBlockEnd(&block);
    for (Operation *member : members)
      inner.clone(*member, mapping);
    auto yielded = llvm::map_to_vector(results, [&](Value result) { return mapping.lookup(result); });
    ir::YieldOp::create(inner, root->getLoc(), yielded);
    places[kernel] = places.lookup(root);
    for (auto [result, computed] : llvm::zip(results, kernel.getResults()))
      result.replaceAllUsesWith(computed);
    for (Operation *member : llvm::reverse(members))
      if (member->use_empty())
        member->erase();
  }

  /// Arguments first, then results as they arise.
  std::tuple<bool, int64_t, unsigned> orderOf(Value value) {
    if (auto argument = dyn_cast<BlockArgument>(value))
      return {false, argument.getArgNumber(), 0};
    return {true, places.lookup(value.getDefiningOp()), cast<OpResult>(value).getResultNumber()};
  }

  func::FuncOp function;
  ir::DimAnalysis &analysis;
  size_t passOperands, mostScalars;
  bool records;                                     // decisions
  llvm::DenseMap<Operation *, int64_t> places;      // where operations and the kernels in their place stand
  llvm::DenseMap<Operation *, Operation *> claimed; // member of an anchor's chain -> anchor
  llvm::DenseMap<Operation *, Operation *> rootOf;  // anchor -> end of its chain
  llvm::DenseMap<Operation *, size_t> timesEmitted; // in the code of its kernel
  llvm::DenseMap<Operation *, Operation *> homes;   // operation -> root of its group
  llvm::MapVector<Operation *, Group> groups;
};

/// Each output is computed by a kernel of its own: arguments, weights, constants, and results that are returned twice
/// are copied.
void copySharedOutputs(func::FuncOp function) {
  Operation *ret = function.getBody().front().getTerminator();
  llvm::DenseSet<Value> seen;
  for (OpOperand &operand : ret->getOpOperands()) {
    Value source = operand.get();
    while (auto reshape = source.getDefiningOp<ir::ReshapeOp>())
      source = reshape.getInput();
    Operation *producer = source.getDefiningOp();
    bool computed = producer && !isFree(producer) && !isa<ir::GetWeightOp, ir::ConstantOp>(producer);
    if (computed && seen.insert(source).second)
      continue;
    OpBuilder builder(ret);
    auto copy = ir::MapOp::create(builder, ret->getLoc(), operand.get(),
                                  [](OpBuilder &, Location, ValueRange scalars) { return scalars.front(); });
    operand.set(copy.getResult());
  }
}

struct FormKernelsPass : impl::FormKernelsBase<FormKernelsPass> {
  using FormKernelsBase::FormKernelsBase;

  void runOnOperation() override {
    copySharedOutputs(getOperation());
    ir::DimAnalysis analysis(getOperation());
    if (!analysis.isValid())
      return signalPassFailure();
    KernelFormation formation(getOperation(), analysis, {passOperands, mostScalars, records});
    numKernels += formation.run();
    numEpilogue += formation.epilogues;
  }
};

} // namespace
} // namespace llmc::passes
