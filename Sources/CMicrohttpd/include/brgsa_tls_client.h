#ifndef BRGSA_TLS_CLIENT_H
#define BRGSA_TLS_CLIENT_H

#include <stddef.h>
#include <stdint.h>

/// Sends bytes over a connected socket by TLS 1.2 or 1.3 and reads the response until the
/// connection ends.
///
/// The server's certificate must be one of `certificates` or be issued by one; NULL means the
/// system's trusted ones. With `name` it must be for that host, too. The socket has its own
/// timeouts and is not closed.
///
/// Returns the number of bytes read, at most `room`, or -1 with `reason` pointing at a constant
/// text.
int64_t brgsa_tls_ask(int32_t socket, const char *certificates, const char *name, const void *bytes, size_t count,
                      void *answer, size_t room, const char **reason);

#endif
