# -DLLMC_SANITIZE=ON: address and undefined-behaviour sanitizers for everything built here.
if(LLMC_SANITIZE)
  add_compile_options(-fsanitize=address,undefined -fno-omit-frame-pointer -fno-sanitize=vptr)
  add_link_options(-fsanitize=address,undefined -fno-sanitize=vptr)
endif()
