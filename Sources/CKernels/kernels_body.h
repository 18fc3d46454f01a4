// The kernels, written once and compiled for each instruction set by a file that defines
// KERNEL(name), the name of a function in that set, and TARGET, its attribute.
// Loops run over LANES partial results of fixed size, which the compiler turns into vectors; so the
// order of a sum is the same in each build of this file. No intrinsics: the compiler's vectors are as
// fast here, and there is one text to check.

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "brgsa_kernels.h"

#define LANES 16
#define INLINE static inline __attribute__((always_inline))

// exp(x) for x <= 0, relative error below 2e-7; below -87 the result is 0.
// x = n ln 2 + r with |r| <= ln 2 / 2; exp(r) is a polynomial fitted to the Chebyshev nodes.
INLINE float exp_negative(float x) {
  const float shift = 12582912.0f;  // 1.5 * 2^23: adding it rounds to a whole number
  float clamped = x < -87.0f ? -87.0f : x;
  float n = clamped * 1.44269504f + shift;
  int32_t bits;
  memcpy(&bits, &n, sizeof bits);
  n -= shift;
  float r = clamped - n * 0.693359375f + n * 2.12194440e-4f;
  float p = 1.393364711e-03f;
  p = p * r + 8.363179658e-03f;
  p = p * r + 4.166646495e-02f;
  p = p * r + 1.666657698e-01f;
  p = p * r + 5.000000013e-01f;
  p = p * (r * r) + r + 1.0f;
  int32_t power = (int32_t)((uint32_t)(bits + 127) << 23);
  float scale;
  memcpy(&scale, &power, sizeof scale);
  return x < -87.0f ? 0.0f : p * scale;
}

// erf(x), absolute error below 4e-7: an odd rational fitted on |x| <= 3.92, beyond which erf is 1
// within 3e-8.
INLINE float error_function(float x) {
  float z = x < -3.92f ? -3.92f : x;
  z = z > 3.92f ? 3.92f : z;
  float u = z * z;
  float p = 2.045900959e-06f;
  p = p * u + 2.855566363e-04f;
  p = p * u + 3.792694564e-03f;
  p = p * u + 5.283093874e-02f;
  p = p * u + 1.910296048e-01f;
  p = p * u + 1.128379111e+00f;
  float q = 3.808413268e-05f;
  q = q * u + 1.169257886e-03f;
  q = q * u + 1.502278372e-02f;
  q = q * u + 1.143667824e-01f;
  q = q * u + 5.026280310e-01f;
  q = q * u + 1.0f;
  return z * p / q;
}

INLINE float sum_lanes(const float *lanes) {
  float total[LANES];
  memcpy(total, lanes, sizeof total);
  for (int width = LANES / 2; width > 0; width /= 2) {
    for (int i = 0; i < width; i++) total[i] += total[i + width];
  }
  return total[0];
}

INLINE float maximum_of(const float *x, size_t count) {
  float lanes[LANES];
  for (int i = 0; i < LANES; i++) lanes[i] = -INFINITY;
  size_t j = 0;
  for (; j + LANES <= count; j += LANES) {
    for (int i = 0; i < LANES; i++) lanes[i] = x[j + i] > lanes[i] ? x[j + i] : lanes[i];
  }
  float largest = -INFINITY;
  for (int i = 0; i < LANES; i++) largest = lanes[i] > largest ? lanes[i] : largest;
  for (; j < count; j++) largest = x[j] > largest ? x[j] : largest;
  return largest;
}

// x[i] = exp(scale * x[i] - maximum), returns their sum. maximum is already scaled.
INLINE float exponentiate(float *x, size_t count, float scale, float maximum) {
  float lanes[LANES] = {0};
  size_t j = 0;
  for (; j + LANES <= count; j += LANES) {
    for (int i = 0; i < LANES; i++) {
      float e = exp_negative(x[j + i] * scale - maximum);
      x[j + i] = e;
      lanes[i] += e;
    }
  }
  float total = sum_lanes(lanes);
  for (; j < count; j++) {
    x[j] = exp_negative(x[j] * scale - maximum);
    total += x[j];
  }
  return total;
}

