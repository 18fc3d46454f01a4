#define KERNEL(name) name##_portable
#define TARGET
#include "kernels_body.h"

const brgsa_kernels brgsa_kernels_portable = KERNEL_TABLE("portable");
