#ifndef BRGSA_CZLIB_SHIM_H
#define BRGSA_CZLIB_SHIM_H

#include <zlib.h>

#endif
