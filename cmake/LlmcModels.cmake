# llmc_add_model(NAME MODEL.onnx [SHARED|STATIC] [WEIGHTS embed|file] [CPU LEVEL] [DIMS NAME=SIZE...]
#                [PLUGINS TARGET|FILE...] [OPTIONS ...])
#
# Compiles a model while the application builds, and anew when the model, its external data, a plugin or llmc changes.
# NAME is then a library, shared unless STATIC is said; what links against it includes NAME.h. The library holds its
# weights, unless WEIGHTS says that they are a file of their own. DIMS are those of `llmc compile --dim`,
# OPTIONS whatever else it takes. The artefact lies in the target's property LLMC_FOLDER.
function(llmc_add_model name model)
  cmake_parse_arguments(PARSE_ARGV 2 model "SHARED;STATIC" "CPU;WEIGHTS" "DIMS;PLUGINS;OPTIONS")
  if(model_UNPARSED_ARGUMENTS OR (model_SHARED AND model_STATIC))
    message(FATAL_ERROR "llmc_add_model(NAME MODEL.onnx [SHARED|STATIC] [WEIGHTS embed|file] [CPU LEVEL] "
                        "[DIMS NAME=SIZE...] [PLUGINS TARGET|FILE...] [OPTIONS ...])")
  endif()
  get_filename_component(model ${model} ABSOLUTE)
  set(folder ${CMAKE_CURRENT_BINARY_DIR}/${name}.llmc)
  file(MAKE_DIRECTORY ${folder}) # an include folder must be there when the application is configured
  if(model_STATIC)
    set(kind STATIC)
    set(options --emit=a,h)
    set(library ${folder}/${name}.a)
  else()
    set(kind SHARED)
    set(options --emit=so,h)
    set(library ${folder}/${name}.so)
  endif()
  list(APPEND options ${model_OPTIONS})
  if(model_WEIGHTS)
    list(APPEND options --weights=${model_WEIGHTS})
  endif()
  if(model_CPU)
    list(APPEND options --cpu=${model_CPU})
  endif()
  foreach(dim IN LISTS model_DIMS)
    list(APPEND options --dim=${dim})
  endforeach()
  foreach(plugin IN LISTS model_PLUGINS)
    if(TARGET ${plugin})
      list(APPEND options --load-pass-plugin=$<TARGET_FILE:${plugin}>)
    else()
      get_filename_component(plugin ${plugin} ABSOLUTE)
      list(APPEND options --load-pass-plugin=${plugin})
    endif()
  endforeach()
  add_custom_command(
    OUTPUT ${folder}/manifest.json ${library} ${folder}/${name}.h
    COMMAND ${LLMC_EXECUTABLE} compile ${model} -o ${folder} --name=${name} --depfile=${folder}.d ${options}
    DEPENDS ${model} ${model_PLUGINS} ${LLMC_EXECUTABLE}
    DEPFILE ${folder}.d
    COMMENT "Compiling model ${name}"
    VERBATIM)
  add_custom_target(${name}_artefact DEPENDS ${library})
  add_library(${name} ${kind} IMPORTED GLOBAL)
  add_dependencies(${name} ${name}_artefact)
  set_target_properties(${name} PROPERTIES IMPORTED_LOCATION ${library} LLMC_FOLDER ${folder})
  target_include_directories(${name} INTERFACE ${folder})
  target_link_libraries(${name} INTERFACE llmc::runtime_headers $<$<STREQUAL:${kind},STATIC>:m>)
endfunction()
