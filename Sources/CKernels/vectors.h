// Vectors and their functions. This file is compiled for each instruction set by a file that defines
//   TARGET  the attribute of the functions,
//   LANES   the number of floats in a vector: 16, 8 or 4.
// It uses the vector types of the compiler, so that all instruction sets share one source.
#pragma once

#include <math.h>
#include <string.h>

#include "brgsa_kernels.h"

#define WIDTH brgsa_panel_width

#define INLINE static inline TARGET __attribute__((always_inline))

typedef float vec __attribute__((vector_size(4 * LANES), may_alias));
typedef int32_t ivec __attribute__((vector_size(4 * LANES), may_alias));
typedef uint32_t uvec __attribute__((vector_size(4 * LANES), may_alias));
// A vector that may be at any address.
typedef float loose __attribute__((vector_size(4 * LANES), aligned(4), may_alias));

INLINE vec splat(float x) { return x - (vec){0}; }
INLINE vec load(const float *p) { return *(const vec *)p; }
INLINE void store(float *p, vec x) { *(vec *)p = x; }
INLINE vec choose(ivec mask, vec a, vec b) { return (vec)((mask & (ivec)a) | (~mask & (ivec)b)); }
INLINE vec larger(vec a, vec b) { return choose(a > b, a, b); }

// Returns 2^x for x <= 0, with a relative error below 2e-7. The result is 0 for x below -126.5, and NaN for NaN.
//
// x is split into n + r with |r| <= 1/2. The polynomial for 2^r is fitted to the smallest relative error.
// For n = -127, the exponent bits of 2^n are 0, which represents the number 0.
INLINE vec exp2_negative(vec x) {
  // 1.5 * 2^23 + 127. Adding this rounds to a whole number. Its lowest bits are then the exponent bits of 2^n.
  const float shift = 12582912.0f + 127.0f;
  vec bounded = choose(x < -127.0f, splat(-127.0f), x);
  vec n = bounded + shift;
  vec power = (vec)((ivec)n << 23);
  vec r = bounded - (n - shift);
  vec p = splat(1.326472266e-03f);
  p = p * r + 9.671512991e-03f;
  p = p * r + 5.550733581e-02f;
  p = p * r + 2.402224243e-01f;
  p = p * r + 6.931470037e-01f;
  p = p * r + 1.0f;
  return p * power;
}

// Returns erf(x) with an absolute error below 4e-7. Uses an odd rational function that is fitted on |x| <= 3.92. For
// larger |x|, |erf| is 1 within 3e-8.
INLINE vec error_function(vec x) {
  vec z = choose(x < -3.92f, splat(-3.92f), x);
  z = choose(z > 3.92f, splat(3.92f), z);
  vec u = z * z;
  vec p = splat(2.045900959e-06f);
  p = p * u + 2.855566363e-04f;
  p = p * u + 3.792694564e-03f;
  p = p * u + 5.283093874e-02f;
  p = p * u + 1.910296048e-01f;
  p = p * u + 1.128379111e+00f;
  vec q = splat(3.808413268e-05f);
  q = q * u + 1.169257886e-03f;
  q = q * u + 1.502278372e-02f;
  q = q * u + 1.143667824e-01f;
  q = q * u + 5.026280310e-01f;
  q = q * u + 1.0f;
  return z * p / q;
}

INLINE vec gelu(vec x) { return 0.5f * x * (1.0f + error_function(x * 0.70710678f)); }
