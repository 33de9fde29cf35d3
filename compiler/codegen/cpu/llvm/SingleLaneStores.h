// A workaround for LLVM 22. test/lit/codegen/cpu/single-lane-stores.mlir fails without it as long as it is needed.
#ifndef LLMC_COMPILER_CODEGEN_CPU_LLVM_SINGLELANESTORES_H
#define LLMC_COMPILER_CODEGEN_CPU_LLVM_SINGLELANESTORES_H

namespace llvm {
class Module;
}

namespace llmc::codegen::cpu {

/// Makes masked stores of one lane, known at compile time, stores of a scalar. LLVM 22 does so itself on AVX-512, but
/// where the vector was truncated just before it stores the scalar in its width before that, over what stands behind.
void splitSingleLaneStores(llvm::Module &module);

} // namespace llmc::codegen::cpu

#endif
