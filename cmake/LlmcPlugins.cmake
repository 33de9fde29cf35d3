# llmc_add_pass_plugin(NAME SOURCES FILE.cpp... [TABLEGEN Passes.td] [OPS Ops.td DIALECT NAME])
#
# Builds NAME.so for --load-pass-plugin of llmc and llmc-opt. TABLEGEN gives Passes.h.inc from a file that declares
# passes. OPS gives Ops.h.inc, Ops.cpp.inc, OpsDialect.h.inc and OpsDialect.cpp.inc from one that declares a dialect
# with its operations. All are named after their file and included by that plain name.
function(llmc_add_pass_plugin name)
  cmake_parse_arguments(PARSE_ARGV 1 plugin "" "TABLEGEN;OPS;DIALECT" "SOURCES")
  if(plugin_UNPARSED_ARGUMENTS OR NOT plugin_SOURCES OR (plugin_OPS AND NOT plugin_DIALECT))
    message(FATAL_ERROR "llmc_add_pass_plugin(NAME SOURCES FILE.cpp... [TABLEGEN Passes.td] [OPS Ops.td DIALECT NAME])")
  endif()
  set(generated)
  if(plugin_TABLEGEN)
    get_filename_component(stem ${plugin_TABLEGEN} NAME_WE)
    _llmc_tablegen(${plugin_TABLEGEN} ${stem}.h.inc -gen-pass-decls)
  endif()
  if(plugin_OPS)
    get_filename_component(stem ${plugin_OPS} NAME_WE)
    _llmc_tablegen(${plugin_OPS} ${stem}.h.inc -gen-op-decls)
    _llmc_tablegen(${plugin_OPS} ${stem}.cpp.inc -gen-op-defs)
    _llmc_tablegen(${plugin_OPS} ${stem}Dialect.h.inc -gen-dialect-decls -dialect=${plugin_DIALECT})
    _llmc_tablegen(${plugin_OPS} ${stem}Dialect.cpp.inc -gen-dialect-defs -dialect=${plugin_DIALECT})
  endif()
  add_library(${name} MODULE ${plugin_SOURCES} ${generated})
  target_link_libraries(${name} PRIVATE llmc::compiler)
  target_include_directories(${name} PRIVATE ${CMAKE_CURRENT_SOURCE_DIR} ${CMAKE_CURRENT_BINARY_DIR})
  target_compile_features(${name} PRIVATE cxx_std_17)
  target_link_options(${name} PRIVATE -Wl,-z,defs) # what is missing is missed here, not when the plugin is loaded
  set_target_properties(${name} PROPERTIES PREFIX "")
endfunction()

macro(_llmc_tablegen source output)
  get_filename_component(_llmc_source ${source} ABSOLUTE)
  set(_llmc_output ${CMAKE_CURRENT_BINARY_DIR}/${output})
  list(TRANSFORM MLIR_INCLUDE_DIRS PREPEND -I OUTPUT_VARIABLE _llmc_includes)
  add_custom_command(
    OUTPUT ${_llmc_output}
    COMMAND ${MLIR_TABLEGEN_EXE} ${ARGN} -I${LLMC_COMPILER_HEADERS} ${_llmc_includes} ${_llmc_source}
            -o ${_llmc_output} -d ${_llmc_output}.d
    DEPENDS ${_llmc_source}
    DEPFILE ${_llmc_output}.d
    COMMENT "Generating ${output}"
    VERBATIM)
  list(APPEND generated ${_llmc_output})
endmacro()
