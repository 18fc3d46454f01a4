// Linear layers and attention with tile products of bfloat16. This file is compiled for each way to multiply by a file
// that defines
//   KERNEL(name)   the name of a function in that set,
//   TARGET, LANES  see vectors.h,
//   PLANES         2: each float is the sum of two bfloat16, hi + lo. A product is hi·hi + lo·hi + hi·lo, which is
//                  nearly as precise as float32. 1: each float is rounded to one bfloat16,
//   FLOAT(name)    the name of a function of kernels_body.h. The table of these functions is `floats`. They are used
//                  for shapes that do not fill tiles,
//   IS_EMULATION   1 if the functions that multiply emulate an instruction.
// After this file, it includes the functions that multiply: begin_tiles, end_tiles, multiply, multiply_plain and exert.
//
// Every form needs as much memory as floats. Channels are divided into blocks of 32. Instead of 32 x 48 floats, a block
// has 3072 numbers of 16 bits in one of three forms (brgsa_form). If PLANES is 1, the second plane is undefined.
//   operand [plane][16 pairs of channels][48 tokens][2]: the right side of a product
//   keys    [3 groups of tokens][plane][16 tokens][32 channels]: a left side, summed over channels
//   values  [2 groups of channels][3 parts][16 channels][32 tokens]: a left side, summed over tokens. Part 0 has hi of
//           the first 32 tokens of a panel, and part 1 their lo. Part 2 has hi, then lo, of the last 16 tokens.
// Weights are left sides, too: [groups of 16 outputs][steps of 32 inputs][plane][16 outputs][32 inputs].

#include "vectors.h"

enum {
  // Numbers in a tile of the left side: 16 rows of 32.
  tile_numbers = 512,
  // Numbers in a plane of a block in the form `operand`: 16 rows of 48 pairs.
  plane_numbers = 1536,
  // Number of channels in a block, of inputs in a step, and of outputs in a group.
  block_channels = 32,
  // Numbers in a block.
  block_numbers = 3072,
  // Number of steps whose weights for a group stay in the first-level cache while all panels are processed.
  cached_steps = 8,
  // Number of panels that are processed with weights before the next weights are loaded from memory.
  shared_panels = 4,
  // Maximum width of a head for attention with tiles.
  head_limit = 128,
};

// The left side of a product: `rows` (1 or 2) tiles of 16 rows, `tile` numbers apart. Steps are `step` numbers apart.
typedef struct left_side {
  const uint16_t *start;
  size_t tile, step;
  int rows;
} left_side;

// The right side of a product: `columns` (1 to 3) times 16 tokens. Steps are `step` numbers apart.
typedef struct right_side {
  const uint16_t *start;
  size_t step;
  int columns;
} right_side;

// sums[rows * 16][48] += left · right over `steps` steps. Each step adds hi·hi, then lo·hi, then hi·lo. Each of these
// products is summed separately before it is added.
TARGET static void multiply(left_side left, right_side right, size_t steps, float *sums);

// sums += left · right, for a single step and a single plane of each side.
TARGET static void multiply_plain(left_side left, right_side right, float *sums);

TARGET static void begin_tiles(void), end_tiles(void);

// True if channels of this number fill whole blocks. Other channels stay floats in every form.
static int has_forms(size_t channels) { return channels % block_channels == 0; }
static int has_head(size_t width) { return has_forms(width) && width <= head_limit; }

// --- forms ---

#include "tiles_forms.h"

static int KERNEL(takes)(enum brgsa_form form, size_t channels) {
  switch (form) {
    case brgsa_form_floats: return 1;
    case brgsa_form_operand: return has_forms(channels);
    default: return has_head(channels);
  }
}

TARGET static void KERNEL(arrange)(const float *source, float *target, size_t channels,
                                   size_t tokens, enum brgsa_form form) {
  float block[block_channels * WIDTH] __attribute__((aligned(64)));
  for (size_t channel = 0; channel < channels; channel += block_channels) {
    memcpy(block, source + channel * WIDTH, sizeof block);
    arrange_block(block, form, tokens, target + channel * WIDTH);
  }
}

