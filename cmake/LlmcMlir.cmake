# Finds MLIR 22 and wraps what it requires in one interface target, llmc_mlir.

# MLIR's version file accepts only its own major.minor, so a range cannot be asked for: find any, then check the major.
find_package(MLIR REQUIRED CONFIG HINTS /usr/lib/llvm-22/lib/cmake/mlir)
if(NOT LLVM_VERSION_MAJOR EQUAL 22)
  message(FATAL_ERROR "llmc needs MLIR 22, found ${LLVM_PACKAGE_VERSION} in ${MLIR_DIR}; set -DMLIR_DIR=...")
endif()
list(APPEND CMAKE_MODULE_PATH "${MLIR_CMAKE_DIR}" "${LLVM_CMAKE_DIR}")
include(TableGen)
include(AddLLVM)
include(AddMLIR)

# Shared libMLIR and libLLVM: tools and plugins must see one copy of each TypeID.
add_library(llmc_mlir INTERFACE)
separate_arguments(llvm_definitions NATIVE_COMMAND "${LLVM_DEFINITIONS}")
list(TRANSFORM llvm_definitions REPLACE "^-D" "")
# An installed llmc finds MLIR's headers anew (cmake/llmcConfig.cmake.in).
target_include_directories(llmc_mlir SYSTEM INTERFACE "$<BUILD_INTERFACE:${LLVM_INCLUDE_DIRS};${MLIR_INCLUDE_DIRS}>")
target_compile_definitions(llmc_mlir INTERFACE "$<BUILD_INTERFACE:${llvm_definitions}>")
target_link_libraries(llmc_mlir INTERFACE MLIR LLVM)
set(llmc_abi_header compiler/support/MlirAbi.h) # says why
target_compile_options(llmc_mlir INTERFACE
  "$<$<COMPILE_LANGUAGE:CXX>:SHELL:-include $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/${llmc_abi_header}>$<INSTALL_INTERFACE:$<INSTALL_PREFIX>/${CMAKE_INSTALL_INCLUDEDIR}/llmc-compiler/${llmc_abi_header}>>")

# llmc_read_ahead(TARGET): MLIR's headers take longer to read than most files to compile. Only theirs: each file goes on to
# say what it uses of ours.
function(llmc_read_ahead target)
  if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    return()
  endif()
  target_compile_options(${target} PRIVATE "$<$<COMPILE_LANGUAGE:CXX>:SHELL:-Xclang -fno-pch-timestamp>")
  target_precompile_headers(${target} PRIVATE
    <mlir/Dialect/Arith/IR/Arith.h> <mlir/Dialect/Func/IR/FuncOps.h> <mlir/Dialect/Math/IR/Math.h>
    <mlir/IR/Builders.h> <mlir/IR/BuiltinOps.h> <mlir/IR/TypeUtilities.h> <mlir/Interfaces/InferTypeOpInterface.h>
    <mlir/Interfaces/LoopLikeInterface.h> <mlir/Interfaces/SideEffectInterfaces.h> <mlir/Pass/Pass.h>
    <llvm/ADT/StringExtras.h> <llvm/ADT/StringMap.h> <llvm/Support/Error.h> <llvm/Support/JSON.h>)
endfunction()

# Debian's plain `ld.lld` may be another version, so name the one that belongs to this LLVM.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU") # gcc 12 has no --ld-path
  add_link_options(-B${LLVM_TOOLS_BINARY_DIR} -fuse-ld=lld)
else()
  add_link_options(--ld-path=${LLVM_TOOLS_BINARY_DIR}/ld.lld)
endif()
if(NOT LLMC_SANITIZE) # a sanitizer's own functions are in the executable alone
  add_link_options(-Wl,-z,defs) # a shared library with a hole fails here, not in a plugin
endif()

# mlir_tablegen takes its -I from the directory's include path, not from targets.
include_directories(${PROJECT_SOURCE_DIR} ${PROJECT_BINARY_DIR} SYSTEM ${MLIR_INCLUDE_DIRS})
set(CMAKE_INSTALL_RPATH "$ORIGIN/../${CMAKE_INSTALL_LIBDIR}" ${LLVM_LIBRARY_DIRS})
