#include "brgsa_kernels.h"

extern const brgsa_kernels brgsa_kernels_portable, brgsa_kernels_emulated,
    brgsa_kernels_emulated_bf16;

#if defined(__x86_64__)
#include <sys/syscall.h>
#include <unistd.h>
#include <xmmintrin.h>

extern const brgsa_kernels brgsa_kernels_amx, brgsa_kernels_amx_bf16, brgsa_kernels_avx512,
    brgsa_kernels_avx512_bf16, brgsa_kernels_avx2;

static int has_avx2(void) {
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}

static int has_avx512(void) {
  return has_avx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq");
}

static int has_avx512_bf16(void) { return has_avx512() && __builtin_cpu_supports("avx512bf16"); }

// Linux allows a process to use tiles only after a request: ARCH_REQ_XCOMP_PERM (0x1023) for XTILEDATA (18).
static int has_amx(void) {
  return has_avx512_bf16() && __builtin_cpu_supports("amx-tile") &&
         __builtin_cpu_supports("amx-bf16") && syscall(SYS_arch_prctl, 0x1023, 18) == 0;
}
#elif defined(__aarch64__)
extern const brgsa_kernels brgsa_kernels_neon;
#endif

const brgsa_kernels *brgsa_kernels_at(enum brgsa_compute compute, size_t index) {
  const brgsa_kernels *available[5];
  size_t count = 0;
  int is_exact = compute == brgsa_compute_float32;
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (is_exact && has_avx512()) available[count++] = &brgsa_kernels_avx512;
  if (has_amx()) available[count++] = is_exact ? &brgsa_kernels_amx : &brgsa_kernels_amx_bf16;
  if (is_exact && has_avx2()) available[count++] = &brgsa_kernels_avx2;
  if (!is_exact && has_avx512_bf16()) available[count++] = &brgsa_kernels_avx512_bf16;
#elif defined(__aarch64__)
  if (is_exact) available[count++] = &brgsa_kernels_neon;
#endif
  if (is_exact) available[count++] = &brgsa_kernels_portable;
  available[count++] = is_exact ? &brgsa_kernels_emulated : &brgsa_kernels_emulated_bf16;
  return index < count ? available[index] : NULL;
}

void brgsa_flush_denormals(void) {
#if defined(__x86_64__)
  _mm_setcsr(_mm_getcsr() | 0x8040);  // sets flush-to-zero and denormals-are-zero
#elif defined(__aarch64__)
  uint64_t fpcr;
  __asm__ volatile("mrs %0, fpcr" : "=r"(fpcr));
  __asm__ volatile("msr fpcr, %0" : : "r"(fpcr | (1u << 24)));
#endif
}
