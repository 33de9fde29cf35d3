# Warnings are errors in our own code; system headers (LLVM, protobuf) are included as such and stay silent.
add_compile_options(-Wall -Wextra -Wno-unused-parameter -Werror)
