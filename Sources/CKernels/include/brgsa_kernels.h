#ifndef BRGSA_KERNELS_H
#define BRGSA_KERNELS_H

#include <stddef.h>
#include <stdint.h>

/// Number of tokens in a panel.
///
/// A panel is a [channels][48] matrix: the 48 floats of each channel are contiguous. A vector holds
/// one channel of neighbouring tokens and never mixes two tokens, so a token's result has the same
/// bits at any position of any panel. Panels lie `stride` floats apart. Each panel, and each of its
/// channels, starts at a multiple of 64 bytes.
enum { brgsa_panel_width = 48 };

/// Keys that brgsa_kernels.attention processes together. Their scores for one panel of queries fill
/// 18 KiB and stay in the L1 cache.
enum { brgsa_key_block = 2 * brgsa_panel_width };

/// Floats after a matrix of panels that a kernel may read but never writes.
enum { brgsa_panel_slack = 8 * brgsa_panel_width };

/// The last step of a linear layer for its sums.
enum brgsa_ending {
  /// y = x · weightsᵀ + bias
  brgsa_ending_store = 0,
  /// y = gelu(x · weightsᵀ + bias), gelu(a) = a / 2 * (1 + erf(a / sqrt 2))
  brgsa_ending_gelu = 1,
  /// y = y + x · weightsᵀ + bias: the end of a residual branch
  brgsa_ending_add = 2,
};

/// The layout of 32 channels of a panel in the memory of 32 x 48 floats. Sets that multiply tiles of bfloat16 have
/// layouts of their own; the other sets use floats only.
enum brgsa_form {
  /// [channels][48] floats.
  brgsa_form_floats = 0,
  /// What a linear layer reads.
  brgsa_form_operand = 1,
  /// What attention reads.
  brgsa_form_queries = 2,
  brgsa_form_keys = 3,
  brgsa_form_values = 4,
};

/// A linear layer on some panels.
typedef struct brgsa_linear {
  /// In the layout that brgsa_kernels.pack writes.
  const float *weights;
  /// [all outputs]
  const float *bias;
  size_t inputs;
  /// The outputs to compute: first (a multiple of the group) and one past the last.
  size_t outputs_from, outputs_to;
  /// [panels][inputs][48], as operands if the set takes that form for so many inputs.
  const float *x;
  size_t x_stride;
  /// [panels][all outputs][48], in `form`; must not overlap x.
  float *y;
  size_t y_stride;
  size_t panels;
  /// Tokens of the last panel, 1 to 48; the others are full. Lanes after them are undefined.
  size_t tokens;
  enum brgsa_ending ending;
  /// A form that the set takes. Unless it is floats, the outputs are whole blocks of 32 and the ending does not add.
  enum brgsa_form form;
} brgsa_linear;

/// One head of attention for one panel of queries. Queries, keys and values are in the form of that name if the set
/// takes it for `width`.
typedef struct brgsa_attention {
  /// [width][48]
  const float *queries;
  /// Tokens of the panel of queries, 1 to 48. Lanes after them are undefined.
  size_t tokens;
  /// [panels][width][48]
  const float *keys;
  /// [panels][width][48], followed by brgsa_panel_slack floats that may be read.
  const float *values;
  /// Distance between panels of keys and of values.
  size_t stride;
  /// Total number of keys, at least 1.
  size_t count;
  size_t width;
  /// Factor of the scores before the softmax, greater than 0.
  float scale;
  /// brgsa_key_block * 48 floats.
  float *scratch;
  /// [width][48]
  float *context;
} brgsa_attention;

