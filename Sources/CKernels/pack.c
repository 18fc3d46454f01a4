#include "brgsa_kernels.h"

enum { group = brgsa_group_width };

// Row `row` of the matrix, one float after the other.
static void pack_row(const float *source, size_t inputs, float *packed, size_t row) {
  float *lane = packed + row / group * group * inputs + row % group;
  for (size_t k = 0; k < inputs; k++) lane[k * group] = source[k];
}

void brgsa_pack_weights(const float *rows, size_t count, size_t inputs, float *packed,
                        size_t first) {
  size_t i = 0;
  for (; i < count && (first + i) % group; i++)
    pack_row(rows + i * inputs, inputs, packed, first + i);
  for (; i + group <= count; i += group) {
    const float *source = rows + i * inputs;
    float *target = packed + (first + i) * inputs;
    for (size_t k = 0; k < inputs; k++) {
      for (size_t lane = 0; lane < group; lane++)
        target[k * group + lane] = source[lane * inputs + k];
    }
  }
  for (; i < count; i++) pack_row(rows + i * inputs, inputs, packed, first + i);
}
