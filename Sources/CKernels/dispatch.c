#include "brgsa_kernels.h"

extern const brgsa_kernels brgsa_kernels_portable;

#if defined(__x86_64__)
#include <xmmintrin.h>

extern const brgsa_kernels brgsa_kernels_avx512;
extern const brgsa_kernels brgsa_kernels_avx2;

static int has_avx2(void) {
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}

static int has_avx512(void) {
  return has_avx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq");
}
#elif defined(__aarch64__)
extern const brgsa_kernels brgsa_kernels_neon;
#endif

const brgsa_kernels *brgsa_kernels_at(size_t index) {
  const brgsa_kernels *available[3];
  size_t count = 0;
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (has_avx512()) available[count++] = &brgsa_kernels_avx512;
  if (has_avx2()) available[count++] = &brgsa_kernels_avx2;
#elif defined(__aarch64__)
  available[count++] = &brgsa_kernels_neon;
#endif
  available[count++] = &brgsa_kernels_portable;
  return index < count ? available[index] : NULL;
}

void brgsa_flush_denormals(void) {
#if defined(__x86_64__)
  _mm_setcsr(_mm_getcsr() | 0x8040);  // flush to zero, denormals are zero
#elif defined(__aarch64__)
  uint64_t fpcr;
  __asm__ volatile("mrs %0, fpcr" : "=r"(fpcr));
  __asm__ volatile("msr fpcr, %0" : : "r"(fpcr | (1u << 24)));
#endif
}
