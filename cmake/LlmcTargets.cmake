# The few verbs with which the folders of the compiler join the build.

# llmc_add_sources(): every .cpp of the calling folder joins the compiler library. New files are found by themselves.
function(llmc_add_sources)
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  target_sources(llmc_compiler PRIVATE ${sources})
endfunction()

# llmc_add_pass_family(NAME): the passes of the calling folder, declared in its Passes.td.
function(llmc_add_pass_family name)
  set(LLVM_TARGET_DEFINITIONS Passes.td)
  mlir_tablegen(Passes.h.inc -gen-pass-decls -name Llmc${name})
  mlir_tablegen(Passes.md -gen-pass-doc)
  add_public_tablegen_target(Llmc${name}PassesIncGen)
  add_dependencies(llmc_compiler Llmc${name}PassesIncGen)
  llmc_add_sources()
endfunction()
