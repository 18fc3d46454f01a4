#ifndef BRGSA_OPENBLAS_H
#define BRGSA_OPENBLAS_H

#include <stdint.h>

/// Makes OpenBLAS run every call on the calling thread, with the fastest kernels for this
/// processor. If OPENBLAS_CORETYPE is set, the kernels are not changed. Call this once, before this
/// program starts another thread. OpenBLAS started its own threads before main. They sleep.
void brgsa_openblas_initialize(void);

/// The kernel family in use, for example "SkylakeX".
const char *brgsa_openblas_core_name(void);

/// c[m, n] = alpha * a[m, k] * op(b) + beta * c, all row-major single precision.
/// op(b) is b[k, n], or the transpose of b[n, k] when b_transposed is not zero.
/// lda, ldb and ldc are the distances between rows, in elements.
void brgsa_sgemm(int32_t b_transposed, int32_t m, int32_t n, int32_t k, float alpha,
                 const float *a, int32_t lda, const float *b, int32_t ldb, float beta,
                 float *c, int32_t ldc);

#endif
