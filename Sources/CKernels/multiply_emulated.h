// Tile products in plain C. The order of sums is that of AMX: even and odd inputs are summed separately, and then the
// two sums are added. The product of two bfloat16 numbers is exact in a float. Fusing it with the addition would
// therefore not change the result.

static inline float widened(uint16_t number) {
  uint32_t bits = (uint32_t)number << 16;
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

static void begin_tiles(void) {}
static void end_tiles(void) {}

// sums[16][16] += left[16][32] · right[16][16][2]. Their rows start 48 floats, 32 numbers and 96 numbers apart.
static void multiply_tile(const uint16_t *left, const uint16_t *right, float *sums) {
  for (int row = 0; row < 16; row++) {
    float even[16] = {0}, odd[16] = {0};
    for (int pair = 0; pair < 16; pair++) {
      float first = widened(left[row * 32 + 2 * pair]);
      float second = widened(left[row * 32 + 2 * pair + 1]);
      const uint16_t *line = right + pair * 2 * WIDTH;
      for (int column = 0; column < 16; column++) {
        even[column] += first * widened(line[2 * column]);
        odd[column] += second * widened(line[2 * column + 1]);
      }
    }
    for (int column = 0; column < 16; column++)
      sums[row * WIDTH + column] += even[column] + odd[column];
  }
}

static void multiply_planes(left_side left, right_side right, int left_plane, int right_plane,
                            float *sums) {
  for (int row = 0; row < left.rows; row++) {
    for (int column = 0; column < right.columns; column++)
      multiply_tile(left.start + (size_t)row * left.tile + left_plane * tile_numbers,
                    right.start + right_plane * plane_numbers + column * 32,
                    sums + row * 16 * WIDTH + column * 16);
  }
}

static void multiply(left_side left, right_side right, size_t steps, float *sums) {
  for (size_t step = 0; step < steps; step++) {
    multiply_planes(left, right, 0, 0, sums);
    if (PLANES == 2) {
      multiply_planes(left, right, 1, 0, sums);
      multiply_planes(left, right, 0, 1, sums);
    }
    left.start += left.step;
    right.start += right.step;
  }
}

static void multiply_plain(left_side left, right_side right, float *sums) {
  multiply_planes(left, right, 0, 0, sums);
}

static double KERNEL(exert)(size_t rounds, float *result) {
  return floats.exert(rounds, result);
}
