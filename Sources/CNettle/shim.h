#ifndef BRGSA_CNETTLE_SHIM_H
#define BRGSA_CNETTLE_SHIM_H

#include <nettle/sha2.h>
#include <nettle/version.h>

// Writes the whole digest. Nettle 4 has no parameter for the length.
static inline void brgsa_sha256_digest(struct sha256_ctx *context, uint8_t *digest) {
#if NETTLE_VERSION_MAJOR >= 4
  nettle_sha256_digest(context, digest);
#else
  nettle_sha256_digest(context, SHA256_DIGEST_SIZE, digest);
#endif
}

#endif