// --- linear layers ---

static size_t KERNEL(group)(size_t inputs) {
  return has_forms(inputs) ? block_channels : floats.group(inputs);
}

// Packs `count` rows of the matrix. After the last row, the zeros that the caller has written fill its group.
TARGET static void KERNEL(pack)(const float *rows, size_t count, size_t inputs, float *packed,
                                size_t first) {
  if (!has_forms(inputs)) {
    floats.pack(rows, count, inputs, packed, first);
    return;
  }
  for (size_t i = 0; i < count; i++) {
    size_t row = first + i;
    uint16_t *tile = (uint16_t *)packed + row / 16 * 16 * inputs * PLANES + row % 16 * 32;
    for (size_t k = 0; k < inputs; k++) {
      uint16_t *place = tile + k / 32 * PLANES * tile_numbers + k % 32;
      float weight = rows[i * inputs + k], high = bfloat16(weight);
      place[0] = upper_half(high);
      if (PLANES == 2) place[tile_numbers] = upper_half(bfloat16(weight - high));
    }
  }
}

// Completes the sums [32][48] of a group: adds the bias, applies GELU or adds the residual, and converts the form.
INLINE void finish_group(const brgsa_linear *layer, size_t panel, size_t row, size_t tokens,
                         float *sums) {
  size_t rows = layer->outputs_to - row < block_channels ? layer->outputs_to - row : block_channels;
  float *y = layer->y + panel * layer->y_stride + row * WIDTH;
  int is_whole = rows == block_channels && layer->form != brgsa_form_floats;
  for (size_t i = 0; i < rows; i++) {
    float *line = sums + i * WIDTH, *target = is_whole ? line : y + i * WIDTH;
    for (int at = 0; at < WIDTH; at += LANES) {
      vec sum = load(line + at) + layer->bias[row + i];
      if (layer->ending == brgsa_ending_add) sum += load(target + at);
      if (layer->ending == brgsa_ending_gelu) sum = gelu(sum);
      store(target + at, sum);
    }
  }
  if (is_whole) arrange_block(sums, layer->form, tokens, y);
}

// Converts whole blocks of the results of a layer whose inputs do not fill blocks.
TARGET static void arrange_results(const brgsa_linear *layer) {
  float block[block_channels * WIDTH] __attribute__((aligned(64)));
  for (size_t panel = 0; panel < layer->panels; panel++) {
    size_t tokens = panel + 1 == layer->panels ? layer->tokens : WIDTH;
    for (size_t row = layer->outputs_from; row + block_channels <= layer->outputs_to;
         row += block_channels) {
      float *y = layer->y + panel * layer->y_stride + row * WIDTH;
      memcpy(block, y, sizeof block);
      arrange_block(block, layer->form, tokens, y);
    }
  }
}

TARGET static void KERNEL(linear)(const brgsa_linear *layer) {
  if (!has_forms(layer->inputs)) {
    floats.linear(layer);
    if (layer->form != brgsa_form_floats) arrange_results(layer);
    return;
  }
  size_t steps = layer->inputs / block_channels;
  float sums[shared_panels][block_channels * WIDTH] __attribute__((aligned(64)));
  begin_tiles();
  for (size_t first = 0; first < layer->panels; first += shared_panels) {
    size_t panels = layer->panels - first < shared_panels ? layer->panels - first : shared_panels;
    for (size_t row = layer->outputs_from; row < layer->outputs_to; row += block_channels) {
      memset(sums, 0, panels * sizeof sums[0]);
      for (size_t step = 0; step < steps; step += cached_steps) {
        left_side left = {
            (const uint16_t *)layer->weights + (row * layer->inputs + step * tile_numbers) * PLANES,
            16 * layer->inputs * PLANES, tile_numbers * PLANES, 2};
        size_t depth = steps - step < cached_steps ? steps - step : cached_steps;
        for (size_t i = 0; i < panels; i++) {
          size_t panel = first + i;
          size_t tokens = panel + 1 == layer->panels ? layer->tokens : WIDTH;
          const float *x = layer->x + panel * layer->x_stride + step * block_channels * WIDTH;
          right_side right = {(const uint16_t *)x, block_numbers, (int)((tokens + 15) / 16)};
          multiply(left, right, depth, sums[i]);
        }
      }
      for (size_t i = 0; i < panels; i++) {
        size_t tokens = first + i + 1 == layer->panels ? layer->tokens : WIDTH;
        finish_group(layer, first + i, row, tokens, sums[i]);
      }
    }
  }
  end_tiles();
}

