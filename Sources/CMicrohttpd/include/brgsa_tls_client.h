#ifndef BRGSA_TLS_CLIENT_H
#define BRGSA_TLS_CLIENT_H

#include <stddef.h>
#include <stdint.h>

/// Sends bytes over a connected socket with TLS 1.2 or 1.3, and reads the response until the connection ends.
///
/// The server's certificate, or an issuer of it, must be in the file `certificates`. If `certificates` is NULL, the
/// certificates that the system trusts are used. If `name` is not NULL, the server's certificate must also be issued
/// for this host. The timeouts of the socket apply. The socket stays open.
///
/// Returns the number of bytes read, at most `room`, or -1 on failure. After a failure, `reason` points to a constant
/// text.
int64_t brgsa_tls_ask(int32_t socket, const char *certificates, const char *name, const void *bytes, size_t count,
                      void *answer, size_t room, const char **reason);

#endif
