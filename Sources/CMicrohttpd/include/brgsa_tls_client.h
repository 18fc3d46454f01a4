#ifndef BRGSA_TLS_CLIENT_H
#define BRGSA_TLS_CLIENT_H

#include <stddef.h>
#include <stdint.h>

/// Sends bytes over a connected socket by TLS 1.2 or 1.3 and reads the response until the
/// connection ends.
///
/// The server's certificate must be one of `certificates` or be issued by one of them. NULL means
/// the certificates that the system trusts. If `name` is not NULL, the certificate must also be for
/// this host. The socket's own timeouts apply. The socket is not closed.
///
/// Returns the number of bytes read, at most `room`, or -1 on failure. After a failure, `reason`
/// points to a constant text.
int64_t brgsa_tls_ask(int32_t socket, const char *certificates, const char *name, const void *bytes, size_t count,
                      void *answer, size_t room, const char **reason);

#endif
