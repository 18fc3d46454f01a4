#ifndef BRGSA_MICROHTTPD_H
#define BRGSA_MICROHTTPD_H

#include <microhttpd.h>
#include <stddef.h>
#include <stdint.h>

/// Settings that `MHD_start_daemon` takes as variable arguments.
struct brgsa_mhd_settings {
  /// A bound, listening, non-blocking socket. When the daemon is stopped, it closes the socket.
  int32_t listen_descriptor;
  /// Number of threads that share the connections.
  uint32_t thread_pool_size;
  /// Maximum number of open connections of all threads together.
  uint32_t connection_limit;
  /// Maximum number of open connections of one client address; 0 for unlimited.
  uint32_t address_limit;
  /// Bytes of one connection's memory pool.
  size_t connection_memory_limit;
  /// Bytes of one thread's stack.
  size_t thread_stack_size;
  /// Certificate chain and private key as PEM, and GnuTLS's priority string. All are NULL without
  /// TLS. `brgsa_mhd_start` reads them before it returns.
  const char *tls_certificates;
  const char *tls_key;
  const char *tls_priorities;
  /// The first argument of every callback.
  void *context;
  MHD_AcceptPolicyCallback accept_policy;
  MHD_AccessHandlerCallback access_handler;
  void *(*uri_log)(void *context, const char *uri, struct MHD_Connection *connection);
  MHD_NotifyConnectionCallback notify_connection;
  MHD_RequestCompletedCallback notify_completed;
  /// Called on the connection's thread before libmicrohttpd sends a response of its own. `status`
  /// is the status of this response.
  void (*library_answers)(void *context, uint32_t status);
};

/// Starts a daemon that waits by epoll in its own threads and allows suspended connections. The
/// daemon has no timeouts, because its clock continues while the process is stopped. The caller
/// must cut silent connections. The daemon's messages are dropped, because they may contain bytes
/// of a request. Returns NULL on failure. The listening socket may then be closed already.
struct MHD_Daemon *brgsa_mhd_start(const struct brgsa_mhd_settings *settings);

/// The connection's socket, or -1.
int32_t brgsa_mhd_descriptor(struct MHD_Connection *connection);

/// The pointer that the notify_connection callback stored for the socket, or NULL.
void *brgsa_mhd_socket_context(struct MHD_Connection *connection);

/// Sets whether the connection's response is queued before its socket is read again, when the
/// connection is resumed. libmicrohttpd 0.9.75 does so only for the connection that was idle
/// longest. From any other it reads first, and closes it if the client has closed its side, so that
/// a client which sends a request and then closes its side would get no response.
void brgsa_mhd_respond_before_reading(struct MHD_Connection *connection, int32_t is_first);

/// Status of the response queued on the connection, or 0.
uint32_t brgsa_mhd_queued_status(struct MHD_Connection *connection);

#endif
