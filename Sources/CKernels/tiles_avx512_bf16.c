#if defined(__x86_64__)
#define TARGET \
  __attribute__((target("avx512bf16,avx512f,avx512bw,avx512vl,avx512dq,avx2,fma"), min_vector_width(512)))
#define LANES 16
#define TILE 8
#define COLUMNS 3
#define IS_EMULATION 0
#define PLANES 1
#define FLOAT(name) name##_floats
#define KERNEL FLOAT
#include "kernels_body.h"
static const brgsa_kernels floats = KERNEL_TABLE("floats");
#undef KERNEL
#define KERNEL(name) name##_tiles
#include "tiles_body.h"
#include "multiply_avx512_bf16.h"

const brgsa_kernels brgsa_kernels_avx512_bf16 = TILE_TABLE("avx512-bf16");
#endif
