# The runtime for the architectures that this machine is not, so that `llmc compile --target-triple` can link for them. Built
# by clang where the architecture's headers are installed; without them llmc says what is missing.

find_program(LLMC_CROSS_CLANG NAMES clang++ HINTS ${LLVM_TOOLS_BINARY_DIR})
find_program(LLMC_LLVM_AR NAMES llvm-ar HINTS ${LLVM_TOOLS_BINARY_DIR})

# llmc_add_cross_runtime(ARCHITECTURE OPTIONS...): lib/llmc/ARCHITECTURE/libllmc_runtime.a, of ${sources}.
function(llmc_add_cross_runtime architecture)
  set(compile ${LLMC_CROSS_CLANG} --target=${architecture}-linux-gnu -std=c++17 -O2 ${options} ${ARGN})
  file(WRITE ${CMAKE_CURRENT_BINARY_DIR}/probe.cpp "#include <atomic>\n#include <pthread.h>\n")
  execute_process(COMMAND ${compile} -fsyntax-only ${CMAKE_CURRENT_BINARY_DIR}/probe.cpp
                  RESULT_VARIABLE missing OUTPUT_QUIET ERROR_QUIET)
  if(missing OR NOT LLMC_LLVM_AR)
    message(STATUS "no runtime for ${architecture}: install g++-${architecture}-linux-gnu for its headers")
    return()
  endif()
  foreach(source ${sources})
    set(object ${CMAKE_CURRENT_BINARY_DIR}/${architecture}/${source}.o)
    get_filename_component(folder ${object} DIRECTORY)
    file(MAKE_DIRECTORY ${folder})
    add_custom_command(OUTPUT ${object}
      COMMAND ${compile} -DLLMC_BUILDING_RUNTIME -I${CMAKE_CURRENT_SOURCE_DIR}/include -I${CMAKE_CURRENT_SOURCE_DIR}
              -MD -MF ${object}.d -c ${CMAKE_CURRENT_SOURCE_DIR}/${source} -o ${object}
      DEPENDS ${source} DEPFILE ${object}.d VERBATIM)
    list(APPEND objects ${object})
  endforeach()
  set(folder ${CMAKE_LIBRARY_OUTPUT_DIRECTORY}/llmc/${architecture})
  set(archive ${folder}/libllmc_runtime.a)
  add_custom_command(OUTPUT ${archive}
    COMMAND ${CMAKE_COMMAND} -E make_directory ${folder}
    COMMAND ${CMAKE_COMMAND} -E rm -f ${archive}
    COMMAND ${LLMC_LLVM_AR} rcsD ${archive} ${objects}
    DEPENDS ${objects} VERBATIM)
  add_custom_target(llmc_runtime_${architecture} ALL DEPENDS ${archive})
  install(FILES ${archive} DESTINATION ${CMAKE_INSTALL_LIBDIR}/llmc/${architecture})
endfunction()

if(NOT CMAKE_SYSTEM_PROCESSOR STREQUAL aarch64)
  llmc_add_cross_runtime(aarch64 -mno-outline-atomics) # those would need libgcc
endif()
