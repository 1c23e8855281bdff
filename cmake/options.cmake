option(SONGTAN_WERROR "Treat warnings as errors" OFF)
set(SONGTAN_SANITIZE "" CACHE STRING "Sanitizers, e.g. address,undefined or thread")

add_library(songtan_options INTERFACE)
target_compile_options(songtan_options INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -ffp-contract=off)
# One meaning of toml++ in every file that includes it: its two modes must never meet in one program.
target_compile_definitions(songtan_options INTERFACE TOML_EXCEPTIONS=0)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # g++ 12 reports false positives inside <expected>, <variant> and <regex> at -O2.
  target_compile_options(songtan_options INTERFACE -Wno-maybe-uninitialized -Wno-restrict -Wno-tsan)
endif()
if(SONGTAN_WERROR)
  target_compile_options(songtan_options INTERFACE -Werror)
endif()
if(SONGTAN_SANITIZE)
  target_compile_options(songtan_options INTERFACE -fsanitize=${SONGTAN_SANITIZE} -fno-omit-frame-pointer)
  target_link_options(songtan_options INTERFACE -fsanitize=${SONGTAN_SANITIZE})
endif()

find_program(SONGTAN_CCACHE ccache)
if(SONGTAN_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${SONGTAN_CCACHE})
endif()
