# -DLLMC_SANITIZE=ON: address and undefined-behaviour sanitizers for everything built here. -DLLMC_SANITIZE=thread: the
# thread sanitizer, meant for the runtime's tests: LLVM is not instrumented.
if(LLMC_SANITIZE STREQUAL "thread")
  add_compile_options(-fsanitize=thread -fno-omit-frame-pointer)
  add_link_options(-fsanitize=thread)
elseif(LLMC_SANITIZE)
  add_compile_options(-fsanitize=address,undefined -fno-omit-frame-pointer -fno-sanitize=vptr)
  add_link_options(-fsanitize=address,undefined -fno-sanitize=vptr)
endif()
