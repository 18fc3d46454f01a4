// The kernels. This file is compiled for each instruction set by a file that defines
//   KERNEL(name)  the name of a function in that set,
//   TARGET        the attribute of the functions,
//   LANES         the number of floats in a vector: 16, 8 or 4,
//   TILE          the number of rows of a register tile,
//   COLUMNS       the number of vectors in each row of a register tile.
// A register tile has 8 x 3 sums if there are 32 vector registers, and 6 x 2 sums if there are 16. The sums are
// independent of each other, and there are fewer loads than multiply-adds.

#include "vectors.h"

// Number of tokens in a register tile.
#define SPAN (COLUMNS * LANES)
// Number of rows of a panel that are prefetched.
#define AHEAD 8
// Number of inputs of a linear layer that are summed before the sums are written to memory. The weights of a group
// for 768 inputs need 24 KiB.
#define DEPTH 768

// sums[i][v] += a[k * step + i * row] * b[k * 48 + v * LANES …], summed over all k < depth.
INLINE void accumulate(const float *a, size_t step, size_t row, const float *b, size_t depth,
                       int columns, vec sums[TILE][COLUMNS]) {
#pragma clang loop unroll_count(2)
  for (size_t k = 0; k < depth; k++) {
    const float *line = b + k * WIDTH;
    for (int part = 0; part < SPAN; part += 16) __builtin_prefetch(line + AHEAD * WIDTH + part);
    vec x[COLUMNS];
    for (int v = 0; v < columns; v++) x[v] = load(line + v * LANES);
    for (int i = 0; i < TILE; i++) {
      vec factor = splat(a[k * step + i * row]);
      for (int v = 0; v < columns; v++) sums[i][v] += factor * x[v];
    }
  }
}

// Returns the number of vectors for the tokens from `at` to `tokens`, at most COLUMNS.
INLINE int columns_of(size_t tokens, size_t at) {
  size_t vectors = (tokens - at + LANES - 1) / LANES;
  return vectors < COLUMNS ? (int)vectors : COLUMNS;
}

// Calls BODY with a constant number of columns, so that the sums stay in registers.
#define FOR_COLUMNS(columns, BODY)  \
  switch (columns) {                \
    case 1: BODY(1); break;         \
    case 2: BODY(2); break;         \
    default: BODY(COLUMNS); break;  \
  }

// --- forms ---

// These kernels read only floats.
static int KERNEL(takes)(enum brgsa_form form, size_t channels) {
  (void)channels;
  return form == brgsa_form_floats;
}

static void KERNEL(arrange)(const float *source, float *target, size_t channels, size_t tokens,
                            enum brgsa_form form) {
  (void)tokens, (void)form;
  if (source != target) memcpy(target, source, channels * WIDTH * sizeof(float));
}

static size_t KERNEL(group)(size_t inputs) {
  (void)inputs;
  return TILE;
}

// Packs row `row` of the matrix, float by float.
static void KERNEL(pack_row)(const float *source, size_t inputs, float *packed, size_t row) {
  float *lane = packed + row / TILE * TILE * inputs + row % TILE;
  for (size_t k = 0; k < inputs; k++) lane[k * TILE] = source[k];
}

// Packs weights in the layout [groups][inputs][TILE].
static void KERNEL(pack)(const float *rows, size_t count, size_t inputs, float *packed,
                         size_t first) {
  size_t i = 0;
  for (; i < count && (first + i) % TILE; i++)
    KERNEL(pack_row)(rows + i * inputs, inputs, packed, first + i);
  for (; i + TILE <= count; i += TILE) {
    const float *source = rows + i * inputs;
    float *target = packed + (first + i) * inputs;
    for (size_t k = 0; k < inputs; k++) {
      for (size_t lane = 0; lane < TILE; lane++)
        target[k * TILE + lane] = source[lane * inputs + k];
    }
  }
  for (; i < count; i++) KERNEL(pack_row)(rows + i * inputs, inputs, packed, first + i);
}

// --- linear layers ---