// --- attention ---

// scores[key][48] = queries · key, for `count` keys of one panel, rounded up to whole tiles.
INLINE void score_panel(const brgsa_attention *head, const float *keys, size_t count,
                        right_side queries, float *scores) {
  size_t tiles = (count + 15) / 16;
  memset(scores, 0, tiles * 16 * WIDTH * sizeof(float));
  for (size_t tile = 0; tile < tiles; tile += 2) {
    left_side left = {(const uint16_t *)keys + tile * 2 * tile_numbers, 2 * tile_numbers,
                      block_numbers, tiles - tile < 2 ? 1 : 2};
    multiply(left, queries, head->width / block_channels, scores + tile * 16 * WIDTH);
  }
}

// For each query: the running maximum, the running sum, and the factor for earlier sums.
typedef struct running {
  float maximum[WIDTH], total[WIDTH], carried[WIDTH];
} __attribute__((aligned(64))) running;

// Updates the maximum with the scores of `count` keys. Computes the factor for earlier sums.
INLINE void raise_maximum(const brgsa_attention *head, const float *scores, size_t count,
                          running *state, float *shift) {
  float scale = head->scale * 1.44269504f;
  for (int at = 0; at < WIDTH; at += LANES) {
    vec earlier = load(state->maximum + at), largest = earlier;
    for (size_t key = 0; key < count; key++) largest = larger(load(scores + key * WIDTH + at), largest);
    vec gap = earlier * scale - largest * scale;
    store(state->maximum + at, largest);
    store(shift + at, largest * scale);
    store(state->carried + at, exp2_negative(gap));
    store(state->total + at, load(state->total + at) * load(state->carried + at));
  }
}

// Converts the scores of a panel of keys to weights 2^(score - maximum), as operands for values. The first block has
// the first 32 keys. The second block has 8 pairs each of hi, hi again, lo, and zeros for the last 16 keys. Weights
// from `count` on are 0.
INLINE void weigh_panel(const brgsa_attention *head, const float *scores, size_t count,
                        const float *shift, running *state, uint16_t *weights) {
  float scale = head->scale * 1.44269504f;
  for (int at = 0; at < WIDTH; at += LANES) {
    vec total = load(state->total + at), lowest = load(shift + at);
    for (size_t key = 0; key < WIDTH; key += 2) {
      vec pair[2];
      for (size_t i = 0; i < 2; i++) {
        if (key + i < count) {
          pair[i] = exp2_negative(load(scores + (key + i) * WIDTH + at) * scale - lowest);
          total += pair[i];
        } else {
          pair[i] = splat(0);
        }
      }
      vec high[2] = {nearest(pair[0]), nearest(pair[1])};
      ivec upper = paired(high[0], high[1]);
      ivec lower = paired(nearest(pair[0] - high[0]), nearest(pair[1] - high[1]));
      uint16_t *place = weights + (key / 2 * WIDTH + (size_t)at) * 2;
      if (key < 32) {
        *(ivec *)place = upper;
        *(ivec *)(place + plane_numbers) = lower;
      } else {
        // Continues in the second block, where this pair has an index from 0 to 7.
        place += block_numbers - plane_numbers;
        *(ivec *)place = upper;
        *(ivec *)(place + 8 * WIDTH * 2) = PLANES == 2 ? upper : (ivec)splat(0);
        *(ivec *)(place + plane_numbers) = lower;
        *(ivec *)(place + plane_numbers + 8 * WIDTH * 2) = (ivec)splat(0);
      }
    }
    store(state->total + at, total);
  }
}

