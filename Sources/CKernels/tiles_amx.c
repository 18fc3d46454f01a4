#if defined(__x86_64__)
#define TARGET \
  __attribute__((target("amx-tile,amx-bf16,avx512bf16,avx512f,avx512bw,avx512vl,avx512dq,avx2,fma"), min_vector_width(512)))
#define LANES 16
#define TILE 8
#define COLUMNS 3
#define IS_EMULATION 0
#define PLANES 2
#define MULTIPLIER "multiply_amx.h"
#include "tiles_set.h"

const brgsa_kernels brgsa_kernels_amx = TILE_TABLE("amx");
#endif
