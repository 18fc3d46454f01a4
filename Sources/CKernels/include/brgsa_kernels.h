#ifndef BRGSA_KERNELS_H
#define BRGSA_KERNELS_H

#include <stddef.h>
#include <stdint.h>

/// Number of tokens in a panel.
///
/// A panel is a matrix [channels][48]: the 48 floats of each channel are contiguous. A vector holds one channel of
/// neighbouring tokens and never mixes tokens. The result of a token therefore has the same bits at any position of
/// any panel. Panels start `stride` floats apart. Each panel, and each channel in it, starts at a multiple of 64
/// bytes.
enum { brgsa_panel_width = 48 };

/// Number of keys that brgsa_kernels.attention processes together. Their scores for one panel of queries need 18 KiB,
/// so they stay in the L1 cache.
enum { brgsa_key_block = 2 * brgsa_panel_width };

/// Number of floats after the last panel that a kernel may read. It never writes them.
enum { brgsa_panel_slack = 8 * brgsa_panel_width };

/// What a linear layer does with its sums.
enum brgsa_ending {
  /// y = x · weightsᵀ + bias
  brgsa_ending_store = 0,
  /// y = gelu(x · weightsᵀ + bias), gelu(a) = a / 2 * (1 + erf(a / sqrt 2))
  brgsa_ending_gelu = 1,
  /// y = y + x · weightsᵀ + bias, as at the end of a residual branch
  brgsa_ending_add = 2,
};

/// The memory layout of 32 channels of a panel. Every form needs as much memory as 32 x 48 floats. Sets that multiply
/// tiles of bfloat16 have their own layouts. The other sets use only floats.
enum brgsa_form {
  /// [channels][48] floats.
  brgsa_form_floats = 0,
  /// The input of a linear layer.
  brgsa_form_operand = 1,
  /// The inputs of attention: queries, keys and values.
  brgsa_form_queries = 2,
  brgsa_form_keys = 3,
  brgsa_form_values = 4,
};

/// A linear layer, applied to some panels.
typedef struct brgsa_linear {
  /// The weights, in the layout that brgsa_kernels.pack writes.
  const float *weights;
  /// The biases: [all outputs].
  const float *bias;
  size_t inputs;
  /// The outputs to compute. The first one is outputs_from, a multiple of the group. The last one precedes
  /// outputs_to.
  size_t outputs_from, outputs_to;
  /// The input: [panels][inputs][48]. It has the form `operand` if the set takes this form for this number of inputs.
  const float *x;
  size_t x_stride;
  /// The output: [panels][all outputs][48], in `form`. It must not overlap x.
  float *y;
  size_t y_stride;
  size_t panels;
  /// Number of tokens in the last panel, 1 to 48. All other panels are full. Lanes after the last token are
  /// undefined.
  size_t tokens;
  enum brgsa_ending ending;
  /// A form that the set takes. If it is not floats, the outputs must fill blocks of 32, and the ending must not be
  /// `add`.
  enum brgsa_form form;
} brgsa_linear;

/// One attention head for one panel of queries. Queries, keys and values have the form of the same name if the set
/// takes that form for `width` channels. Otherwise, they are floats.
typedef struct brgsa_attention {
  /// The queries: [width][48].
  const float *queries;
  /// Number of tokens in the panel of queries, 1 to 48. Lanes after the last token are undefined.
  size_t tokens;
  /// The keys: [panels][width][48].
  const float *keys;
  /// The values: [panels][width][48], followed by brgsa_panel_slack floats that may be read.
  const float *values;
  /// Distance in floats between the starts of neighbouring panels, for keys and for values.
  size_t stride;
  /// Total number of keys, at least 1.
  size_t count;
  size_t width;
  /// Factor that multiplies the scores before the softmax. It is greater than 0.
  float scale;
  /// Scratch memory: brgsa_key_block * 48 floats.
  float *scratch;
  /// The result: [width][48].
  float *context;
} brgsa_attention;