// Computes the outputs from `row` to row + TILE of a panel, for the tokens from `at` to at + SPAN. Uses the inputs
// from `from` to from + depth.
INLINE void linear_tile(const brgsa_linear *layer, size_t panel, size_t row, size_t at, size_t from,
                        size_t depth, int columns) {
  const float *weights = layer->weights + row * layer->inputs + from * TILE;
  vec sums[TILE][COLUMNS] = {0};
  accumulate(weights, TILE, 1, layer->x + panel * layer->x_stride + from * WIDTH + at, depth,
             columns, sums);
  int is_last = from + depth == layer->inputs;
  int adds = from > 0 || layer->ending == brgsa_ending_add;
  size_t rows = layer->outputs_to - row < TILE ? layer->outputs_to - row : TILE;
  for (size_t i = 0; i < TILE; i++) {
    if (i >= rows) break;
    float *y = layer->y + panel * layer->y_stride + (row + i) * WIDTH + at;
    for (int v = 0; v < columns; v++) {
      vec sum = sums[i][v];
      if (adds) sum += load(y + v * LANES);
      if (is_last) sum += layer->bias[row + i];
      if (is_last && layer->ending == brgsa_ending_gelu) sum = gelu(sum);
      store(y + v * LANES, sum);
    }
  }
}

// The loop over panels is inside the loop over outputs. The weights of a few outputs are used for all panels before
// the next weights are loaded.
TARGET static void KERNEL(linear)(const brgsa_linear *layer) {
  for (size_t from = 0; from < layer->inputs; from += DEPTH) {
    size_t depth = layer->inputs - from < DEPTH ? layer->inputs - from : DEPTH;
    for (size_t row = layer->outputs_from; row < layer->outputs_to; row += TILE) {
      for (size_t panel = 0; panel < layer->panels; panel++) {
        size_t tokens = panel + 1 == layer->panels ? layer->tokens : WIDTH;
        for (size_t at = 0; at < tokens; at += SPAN) {
#define LINEAR_TILE(columns) linear_tile(layer, panel, row, at, from, depth, columns)
          FOR_COLUMNS(columns_of(tokens, at), LINEAR_TILE)
        }
      }
    }
  }
}

// --- attention ---

// scores[key][at …] = queries · key, for `count` keys from `first` on, rounded up to whole tiles.
INLINE void score_keys(const brgsa_attention *head, size_t first, size_t count, size_t at,
                       int columns) {
  for (size_t key = 0; key < count; key += TILE) {
    size_t place = first + key;
    vec sums[TILE][COLUMNS] = {0};
    accumulate(head->keys + place / WIDTH * head->stride + place % WIDTH, WIDTH, 1,
               head->queries + at, head->width, columns, sums);
    for (size_t i = 0; i < TILE; i++) {
      float *line = head->scratch + (key + i) * WIDTH + at;
      for (int v = 0; v < columns; v++) store(line + v * LANES, sums[i][v]);
    }
  }
}

// Converts scores to weights 2^(score - maximum). Updates the maximum and the total of each query. Stores the factor
// for earlier sums in `carried`.
INLINE void weigh_keys(const brgsa_attention *head, size_t count, size_t at, int columns,
                       vec maximum[COLUMNS], vec total[COLUMNS], vec carried[COLUMNS]) {
  float scale = head->scale * 1.44269504f;
  vec largest[COLUMNS], shift[COLUMNS];
  for (int v = 0; v < columns; v++) largest[v] = maximum[v];
  for (size_t key = 0; key < count; key++) {
    const float *line = head->scratch + key * WIDTH + at;
    for (int v = 0; v < columns; v++) largest[v] = larger(load(line + v * LANES), largest[v]);
  }
  for (int v = 0; v < columns; v++) {
    // In the first block, the old maximum is -infinity, so the factor of earlier sums is 0. Both shifts are rounded
    // in the same way, so their errors cancel in the weights of earlier blocks.
    vec earlier = maximum[v] * scale;
    shift[v] = largest[v] * scale;
    vec gap = earlier - shift[v];
    carried[v] = exp2_negative(gap);
    maximum[v] = largest[v];
    total[v] *= carried[v];
  }
#pragma clang loop unroll_count(2)
  for (size_t key = 0; key < count; key++) {
    float *line = head->scratch + key * WIDTH + at;
    for (int v = 0; v < columns; v++) {
      vec weight = exp2_negative(load(line + v * LANES) * scale - shift[v]);
      store(line + v * LANES, weight);
      total[v] += weight;
    }
  }
}

