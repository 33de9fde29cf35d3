# Build type and ccache: what every target of the build shares, whatever it is made of.
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()
# Asserts stay on: they cost a few percent of compile time and turn our own mistakes into messages.
string(REPLACE "-DNDEBUG" "" CMAKE_CXX_FLAGS_RELEASE "${CMAKE_CXX_FLAGS_RELEASE}")
string(REPLACE "-O3" "-O2" CMAKE_CXX_FLAGS_RELEASE "${CMAKE_CXX_FLAGS_RELEASE}")

find_program(LLMC_CCACHE ccache)
if(LLMC_CCACHE)
  set(CMAKE_C_COMPILER_LAUNCHER ${LLMC_CCACHE})
  # What is read ahead below is a file like others to ccache, as long as nothing asks for the time.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros ${LLMC_CCACHE})
endif()

# Asserts name their file from the root of the source tree: the same binaries wherever it lies.
add_compile_options(-ffile-prefix-map=${PROJECT_SOURCE_DIR}/=)