// context[width][48] += values · weights, for one panel of keys.
INLINE void gather_panel(const brgsa_attention *head, const float *values, size_t count,
                         const uint16_t *weights, int columns, float *context) {
  for (size_t channel = 0; channel < head->width; channel += block_channels) {
    const uint16_t *block = (const uint16_t *)(values + channel * WIDTH);
    left_side left = {block, 3 * tile_numbers, 0, 2};
    float *sums = context + channel * WIDTH;
    multiply(left, (right_side){weights, 0, columns}, 1, sums);
    if (count <= 32) continue;
    left.start += 2 * tile_numbers;
    multiply_plain(left, (right_side){weights + block_numbers, 0, columns}, sums);
    if (PLANES == 2) {
      right_side low = {weights + block_numbers + plane_numbers, 0, columns};
      multiply_plain(left, low, sums);
    }
  }
}

TARGET static void KERNEL(attention)(const brgsa_attention *head) {
  if (!has_head(head->width)) {
    floats.attention(head);
    return;
  }
  running state;
  float shift[WIDTH] __attribute__((aligned(64)));
  float context[head_limit * WIDTH] __attribute__((aligned(64)));
  uint16_t weights[2 * block_numbers] __attribute__((aligned(64)));
  for (int at = 0; at < WIDTH; at += LANES) {
    store(state.maximum + at, splat(-INFINITY));
    store(state.total + at, splat(0));
  }
  memset(context, 0, head->width * WIDTH * sizeof(float));
  right_side queries = {(const uint16_t *)head->queries, block_numbers,
                        (int)((head->tokens + 15) / 16)};
  begin_tiles();
  for (size_t first = 0; first < head->count; first += brgsa_key_block) {
    size_t left = head->count - first;
    size_t count = left < brgsa_key_block ? left : brgsa_key_block;
    for (size_t at = 0; at < count; at += WIDTH) {
      score_panel(head, head->keys + (first + at) / WIDTH * head->stride,
                  count - at < WIDTH ? count - at : WIDTH, queries, head->scratch + at * WIDTH);
    }
    raise_maximum(head, head->scratch, count, &state, shift);
    for (size_t channel = 0; channel < head->width; channel++) {
      for (int at = 0; at < WIDTH; at += LANES) {
        float *place = context + channel * WIDTH + at;
        store(place, load(place) * load(state.carried + at));
      }
    }
    for (size_t at = 0; at < count; at += WIDTH) {
      size_t keys = count - at < WIDTH ? count - at : WIDTH;
      weigh_panel(head, head->scratch + at * WIDTH, keys, shift, &state, weights);
      gather_panel(head, head->values + (first + at) / WIDTH * head->stride, keys, weights,
                   queries.columns, context);
    }
  }
  end_tiles();
  for (size_t channel = 0; channel < head->width; channel++) {
    for (int at = 0; at < WIDTH; at += LANES) {
      size_t place = channel * WIDTH + (size_t)at;
      store(head->context + place, load(context + place) / load(state.total + at));
    }
  }
}

#define TILE_TABLE(label)                                                                        \
  {                                                                                              \
    .name = label, .is_emulation = IS_EMULATION, .group = KERNEL(group), .pack = KERNEL(pack),   \
    .takes = KERNEL(takes),                                                                      \
    .arrange = KERNEL(arrange), .softmax = FLOAT(softmax), .layer_norm = FLOAT(layer_norm),      \
    .dots = FLOAT(dots), .linear = KERNEL(linear), .attention = KERNEL(attention),               \
    .exert = KERNEL(exert),                                                                      \
  }
