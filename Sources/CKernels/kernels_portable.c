#define KERNEL(name) name##_portable
#define TARGET
#define LANES 4
#define TILE 6
#define COLUMNS 2
#include "kernels_body.h"

const brgsa_kernels brgsa_kernels_portable = KERNEL_TABLE("portable");
