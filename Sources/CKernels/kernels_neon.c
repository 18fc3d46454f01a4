#if defined(__aarch64__)
#define KERNEL(name) name##_neon
#define TARGET
#define LANES 4
#define TILE 8
#define COLUMNS 3
#include "kernels_body.h"

const brgsa_kernels brgsa_kernels_neon = KERNEL_TABLE("neon");
#endif