TARGET static void KERNEL(softmax)(float *x, size_t rows, size_t columns, size_t stride) {
  for (size_t row = 0; row < rows; row++) {
    float *line = x + row * stride;
    float scale = 1.0f / exponentiate(line, columns, 1.0f, maximum_of(line, columns));
    for (size_t j = 0; j < columns; j++) line[j] *= scale;
  }
}

TARGET static void KERNEL(layer_norm)(const float *x, float *y, size_t rows, size_t width,
                                      const float *gain, const float *offset, float epsilon) {
  for (size_t row = 0; row < rows; row++) {
    const float *in = x + row * width;
    float *out = y + row * width;
    float sums[LANES] = {0};
    size_t j = 0;
    for (; j + LANES <= width; j += LANES) {
      for (int i = 0; i < LANES; i++) sums[i] += in[j + i];
    }
    float total = sum_lanes(sums);
    for (; j < width; j++) total += in[j];
    float mean = total / (float)width;

    float squares[LANES] = {0};
    for (j = 0; j + LANES <= width; j += LANES) {
      for (int i = 0; i < LANES; i++) {
        float d = in[j + i] - mean;
        squares[i] += d * d;
      }
    }
    float spread = sum_lanes(squares);
    for (; j < width; j++) spread += (in[j] - mean) * (in[j] - mean);
    float scale = 1.0f / sqrtf(spread / (float)width + epsilon);
    for (j = 0; j < width; j++) out[j] = (in[j] - mean) * scale * gain[j] + offset[j];
  }
}

TARGET static void KERNEL(bias_gelu)(float *x, size_t rows, size_t columns, const float *bias) {
  for (size_t row = 0; row < rows; row++) {
    float *line = x + row * columns;
    for (size_t j = 0; j < columns; j++) {
      float value = line[j] + bias[j];
      line[j] = 0.5f * value * (1.0f + error_function(value * 0.70710678f));
    }
  }
}

TARGET static void KERNEL(add_bias)(float *x, size_t rows, size_t columns, const float *bias) {
  for (size_t row = 0; row < rows; row++) {
    float *line = x + row * columns;
    for (size_t j = 0; j < columns; j++) line[j] += bias[j];
  }
}

TARGET static void KERNEL(add_residual)(float *x, const float *y, size_t rows, size_t columns,
                                        const float *bias) {
  for (size_t row = 0; row < rows; row++) {
    float *line = x + row * columns;
    const float *other = y + row * columns;
    for (size_t j = 0; j < columns; j++) line[j] += other[j] + bias[j];
  }
}

TARGET static void KERNEL(attention_step)(float *scores, size_t rows, size_t keys, float scale,
                                          float *maximum, float *sum, float *context,
                                          size_t width) {
  for (size_t row = 0; row < rows; row++) {
    float *line = scores + row * keys;
    float largest = maximum_of(line, keys) * scale;
    largest = largest > maximum[row] ? largest : maximum[row];
    // The first block meets -infinity - x, where exp is 0: nothing was summed yet.
    float carried = exp_negative(maximum[row] - largest);
    sum[row] = sum[row] * carried + exponentiate(line, keys, scale, largest);
    maximum[row] = largest;
    float *values = context + row * width;
    for (size_t j = 0; j < width; j++) values[j] *= carried;
  }
}

TARGET static void KERNEL(attention_finish)(const float *context, size_t rows, size_t width,
                                            const float *sum, float *out, size_t stride) {
  for (size_t row = 0; row < rows; row++) {
    float scale = 1.0f / sum[row];
    for (size_t j = 0; j < width; j++) out[row * stride + j] = context[row * width + j] * scale;
  }
}

#define KERNEL_TABLE(label)                                                                     \
  {                                                                                             \
    .name = label, .softmax = KERNEL(softmax), .layer_norm = KERNEL(layer_norm),                \
    .bias_gelu = KERNEL(bias_gelu), .add_bias = KERNEL(add_bias),                               \
    .add_residual = KERNEL(add_residual), .attention_step = KERNEL(attention_step),             \
    .attention_finish = KERNEL(attention_finish),                                               \
  }
