# What `cmake --install` puts into a prefix: tools, libraries, headers and the CMake package that find_package(llmc)
# reads. Everything in it is found relative to where it lies, so the prefix may move.
include(CMakePackageConfigHelpers)
set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/llmc)

# Headers of the compiler have a folder of their own: `compiler/` would be too common a name beside those of others.
set(compiler_headers ${CMAKE_INSTALL_INCLUDEDIR}/llmc-compiler)
foreach(folder support ir plugin reference frontend/onnx)
  foreach(root ${PROJECT_SOURCE_DIR} ${PROJECT_BINARY_DIR})
    if(EXISTS ${root}/compiler/${folder})
      install(DIRECTORY ${root}/compiler/${folder}/ DESTINATION ${compiler_headers}/compiler/${folder}
              FILES_MATCHING PATTERN "*.h" PATTERN "*.def" PATTERN "*.td" PATTERN "*.h.inc"
                             PATTERN "CMakeFiles" EXCLUDE PATTERN "generated" EXCLUDE PATTERN "operators" EXCLUDE)
    endif()
  endforeach()
endforeach()

# The other headers there are between the compiler and the runtime, which always come together.
list(TRANSFORM LLMC_PUBLIC_HEADERS PREPEND runtime/include/llmc/ OUTPUT_VARIABLE public_headers)
install(FILES ${public_headers} compiler/api/llmc-compiler.h DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/llmc)
add_library(llmc_runtime_headers INTERFACE)
target_include_directories(llmc_runtime_headers INTERFACE $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/runtime/include>
                                                          $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)

# Examples are to be copied, and read beside the guide.
install(DIRECTORY examples DESTINATION ${CMAKE_INSTALL_DATADIR}/llmc)
install(DIRECTORY docs/guide docs/reference DESTINATION ${CMAKE_INSTALL_DATADIR}/llmc/docs)

# The linker inside llmc looks for these two beside libllmc.
install(TARGETS llmc_runtime ARCHIVE)
install(FILES runtime/artefact.ver DESTINATION ${CMAKE_INSTALL_LIBDIR})

# Two export sets: an application needs no MLIR, a plugin does.
set_target_properties(llmc_runtime_headers PROPERTIES EXPORT_NAME runtime_headers)
set_target_properties(llmc_compiler PROPERTIES EXPORT_NAME compiler)
set_target_properties(llmc_mlir PROPERTIES EXPORT_NAME mlir)
install(TARGETS llmc_runtime_headers EXPORT llmcRuntime)
install(TARGETS llmc_compiler llmc_mlir EXPORT llmcCompiler)
install(EXPORT llmcRuntime NAMESPACE llmc:: DESTINATION ${package_folder})
install(EXPORT llmcCompiler NAMESPACE llmc:: DESTINATION ${package_folder})

set(libllmc ${CMAKE_INSTALL_LIBDIR}/libllmc.so)
configure_package_config_file(cmake/llmcConfig.cmake.in ${PROJECT_BINARY_DIR}/llmcConfig.cmake
                              INSTALL_DESTINATION ${package_folder}
                              PATH_VARS CMAKE_INSTALL_BINDIR compiler_headers libllmc NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/llmcConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/llmcConfig.cmake ${PROJECT_BINARY_DIR}/llmcConfigVersion.cmake
              cmake/LlmcModels.cmake cmake/LlmcPlugins.cmake DESTINATION ${package_folder})
