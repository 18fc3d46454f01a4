#include "brgsa_openblas.h"

#include <cblas.h>
#include <stdlib.h>
#include <string.h>

// OpenBLAS exports these functions if it chooses its kernels at run time, as in Debian.
extern void gotoblas_dynamic_init(void) __attribute__((weak));
extern void gotoblas_dynamic_quit(void) __attribute__((weak));

// Returns the fastest kernel family that this processor supports; NULL to keep OpenBLAS's own choice.
static const char *supported_core(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
      __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq")) {
    return "SkylakeX";
  }
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return "Haswell";
#endif
  return NULL;
}

// Returns 1 if OpenBLAS chose kernels that use AVX2 or better, otherwise 0.
static int chose_wide_kernels(void) {
  static const char *const wide[] = {"Haswell", "Zen", "SkylakeX", "Cooperlake", "SapphireRapids"};
  for (size_t i = 0; i < sizeof wide / sizeof *wide; i++) {
    if (strcmp(openblas_get_corename(), wide[i]) == 0) return 1;
  }
  return 0;
}

void brgsa_openblas_initialize(void) {
  openblas_set_num_threads(1);
  // OpenBLAS 0.3.21 identifies processors by model number. On newer models it falls back to "Prescott" (SSE3), with a
  // fifth of the speed. This repeats the choice by the processor's feature bits.
  const char *core = supported_core();
  if (!core || chose_wide_kernels() || getenv("OPENBLAS_CORETYPE")) return;
  if (!gotoblas_dynamic_init || !gotoblas_dynamic_quit) return;
  setenv("OPENBLAS_CORETYPE", core, 1);
  gotoblas_dynamic_quit();
  gotoblas_dynamic_init();
  unsetenv("OPENBLAS_CORETYPE");
}

const char *brgsa_openblas_core_name(void) { return openblas_get_corename(); }

void brgsa_sgemm(int32_t b_transposed, int32_t m, int32_t n, int32_t k, float alpha,
                 const float *a, int32_t lda, const float *b, int32_t ldb, float beta,
                 float *c, int32_t ldc) {
  cblas_sgemm(CblasRowMajor, CblasNoTrans, b_transposed ? CblasTrans : CblasNoTrans, m, n, k,
              alpha, a, lda, b, ldb, beta, c, ldc);
}
