#ifndef BRGSA_OPENBLAS_H
#define BRGSA_OPENBLAS_H

#include <stdint.h>

/// Configures OpenBLAS to run every call on the calling thread, with the fastest kernels for this processor. If
/// OPENBLAS_CORETYPE is set, the choice of kernels is left unchanged. Call this once, before this program starts
/// another thread. The threads that OpenBLAS started before main stay asleep.
void brgsa_openblas_initialize(void);

/// The kernel family in use, for example "SkylakeX".
const char *brgsa_openblas_core_name(void);

/// Computes c[m, n] = alpha * a[m, k] * op(b) + beta * c. All matrices are row-major, in single precision. op(b) is
/// b[k, n]; if b_transposed is not zero, it is the transpose of b[n, k]. lda, ldb and ldc are the distances between
/// rows, in elements.
void brgsa_sgemm(int32_t b_transposed, int32_t m, int32_t n, int32_t k, float alpha,
                 const float *a, int32_t lda, const float *b, int32_t ldb, float beta,
                 float *c, int32_t ldc);

#endif
