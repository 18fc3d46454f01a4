#include <string.h>

#include "brgsa_kernels.h"

static float float_of_bits(uint32_t bits) {
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

// A normal number needs its exponent increased by 112. A denormal number is its fraction times 2^-24. It is computed
// from the integer, so that it does not matter how the thread treats denormal floats.
void brgsa_widen_half(const uint16_t *source, float *destination, size_t count) {
  for (size_t i = 0; i < count; i++) {
    uint32_t half = source[i];
    uint32_t exponent = half & 0x7c00u;
    uint32_t bits = ((half & 0x7fffu) << 13) + (112u << 23);
    if (exponent == 0x7c00u) bits |= 0x7f800000u;
    if (exponent == 0) {
      float fraction = (float)(half & 0x03ffu) * 5.9604644775390625e-8f;
      memcpy(&bits, &fraction, sizeof bits);
    }
    destination[i] = float_of_bits(bits | (half & 0x8000u) << 16);
  }
}

void brgsa_widen_bfloat16(const uint16_t *source, float *destination, size_t count) {
  for (size_t i = 0; i < count; i++) destination[i] = float_of_bits((uint32_t)source[i] << 16);
}

size_t brgsa_count_non_finite(const float *x, size_t count) {
  size_t found = 0;
  for (size_t i = 0; i < count; i++) {
    uint32_t bits;
    memcpy(&bits, x + i, sizeof bits);
    found += (bits & 0x7f800000u) == 0x7f800000u;
  }
  return found;
}
