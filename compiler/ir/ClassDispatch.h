// From an interface back to the class of an operation, for code that has a function for each class: a class without its
// function does not compile, or does not link.
#ifndef LLMC_COMPILER_IR_CLASSDISPATCH_H
#define LLMC_COMPILER_IR_CLASSDISPATCH_H

#include "compiler/ir/LlmcDialect.h"

namespace llmc::ir {
namespace detail {

template <typename Result, typename Interface, typename Function, typename Op, typename... Others>
Result callWithClass(Interface op, Function function) {
  if constexpr (Op::template hasTrait<Interface::template Trait>())
    if (auto known = llvm::dyn_cast<Op>(op.getOperation()))
      return function(known);
  if constexpr (sizeof...(Others) > 0)
    return callWithClass<Result, Interface, Function, Others...>(op, function);
  llvm_unreachable("operations of other dialects are no part of kernels");
}

} // namespace detail

/// Calls `function` with `op` as what it is, an operation of llmc; it is called for each class that has the interface.
template <typename Result, typename Interface, typename Function>
Result callWithClass(Interface op, Function function) {
  return detail::callWithClass<Result, Interface, Function,
#define GET_OP_LIST
#include "compiler/ir/LlmcOps.cpp.inc"
                               >(op, function);
}

} // namespace llmc::ir

#endif