/// The kernels of one instruction set. Single precision; nothing is allocated.
/// The order of every sum depends on the shape alone, so equal input gives equal bits.
typedef struct brgsa_kernels {
  /// "avx512", "avx2", "neon", "portable"; with tiles "amx", "emulated" and, rounded, "amx-bf16", "avx512-bf16",
  /// "emulated-bf16".
  const char *name;
  /// Whether the set only emulates the instruction that it is made for.
  int is_emulation;

  /// Returns the number of outputs whose weights are adjacent, for a linear layer with `inputs` inputs: the rows of a
  /// register tile.
  size_t (*group)(size_t inputs);

  /// Packs rows first, first + 1, … of a weight matrix ([rows, inputs], row-major) into `packed`. `packed` has room for
  /// whole groups of rows; the caller has set it to zero.
  void (*pack)(const float *rows, size_t count, size_t inputs, float *packed, size_t first);

  /// Whether this set reads `channels` channels in this form; if not, it reads floats.
  int (*takes)(enum brgsa_form form, size_t channels);

  /// Converts one panel of floats with `tokens` tokens, 1 to 48, to a form that the set takes. `source` may equal
  /// `target`.
  void (*arrange)(const float *source, float *target, size_t channels, size_t tokens,
                  enum brgsa_form form);

  /// x[rows, columns]: each row becomes exp(x - max) / sum, in place. Row-major, rows `stride` apart.
  void (*softmax)(float *x, size_t rows, size_t columns, size_t stride);

  /// One panel y[channels][48] = (x - mean) / sqrt(variance + epsilon) * gain + offset, mean and variance of each
  /// token over its channels; x may be y.
  void (*layer_norm)(const float *x, float *y, size_t channels, const float *gain,
                     const float *offset, float epsilon);

  /// products[i] = the sum over k of rows[i][k] * query[k], for contiguous rows of `width` numbers.
  /// A number has the bits (high << 16) + low. Without `low` (NULL) it is rounded to its upper
  /// half, which halves the memory to read.
  void (*dots)(const uint16_t *high, const int16_t *low, size_t count, size_t width,
               const float *query, float *products);

  void (*linear)(const brgsa_linear *layer);

  /// Runs `rounds` register tiles of independent fused multiply-adds, to measure the processor's
  /// peak. Returns the number of floating-point operations; `result` keeps the compiler from
  /// removing them.
  double (*exert)(size_t rounds, float *result);

  /// Online softmax: keys are visited in blocks with a running maximum and sum for each query.
  void (*attention)(const brgsa_attention *head);
} brgsa_kernels;

/// How exact products are; see Compute in Tensors.
enum brgsa_compute {
  /// As exact as sums of float32.
  brgsa_compute_float32 = 0,
  /// Factors rounded to bfloat16; sums are float32.
  brgsa_compute_bfloat16 = 1,
};

/// The kernels number `index` of a compute, fastest first; NULL after the last that this processor supports. The last
/// set emulates tiles in plain C, for tests. Sets with AMX come second until they are measured as faster.
const brgsa_kernels *brgsa_kernels_at(enum brgsa_compute compute, size_t index);

/// IEEE half to single precision; exact.
void brgsa_widen_half(const uint16_t *source, float *destination, size_t count);

/// bfloat16 to single precision; exact.
void brgsa_widen_bfloat16(const uint16_t *source, float *destination, size_t count);

/// Number of elements that are NaN or infinite.
size_t brgsa_count_non_finite(const float *x, size_t count);

/// Limits the C library to two memory pools instead of eight for each core, so that memory freed by
/// one volume serves the next. Call once, before any other thread exists.
void brgsa_limit_arenas(void);

/// The number of processors that this process may use; 0 if the machine has more than 1,024.
size_t brgsa_processor_count(void);

/// Returns unused memory to the system.
void brgsa_release_free_memory(void);

/// Allocates `bytes` at a multiple of 64 bytes, not zeroed; large pieces use large pages where
/// available. Returns NULL on failure. Release it with free.
void *brgsa_allocate(size_t bytes);

/// Makes this thread treat denormal numbers as zero, so that they are not slow.
void brgsa_flush_denormals(void);

/// Names the calling thread, in at most 15 characters: prctl is variadic, which Swift cannot call.
void brgsa_name_thread(const char *name);

#endif
