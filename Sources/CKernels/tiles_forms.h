// The forms of numbers that the tiles multiply: conversions of a block of floats. tiles_body.h includes this file for each
// set of kernels.

// Returns the bfloat16 nearest to x, as a float whose lowest 16 bits are 0. Every NaN stays a NaN.
INLINE vec nearest(vec x) {
  ivec bits = (ivec)x, rounded = bits + 0x7fff + ((bits >> 16) & 1);
  return (vec)((ivec)choose(x == x, (vec)rounded, (vec)(bits | 0x400000)) & (int32_t)0xffff0000);
}

// Puts two neighbours into a word: the upper half of `first` in its low bits, that of `second` in its high bits.
INLINE ivec paired(vec first, vec second) {
  return (ivec)(((uvec)first >> 16) | ((uvec)second & 0xffff0000u));
}

INLINE void store_pair(uint16_t *target, vec first, vec second) {
  vec high[2] = {nearest(first), nearest(second)};
  *(ivec *)target = paired(high[0], high[1]);
#if PLANES == 2
  *(ivec *)(target + plane_numbers) =
      paired(nearest(first - high[0]), nearest(second - high[1]));
#endif
}

// Converts a block [32][48] to an operand.
INLINE void arrange_operand(const float *source, uint16_t *target) {
  for (int pair = 0; pair < 16; pair++) {
    const float *line = source + 2 * pair * WIDTH;
    for (int at = 0; at < WIDTH; at += LANES)
      store_pair(target + (pair * WIDTH + at) * 2, load(line + at), load(line + WIDTH + at));
  }
}

// Converts a block to keys: an operand in which pairs and tokens are exchanged.
INLINE void arrange_keys(const float *source, uint16_t *target) {
  uint16_t operand[block_numbers] __attribute__((aligned(64)));
  arrange_operand(source, operand);
  for (int plane = 0; plane < PLANES; plane++) {
    const uint32_t *pairs = (const uint32_t *)(operand + plane * plane_numbers);
    for (int token = 0; token < WIDTH; token++) {
      uint32_t *row =
          (uint32_t *)(target + (token / 16 * 2 + plane) * tile_numbers) + token % 16 * 16;
      for (int pair = 0; pair < 16; pair++) row[pair] = pairs[pair * WIDTH + token];
    }
  }
}

// Returns the bfloat16 nearest to a number, as a float.
static inline float bfloat16(float x) {
  uint32_t bits;
  memcpy(&bits, &x, sizeof bits);
  bits = (x == x ? bits + 0x7fff + (bits >> 16 & 1) : bits | 0x400000) & 0xffff0000u;
  memcpy(&x, &bits, sizeof x);
  return x;
}

static inline uint16_t upper_half(float x) {
  uint32_t bits;
  memcpy(&bits, &x, sizeof bits);
  return (uint16_t)(bits >> 16);
}

// Converts a block to values. Lanes after the last token become 0. Their weights are 0, but 0 times NaN would be NaN.
INLINE void arrange_values(const float *source, size_t tokens, uint16_t *target) {
  for (int channel = 0; channel < block_channels; channel++) {
    float high[WIDTH], low[WIDTH];
    for (size_t token = 0; token < WIDTH; token++) {
      float value = token < tokens ? source[channel * WIDTH + token] : 0;
      high[token] = bfloat16(value);
      low[token] = PLANES == 2 ? bfloat16(value - high[token]) : 0;
    }
    uint16_t *row = target + channel / 16 * 3 * tile_numbers + channel % 16 * 32;
    for (int token = 0; token < 32; token++) {
      row[token] = upper_half(high[token]);
      if (PLANES == 2) row[tile_numbers + token] = upper_half(low[token]);
    }
    for (int token = 0; token < 16; token++) {
      row[2 * tile_numbers + token] = upper_half(high[32 + token]);
      row[2 * tile_numbers + 16 + token] = upper_half(low[32 + token]);
    }
  }
}

// Converts a block of floats to `form`. The block must not overlap `target`.
INLINE void arrange_block(const float *source, enum brgsa_form form, size_t tokens,
                          float *target) {
  uint16_t *numbers = (uint16_t *)target;
  switch (form) {
    case brgsa_form_floats:
      memcpy(target, source, block_channels * WIDTH * sizeof(float));
      break;
    case brgsa_form_operand:
    case brgsa_form_queries: arrange_operand(source, numbers); break;
    case brgsa_form_keys: arrange_keys(source, numbers); break;
    case brgsa_form_values: arrange_values(source, tokens, numbers); break;
  }
}
