#include <malloc.h>
#include <sys/prctl.h>

#include "brgsa_kernels.h"

void brgsa_limit_arenas(void) {
#if defined(__GLIBC__)
  mallopt(M_ARENA_MAX, 2);
#endif
}

void brgsa_release_free_memory(void) {
#if defined(__GLIBC__)
  malloc_trim(0);
#endif
}

void brgsa_name_thread(const char *name) { prctl(PR_SET_NAME, name, 0, 0, 0); }
