// A set that multiplies tiles. It has three parts: plain kernels for shapes that do not fill tiles, tiles_body.h, and
// MULTIPLIER. These files explain which other macros must be defined.
#define FLOAT(name) name##_floats
#define KERNEL FLOAT
#include "kernels_body.h"
static const brgsa_kernels floats = KERNEL_TABLE("floats");
#undef KERNEL
#define KERNEL(name) name##_tiles
#include "tiles_body.h"
#include MULTIPLIER
