#define TARGET
#define LANES 4
#define TILE 6
#define COLUMNS 2
#define IS_EMULATION 1
#define PLANES 2
#define MULTIPLIER "multiply_emulated.h"
#include "tiles_set.h"

const brgsa_kernels brgsa_kernels_emulated = TILE_TABLE("emulated");