// context = context * carried + weights · values.
INLINE void gather_values(const brgsa_attention *head, size_t first, size_t count, size_t at,
                          int columns, const vec carried[COLUMNS]) {
  for (size_t channel = 0; channel < head->width; channel += TILE) {
    size_t rows = head->width - channel < TILE ? head->width - channel : TILE;
    float *context = head->context + channel * WIDTH + at;
    vec sums[TILE][COLUMNS] = {0};
    if (first > 0) {
      for (size_t i = 0; i < TILE; i++) {
        if (i >= rows) break;
        for (int v = 0; v < columns; v++)
          sums[i][v] = load(context + i * WIDTH + v * LANES) * carried[v];
      }
    }
    for (size_t key = 0; key < count; key += WIDTH) {
      const float *values =
          head->values + (first + key) / WIDTH * head->stride + channel * WIDTH;
      accumulate(values, 1, WIDTH, head->scratch + key * WIDTH + at,
                 count - key < WIDTH ? count - key : WIDTH, columns, sums);
    }
    for (size_t i = 0; i < TILE; i++) {
      if (i >= rows) break;
      for (int v = 0; v < columns; v++) store(context + i * WIDTH + v * LANES, sums[i][v]);
    }
  }
}

INLINE void attend(const brgsa_attention *head, size_t at, int columns) {
  vec maximum[COLUMNS], total[COLUMNS], carried[COLUMNS];
  for (int v = 0; v < columns; v++) {
    maximum[v] = splat(-INFINITY);
    total[v] = splat(0);
  }
  for (size_t first = 0; first < head->count; first += brgsa_key_block) {
    size_t left = head->count - first;
    size_t count = left < brgsa_key_block ? left : brgsa_key_block;
    score_keys(head, first, count, at, columns);
    weigh_keys(head, count, at, columns, maximum, total, carried);
    gather_values(head, first, count, at, columns, carried);
  }
  for (size_t channel = 0; channel < head->width; channel++) {
    float *context = head->context + channel * WIDTH + at;
    for (int v = 0; v < columns; v++)
      store(context + v * LANES, load(context + v * LANES) / total[v]);
  }
}

TARGET static void KERNEL(attention)(const brgsa_attention *head) {
  for (size_t at = 0; at < head->tokens; at += SPAN) {
#define ATTEND(columns) attend(head, at, columns)
    FOR_COLUMNS(columns_of(head->tokens, at), ATTEND)
  }
}

// --- rows and channels ---

TARGET static void KERNEL(layer_norm)(const float *x, float *y, size_t channels, const float *gain,
                                      const float *offset, float epsilon) {
  float share = 1.0f / (float)channels;
  for (size_t at = 0; at < WIDTH; at += LANES) {
    // Four independent sums are interleaved, which is faster. Each of them also has a smaller rounding error.
    vec sums[4] = {{0}};
    for (size_t c = 0; c < channels; c++) sums[c % 4] += load(x + c * WIDTH + at);
    vec mean = ((sums[0] + sums[1]) + (sums[2] + sums[3])) * share;
    vec squares[4] = {{0}};
    for (size_t c = 0; c < channels; c++) {
      vec distance = load(x + c * WIDTH + at) - mean;
      squares[c % 4] += distance * distance;
    }
    vec variance = ((squares[0] + squares[1]) + (squares[2] + squares[3])) * share;
    vec scale;
    for (int i = 0; i < LANES; i++) scale[i] = 1.0f / sqrtf(variance[i] + epsilon);
    for (size_t c = 0; c < channels; c++) {
      vec centred = load(x + c * WIDTH + at) - mean;
      store(y + c * WIDTH + at, centred * (scale * gain[c]) + offset[c]);
    }
  }
}

TARGET static void KERNEL(softmax)(float *x, size_t rows, size_t columns, size_t stride) {
  const float per_octave = 1.44269504f;
  for (size_t row = 0; row < rows; row++) {
    float *line = x + row * stride;
    float largest = -INFINITY;
    for (size_t j = 0; j < columns; j++) largest = line[j] > largest ? line[j] : largest;
    vec sums = {0};
    size_t j = 0;
    for (; j + LANES <= columns; j += LANES) {
      vec weight = exp2_negative((*(const loose *)(line + j) - largest) * per_octave);
      *(loose *)(line + j) = weight;
      sums += weight;
    }
    // The remaining numbers are copied to a separate vector. It is padded with -infinity, whose weight is 0.
    vec rest = splat(-INFINITY);
    memcpy(&rest, line + j, (columns - j) * sizeof(float));
    rest = exp2_negative((rest - largest) * per_octave);
    memcpy(line + j, &rest, (columns - j) * sizeof(float));
    sums += rest;
    float total = 0;
    for (int i = 0; i < LANES; i++) total += sums[i];
    for (j = 0; j < columns; j++) line[j] /= total;
  }
}

