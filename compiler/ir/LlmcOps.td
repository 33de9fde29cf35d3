#ifndef LLMC_IR_OPS
#define LLMC_IR_OPS

include "compiler/ir/ops/Constant.td"
include "compiler/ir/ops/Shape.td"
include "compiler/ir/ops/Elementwise.td"
include "compiler/ir/ops/Reduction.td"
include "compiler/ir/ops/Movement.td"
include "compiler/ir/ops/Codes.td"
include "compiler/ir/ops/Sparsity.td"
include "compiler/ir/ops/Matmul.td"
include "compiler/ir/ops/Normalization.td"
include "compiler/ir/ops/Attention.td"
include "compiler/ir/ops/Kernel.td"

#endif
