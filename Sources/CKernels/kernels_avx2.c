#if defined(__x86_64__)
#define KERNEL(name) name##_avx2
#define TARGET __attribute__((target("avx2,fma"), min_vector_width(256)))
#define LANES 8
#define TILE 6
#define COLUMNS 2
#include "kernels_body.h"

const brgsa_kernels brgsa_kernels_avx2 = KERNEL_TABLE("avx2");
#endif
