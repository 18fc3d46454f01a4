#include "brgsa_kernels.h"

// Packs row `row` of the matrix, one float after the other.
static void pack_row(const float *source, size_t inputs, float *packed, size_t row, size_t group) {
  float *lane = packed + row / group * group * inputs + row % group;
  for (size_t k = 0; k < inputs; k++) lane[k * group] = source[k];
}

// Packs a whole group of rows.
static inline __attribute__((always_inline)) void pack_group(const float *source, size_t inputs,
                                                             float *target, size_t group) {
  for (size_t k = 0; k < inputs; k++) {
    for (size_t lane = 0; lane < group; lane++)
      target[k * group + lane] = source[lane * inputs + k];
  }
}

void brgsa_pack_weights(const float *rows, size_t count, size_t inputs, float *packed, size_t first,
                        size_t group) {
  size_t i = 0;
  for (; i < count && (first + i) % group; i++)
    pack_row(rows + i * inputs, inputs, packed, first + i, group);
  for (; i + group <= count; i += group) {
    const float *source = rows + i * inputs;
    float *target = packed + (first + i) * inputs;
    // A constant group lets the compiler unroll the loop.
    switch (group) {
      case 8: pack_group(source, inputs, target, 8); break;
      case 6: pack_group(source, inputs, target, 6); break;
      default: pack_group(source, inputs, target, group); break;
    }
  }
  for (; i < count; i++) pack_row(rows + i * inputs, inputs, packed, first + i, group);
}
