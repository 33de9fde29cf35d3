# The few verbs with which the folders of the compiler join the build.

# llmc_add_sources(): every .cpp of the calling folder joins the compiler library. New files are found by themselves.
function(llmc_add_sources)
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  target_sources(llmc_compiler PRIVATE ${sources})
endfunction()

# llmc_add_pass_family(NAME): the passes of the calling folder, declared in its Passes.td. Its Passes.h is made of
# Passes.h.in.
function(llmc_add_pass_family name)
  file(RELATIVE_PATH folder ${PROJECT_SOURCE_DIR} ${CMAKE_CURRENT_SOURCE_DIR})
  configure_file(${PROJECT_SOURCE_DIR}/cmake/Passes.h.in Passes.h @ONLY)
  set_property(GLOBAL APPEND_STRING PROPERTY llmc_pass_headers "#include \"${folder}/Passes.h\"\n")
  set_property(GLOBAL APPEND_STRING PROPERTY llmc_pass_families "  registerLlmc${name}Passes();\n")
  set(LLVM_TARGET_DEFINITIONS Passes.td)
  mlir_tablegen(Passes.h.inc -gen-pass-decls -name Llmc${name})
  mlir_tablegen(Passes.md -gen-pass-doc)
  add_public_tablegen_target(Llmc${name}PassesIncGen)
  add_dependencies(llmc_compiler Llmc${name}PassesIncGen)
  llmc_add_sources()
endfunction()

# llmc_list_passes(HEADER): a header of all families that have been added, with a function that registers them.
function(llmc_list_passes header)
  get_property(headers GLOBAL PROPERTY llmc_pass_headers)
  get_property(families GLOBAL PROPERTY llmc_pass_families)
  configure_file(${PROJECT_SOURCE_DIR}/cmake/AllPasses.h.in ${header} @ONLY)
endfunction()
