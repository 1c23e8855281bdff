// Functions marked SONGTAN_CLONES are compiled for several instruction sets; which one runs is chosen when the program is
// loaded. Results are the same: only integers are touched in them.
#pragma once

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__) && \
    !defined(__SANITIZE_THREAD__)
#define SONGTAN_CLONES __attribute__((optimize("O3"), target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define SONGTAN_CLONES
#endif
