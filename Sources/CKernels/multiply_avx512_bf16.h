// Tile products with AVX512-BF16. The sums of eight rows and 48 columns stay in registers.

#include <immintrin.h>

static void begin_tiles(void) {}
static void end_tiles(void) {}

// sums += left · right, for eight rows and `columns` times 16 columns.
INLINE void multiply_rows(const uint16_t *left, size_t left_step, const uint16_t *right,
                          size_t right_step, size_t steps, int columns, float *sums) {
  __m512 sum[8][3];
  for (int row = 0; row < 8; row++) {
    for (int j = 0; j < columns; j++) sum[row][j] = _mm512_load_ps(sums + row * WIDTH + j * 16);
  }
  for (size_t step = 0; step < steps; step++) {
    for (int pair = 0; pair < 16; pair++) {
      const uint16_t *line = right + step * right_step + pair * 2 * WIDTH;
      __m512bh x[3];
      for (int j = 0; j < columns; j++) x[j] = (__m512bh)_mm512_load_si512(line + j * 32);
      for (int row = 0; row < 8; row++) {
        int32_t both;
        memcpy(&both, left + step * left_step + row * 32 + 2 * pair, sizeof both);
        __m512bh factor = (__m512bh)_mm512_set1_epi32(both);
        for (int j = 0; j < columns; j++) sum[row][j] = _mm512_dpbf16_ps(sum[row][j], factor, x[j]);
      }
    }
  }
  for (int row = 0; row < 8; row++) {
    for (int j = 0; j < columns; j++) _mm512_store_ps(sums + row * WIDTH + j * 16, sum[row][j]);
  }
}

TARGET static void multiply(left_side left, right_side right, size_t steps, float *sums) {
  for (int row = 0; row < 16 * left.rows; row += 8) {
    const uint16_t *start = left.start + (size_t)(row / 16) * left.tile + row % 16 * 32;
#define MULTIPLY_ROWS(columns)                                                             \
  multiply_rows(start, left.step, right.start, right.step, steps, columns, sums + row * WIDTH)
    switch (right.columns) {
      case 1: MULTIPLY_ROWS(1); break;
      case 2: MULTIPLY_ROWS(2); break;
      default: MULTIPLY_ROWS(3); break;
    }
  }
}

TARGET static void multiply_plain(left_side left, right_side right, float *sums) {
  multiply(left, right, 1, sums);
}

// Multiplies as linear layers do, but without loads, to measure the peak performance.
TARGET static double KERNEL(exert)(size_t rounds, float *result) {
  __m512 sum[8][3], total = _mm512_setzero_ps();
  for (int i = 0; i < 8; i++) {
    for (int v = 0; v < 3; v++) sum[i][v] = _mm512_set1_ps((float)(i + v));
  }
  __m512bh factor = (__m512bh)_mm512_set1_epi32(0x3f803f80);
  __asm__("" : "+v"(factor));
  for (size_t round = 0; round < rounds; round++) {
    // The loop is unrolled, so that the sums stay in registers.
#pragma clang loop unroll(full)
    for (int i = 0; i < 8; i++) {
      sum[i][0] = _mm512_dpbf16_ps(sum[i][0], factor, factor);
      sum[i][1] = _mm512_dpbf16_ps(sum[i][1], factor, factor);
      sum[i][2] = _mm512_dpbf16_ps(sum[i][2], factor, factor);
    }
  }
  for (int i = 0; i < 8; i++) {
    for (int v = 0; v < 3; v++) total = _mm512_add_ps(total, sum[i][v]);
  }
  *result = _mm512_reduce_add_ps(total);
  return 2.0 * 24 * 32 * (double)rounds;
}