/// The kernels of one instruction set. They use single precision and allocate no memory. The order of every sum
/// depends only on the shapes, so equal inputs give bit-identical results.
typedef struct brgsa_kernels {
  /// The name of the set. Float32 sets without tiles are "avx512", "avx2", "neon" and "portable". Float32 sets with
  /// tiles are "amx" and "emulated". Bfloat16 sets are "amx-bf16", "avx512-bf16" and "emulated-bf16".
  const char *name;
  /// 1 if the set emulates an instruction in plain C; otherwise 0.
  int is_emulation;

  /// Returns the number of outputs whose weights are adjacent, for a linear layer with `inputs` inputs. The kernel
  /// computes these outputs together.
  size_t (*group)(size_t inputs);

  /// Packs `count` rows of a weight matrix ([rows, inputs], row-major) into `packed`. The first one is row `first` of
  /// the layer. `packed` must have room for whole groups of rows, and the caller must have set it to zero.
  void (*pack)(const float *rows, size_t count, size_t inputs, float *packed, size_t first);

  /// Returns 1 if this set reads `channels` channels in this form. Otherwise, the set reads floats.
  int (*takes)(enum brgsa_form form, size_t channels);

  /// Converts one panel of floats to a form that the set takes. The panel has `tokens` tokens, 1 to 48. `source` and
  /// `target` may be equal.
  void (*arrange)(const float *source, float *target, size_t channels, size_t tokens,
                  enum brgsa_form form);

  /// Replaces each row of x[rows, columns] by exp(x - max) / sum, in place. The matrix is row-major, and its rows
  /// start `stride` floats apart.
  void (*softmax)(float *x, size_t rows, size_t columns, size_t stride);

  /// Normalises one panel: y[channels][48] = (x - mean) / sqrt(variance + epsilon) * gain + offset. Mean and variance
  /// are those of each token over its channels. x and y may be equal.
  void (*layer_norm)(const float *x, float *y, size_t channels, const float *gain,
                     const float *offset, float epsilon);

  /// Computes products[i] = sum over k of rows[i][k] * query[k]. The rows are contiguous and have `width` numbers
  /// each. The bits of a number are (high << 16) + low. If `low` is NULL, each number is rounded to its upper half.
  /// The kernel then reads half as much memory.
  void (*dots)(const uint16_t *high, const int16_t *low, size_t count, size_t width,
               const float *query, float *products);

  /// Applies a linear layer.
  void (*linear)(const brgsa_linear *layer);

  /// Computes `rounds` register tiles of independent fused multiply-adds, in order to measure the peak performance of
  /// the processor. Returns the number of floating-point operations. `result` prevents the compiler from removing
  /// them.
  double (*exert)(size_t rounds, float *result);

  /// Computes an attention head with an online softmax. The keys are processed in blocks, with a running maximum and
  /// a running sum for each query.
  void (*attention)(const brgsa_attention *head);
} brgsa_kernels;

/// The precision of products. See Compute in Tensors.
enum brgsa_compute {
  /// Products and sums are as precise as in float32.
  brgsa_compute_float32 = 0,
  /// Factors are rounded to bfloat16. Sums are float32.
  brgsa_compute_bfloat16 = 1,
};

/// Returns the set number `index` for a precision, fastest first. Returns NULL after the last set that this processor
/// supports. The last set emulates tiles in plain C, for tests. Sets with AMX come second until measurements show
/// that they are faster.
const brgsa_kernels *brgsa_kernels_at(enum brgsa_compute compute, size_t index);

/// Converts IEEE half precision to single precision, without loss.
void brgsa_widen_half(const uint16_t *source, float *destination, size_t count);

/// Converts bfloat16 to single precision, without loss.
void brgsa_widen_bfloat16(const uint16_t *source, float *destination, size_t count);

/// Returns the number of elements that are NaN or infinite.
size_t brgsa_count_non_finite(const float *x, size_t count);

/// Limits the C library to two memory pools, instead of eight per core. The memory that one volume has freed can then
/// be used for the next volume. Call this once, before any other thread exists.
void brgsa_limit_arenas(void);

/// Returns the number of processor cores that this process may use, or 0 if the machine has more than 1,024.
size_t brgsa_processor_count(void);

/// Returns unused memory to the system.
void brgsa_release_free_memory(void);

/// Allocates `bytes` bytes, aligned to 64 bytes and not set to zero. Large allocations use large pages where these
/// are available. Returns NULL on failure. Release the memory with free.
void *brgsa_allocate(size_t bytes);

/// Makes the calling thread treat denormal numbers as zero, because computing with them is slow.
void brgsa_flush_denormals(void);

/// Sets the name of the calling thread, at most 15 characters. Swift cannot call prctl, because prctl is variadic.
void brgsa_name_thread(const char *name);

#endif
