#ifndef BRGSA_KERNELS_H
#define BRGSA_KERNELS_H

#include <stddef.h>
#include <stdint.h>

/// The kernels of one instruction set. All arrays are single precision and row-major; `stride` is the
/// distance between rows in elements; pointers need no alignment; nothing is allocated.
/// The order of every sum depends on the shape alone, so equal input gives equal bits.
typedef struct brgsa_kernels {
  /// "avx512", "avx2" or "portable" (which is NEON on 64-bit Arm).
  const char *name;

  /// x[rows, columns]: each row becomes exp(x - max) / sum, in place.
  void (*softmax)(float *x, size_t rows, size_t columns, size_t stride);

  /// y[rows, width] = (x - mean) / sqrt(variance + epsilon) * gain + offset; x may be y.
  void (*layer_norm)(const float *x, float *y, size_t rows, size_t width, const float *gain,
                     const float *offset, float epsilon);

  /// x[rows, columns] = gelu(x + bias[columns]), in place, gelu(x) = x / 2 * (1 + erf(x / sqrt 2)).
  void (*bias_gelu)(float *x, size_t rows, size_t columns, const float *bias);

  /// x[rows, columns] += bias[columns].
  void (*add_bias)(float *x, size_t rows, size_t columns, const float *bias);

  /// x[rows, columns] += y[rows, columns] + bias[columns].
  void (*add_residual)(float *x, const float *y, size_t rows, size_t columns, const float *bias);

  /// One step of attention over a block of keys.
  /// scores[rows, keys] holds q·k and becomes exp(scale * q·k - maximum); maximum[rows] and sum[rows]
  /// are updated (start: -infinity and 0), and context[rows, width] is scaled to the new maximum.
  void (*attention_step)(float *scores, size_t rows, size_t keys, float scale, float *maximum,
                         float *sum, float *context, size_t width);

  /// out[rows, width] (row distance stride) = context[rows, width] / sum[rows].
  void (*attention_finish)(const float *context, size_t rows, size_t width, const float *sum,
                           float *out, size_t stride);
} brgsa_kernels;

/// The fastest kernels that this processor runs. Never NULL.
const brgsa_kernels *brgsa_kernels_best(void);

/// The kernels number `index`, fastest first, or NULL past the last that this processor runs: for tests.
const brgsa_kernels *brgsa_kernels_at(size_t index);

/// IEEE half to single precision; exact.
void brgsa_widen_half(const uint16_t *source, float *destination, size_t count);

/// bfloat16 to single precision; exact.
void brgsa_widen_bfloat16(const uint16_t *source, float *destination, size_t count);

/// Number of elements that are NaN or infinite.
size_t brgsa_count_non_finite(const float *x, size_t count);

/// Lets the C library keep two pools of memory instead of eight for each core, so that what one volume
/// gave back serves the next. Call once, before any other thread exists.
void brgsa_limit_arenas(void);

/// Gives memory that nobody uses back to the system.
void brgsa_release_free_memory(void);

/// Makes this thread treat denormal numbers as zero, so that they cost no more than others.
void brgsa_flush_denormals(void);

/// Names the calling thread, in at most 15 characters: prctl is variadic, which Swift cannot call.
void brgsa_name_thread(const char *name);

#endif
