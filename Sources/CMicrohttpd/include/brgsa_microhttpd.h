#ifndef BRGSA_MICROHTTPD_H
#define BRGSA_MICROHTTPD_H

#include <microhttpd.h>
#include <stddef.h>
#include <stdint.h>

/// Settings that `MHD_start_daemon` takes as variable arguments.
struct brgsa_mhd_settings {
  /// A bound, listening, non-blocking socket. The daemon closes it when it is stopped.
  int32_t listen_descriptor;
  /// Threads that share the connections.
  uint32_t thread_pool_size;
  /// Open connections of all threads.
  uint32_t connection_limit;
  /// Open connections of one address; 0 for unlimited.
  uint32_t address_limit;
  /// Bytes of one connection's memory pool.
  size_t connection_memory_limit;
  /// Bytes of one thread's stack.
  size_t thread_stack_size;
  /// Certificate chain and private key as PEM, and GnuTLS's priority string; all NULL without TLS.
  /// They are read before `brgsa_mhd_start` returns.
  const char *tls_certificates;
  const char *tls_key;
  const char *tls_priorities;
  /// First argument of every callback.
  void *context;
  MHD_AcceptPolicyCallback accept_policy;
  MHD_AccessHandlerCallback access_handler;
  void *(*uri_log)(void *context, const char *uri, struct MHD_Connection *connection);
  MHD_NotifyConnectionCallback notify_connection;
  MHD_RequestCompletedCallback notify_completed;
  /// Called on the connection's thread before libmicrohttpd itself responds to a request, with the
  /// status.
  void (*library_answers)(void *context, uint32_t status);
};

/// Starts a daemon that polls by epoll in its own threads and may suspend connections. It has no
/// timeouts: its clock runs on while the process is stopped, so the caller cuts silent connections.
/// Its messages are dropped, because they may contain bytes of a request. Returns NULL on failure;
/// the listening socket may then be closed already.
struct MHD_Daemon *brgsa_mhd_start(const struct brgsa_mhd_settings *settings);

/// The connection's socket, or -1.
int32_t brgsa_mhd_descriptor(struct MHD_Connection *connection);

/// What the notify_connection callback stored for the socket, or NULL.
void *brgsa_mhd_socket_context(struct MHD_Connection *connection);

/// Status of the response queued on the connection, or 0.
uint32_t brgsa_mhd_queued_status(struct MHD_Connection *connection);

#endif
