#if defined(__x86_64__)
#define KERNEL(name) name##_avx512
#define TARGET                                                                 \
  __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx2,fma"),        \
                 min_vector_width(512)))
#define LANES 16
#define TILE 8
#define COLUMNS 3
#include "kernels_body.h"

const brgsa_kernels brgsa_kernels_avx512 = KERNEL_TABLE("avx512");
#endif
