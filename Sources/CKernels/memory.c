#define _GNU_SOURCE
#include <malloc.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/mman.h>
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

void *brgsa_allocate(size_t bytes) {
  const size_t line = 64, page = 2 << 20;
  int is_large = bytes >= page;
  size_t alignment = is_large ? page : line;
  void *memory = aligned_alloc(alignment, (bytes + alignment - 1) / alignment * alignment);
#if defined(MADV_HUGEPAGE)
  // Large pages cause fewer page faults at first use, and fewer TLB misses later. The call fails on systems without
  // large pages, which does no harm.
  if (memory && is_large) madvise(memory, bytes / page * page, MADV_HUGEPAGE);
#endif
  return memory;
}

size_t brgsa_processor_count(void) {
  cpu_set_t set;
  return sched_getaffinity(0, sizeof set, &set) == 0 ? (size_t)CPU_COUNT(&set) : 0;
}

void brgsa_name_thread(const char *name) { prctl(PR_SET_NAME, name, 0, 0, 0); }
