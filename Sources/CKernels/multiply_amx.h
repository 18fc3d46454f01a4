// Tile products with AMX. The sums are in tiles 0 to 5, the left side in tile 6, and the right side in tile 7.

#include <immintrin.h>

TARGET static void begin_tiles(void) {
  struct {
    uint8_t palette, start_row, reserved[14];
    uint16_t row_bytes[16];
    uint8_t rows[16];
  } configuration = {.palette = 1};
  for (int tile = 0; tile < 8; tile++) {
    configuration.row_bytes[tile] = 64;
    configuration.rows[tile] = 16;
  }
  _tile_loadconfig(&configuration);
}

// If a thread has no tiles in use, the system does not have to save them.
TARGET static void end_tiles(void) { _tile_release(); }

// Distances in bytes between neighbouring rows: of the sums, of the left side, and of the right side.
#define SUM_BYTES (WIDTH * 4)
#define LEFT_BYTES 64
#define RIGHT_BYTES (WIDTH * 4)

#define FOR_SUMS(ACTION)                     \
  ACTION(0, 0, 0)                            \
  if (columns > 1) { ACTION(1, 0, 1) }       \
  if (columns > 2) { ACTION(2, 0, 2) }       \
  if (rows > 1) {                            \
    ACTION(3, 1, 0)                          \
    if (columns > 1) { ACTION(4, 1, 1) }     \
    if (columns > 2) { ACTION(5, 1, 2) }     \
  }
#define LOAD_SUM(sum, i, j) _tile_loadd(sum, sums + i * 16 * WIDTH + j * 16, SUM_BYTES);
#define STORE_SUM(sum, i, j) _tile_stored(sum, sums + i * 16 * WIDTH + j * 16, SUM_BYTES);

// Multiplies one plane of the left side by the tile of the right side. Adds the products to both rows of sums in
// column j.
#define PRODUCTS(j, plane)                                   \
  _tile_loadd(6, a + (plane) * tile_numbers, LEFT_BYTES);    \
  _tile_dpbf16ps(j, 6, 7);                                   \
  if (rows > 1) {                                            \
    _tile_loadd(6, a + left.tile + (plane) * tile_numbers, LEFT_BYTES); \
    _tile_dpbf16ps(3 + j, 6, 7);                             \
  }
#define COLUMN(j)                                            \
  _tile_loadd(7, b + j * 32, RIGHT_BYTES);                   \
  PRODUCTS(j, 0)                                             \
  if (planes == 2) {                                         \
    PRODUCTS(j, 1)                                           \
    _tile_loadd(7, b + plane_numbers + j * 32, RIGHT_BYTES); \
    PRODUCTS(j, 0)                                           \
  }

INLINE void multiply_shape(left_side left, right_side right, size_t steps, int planes, int rows,
                           int columns, float *sums) {
  FOR_SUMS(LOAD_SUM)
  for (size_t step = 0; step < steps; step++) {
    const uint16_t *a = left.start + step * left.step, *b = right.start + step * right.step;
    COLUMN(0)
    if (columns > 1) { COLUMN(1) }
    if (columns > 2) { COLUMN(2) }
  }
  FOR_SUMS(STORE_SUM)
}

TARGET static void multiply(left_side left, right_side right, size_t steps, float *sums) {
  if (left.rows == 2 && right.columns == 3)
    multiply_shape(left, right, steps, PLANES, 2, 3, sums);
  else
    multiply_shape(left, right, steps, PLANES, left.rows, right.columns, sums);
}

TARGET static void multiply_plain(left_side left, right_side right, float *sums) {
  multiply_shape(left, right, 1, 1, left.rows, right.columns, sums);
}

// Multiplies tiles that are already loaded, to measure the peak performance.
TARGET static double KERNEL(exert)(size_t rounds, float *result) {
  float sums[16 * WIDTH] __attribute__((aligned(64)));
  begin_tiles();
  _tile_zero(0), _tile_zero(1), _tile_zero(2), _tile_zero(3);
  _tile_zero(4), _tile_zero(5), _tile_zero(6), _tile_zero(7);
  for (size_t round = 0; round < rounds; round++) {
    _tile_dpbf16ps(0, 6, 7);
    _tile_dpbf16ps(1, 6, 7);
    _tile_dpbf16ps(2, 6, 7);
    _tile_dpbf16ps(3, 6, 7);
    _tile_dpbf16ps(4, 6, 7);
    _tile_dpbf16ps(5, 6, 7);
  }
  _tile_stored(0, sums, SUM_BYTES);
  end_tiles();
  *result = sums[0];
  return 2.0 * 6 * 16 * 16 * 32 * (double)rounds;
}