// --- products of split rows with one vector ---

// A row is stored in two planes: the rounded upper halves of its floats, and the corrections that restore all bits.
typedef uint16_t halves __attribute__((vector_size(2 * LANES), aligned(2), may_alias));
typedef int16_t rests __attribute__((vector_size(2 * LANES), aligned(2), may_alias));

INLINE vec rounded(const uint16_t *high) {
  return (vec)(__builtin_convertvector(*(const halves *)high, ivec) << 16);
}

INLINE vec whole(const uint16_t *high, const int16_t *low) {
  ivec bits = __builtin_convertvector(*(const halves *)high, ivec) << 16;
  return (vec)(bits + __builtin_convertvector(*(const rests *)low, ivec));
}

INLINE float whole_one(uint16_t high, int16_t low) {
  uint32_t bits = ((uint32_t)high << 16) + (uint32_t)(int32_t)low;
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

INLINE float sum_of(vec x) {
  float total = 0;
  for (int i = 0; i < LANES; i++) total += x[i];
  return total;
}

// products[i] = rows[i] · query. Four rows are processed together, because four streams are enough to reach the
// memory bandwidth.
TARGET static void KERNEL(dots)(const uint16_t *high, const int16_t *low, size_t count,
                                size_t width, const float *query, float *products) {
  for (size_t row = 0; row < count; row += 4) {
    size_t start[4];
    // If fewer than four rows are left, the last row is read again instead.
    for (size_t i = 0; i < 4; i++) start[i] = (row + i < count ? row + i : count - 1) * width;
    vec sums[4] = {{0}};
    size_t c = 0;
    for (; c + LANES <= width; c += LANES) {
      vec factor = *(const loose *)(query + c);
      for (int i = 0; i < 4; i++) {
        const uint16_t *line = high + start[i] + c;
        // Prefetches the same position four rows ahead, because the processor's own prefetching restarts with each
        // row.
        __builtin_prefetch(line + 4 * width);
        if (low) __builtin_prefetch(low + start[i] + c + 4 * width);
        sums[i] += (low ? whole(line, low + start[i] + c) : rounded(line)) * factor;
      }
    }
    for (size_t i = 0; i < 4 && row + i < count; i++) {
      float rest = 0;
      for (size_t k = start[i] + c; k < start[i] + width; k++)
        rest += whole_one(high[k], low ? low[k] : 0) * query[k - start[i]];
      products[row + i] = sum_of(sums[i]) + rest;
    }
  }
}

// Computes a full register tile as linear layers and attention do, but without loads.
TARGET static double KERNEL(exert)(size_t rounds, float *result) {
  vec sums[TILE][COLUMNS], factor = splat(0.999f), step = splat(1e-3f);
  for (int i = 0; i < TILE; i++) {
    for (int v = 0; v < COLUMNS; v++) sums[i][v] = splat((float)(i + v));
  }
  for (size_t round = 0; round < rounds; round++) {
    for (int i = 0; i < TILE; i++) {
      for (int v = 0; v < COLUMNS; v++) sums[i][v] = sums[i][v] * factor + step;
    }
  }
  vec total = {0};
  for (int i = 0; i < TILE; i++) {
    for (int v = 0; v < COLUMNS; v++) total += sums[i][v];
  }
  *result = total[0];
  return 2.0 * TILE * COLUMNS * LANES * (double)rounds;
}

#define KERNEL_TABLE(label)                                                            \
  {                                                                                    \
    .name = label, .group = KERNEL(group), .pack = KERNEL(pack),                       \
    .takes = KERNEL(takes), .arrange = KERNEL(arrange), .softmax = KERNEL(softmax),    \
    .layer_norm = KERNEL(layer_norm), .dots = KERNEL(dots),                            \
    .linear = KERNEL(linear), .attention = KERNEL(attention), .exert = KERNEL(exert),  \
  }
