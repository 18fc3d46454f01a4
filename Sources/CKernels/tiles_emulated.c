#define TARGET
#define LANES 4
#define TILE 6
#define COLUMNS 2
#define IS_EMULATION 1
#define PLANES 2
#define FLOAT(name) name##_floats
#define KERNEL FLOAT
#include "kernels_body.h"
static const brgsa_kernels floats = KERNEL_TABLE("floats");
#undef KERNEL
#define KERNEL(name) name##_tiles
#include "tiles_body.h"
#include "multiply_emulated.h"

const brgsa_kernels brgsa_kernels_emulated = TILE_TABLE("emulated");
