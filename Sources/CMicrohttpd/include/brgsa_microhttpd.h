#ifndef BRGSA_MICROHTTPD_H
#define BRGSA_MICROHTTPD_H

#include <microhttpd.h>
#include <stddef.h>
#include <stdint.h>

/// Settings of a daemon. `MHD_start_daemon` takes them as variadic arguments, which Swift cannot pass.
struct brgsa_mhd_settings {
  /// A bound, listening, non-blocking socket. The daemon closes it when the daemon is stopped.
  int32_t listen_descriptor;
  /// Number of threads. The connections are distributed among them.
  uint32_t thread_pool_size;
  /// Maximum number of open connections of all threads together.
  uint32_t connection_limit;
  /// Maximum number of open connections of one client address; 0 for no limit.
  uint32_t address_limit;
  /// Size in bytes of each connection's memory pool.
  size_t connection_memory_limit;
  /// Stack size in bytes of each thread.
  size_t thread_stack_size;
  /// The certificate chain and the private key in PEM format, and a GnuTLS priority string. All three are NULL
  /// without TLS. `brgsa_mhd_start` reads them before it returns.
  const char *tls_certificates;
  const char *tls_key;
  const char *tls_priorities;
  /// The first argument of all callbacks.
  void *context;
  MHD_AcceptPolicyCallback accept_policy;
  MHD_AccessHandlerCallback access_handler;
  void *(*uri_log)(void *context, const char *uri, struct MHD_Connection *connection);
  MHD_NotifyConnectionCallback notify_connection;
  MHD_RequestCompletedCallback notify_completed;
  /// Called on the connection's thread before libmicrohttpd sends a response that it made itself. `status` is the
  /// status of that response.
  void (*library_answers)(void *context, uint32_t status);
};

/// Starts a daemon. Its threads wait with epoll, and connections can be suspended.
///
/// The daemon has no timeouts, because its clock continues while the process is suspended. The caller must close
/// silent connections. The messages of the daemon are discarded, because they may contain bytes of a request.
///
/// Returns NULL on failure. The listening socket may then be closed.
struct MHD_Daemon *brgsa_mhd_start(const struct brgsa_mhd_settings *settings);

/// Returns the socket of the connection, or -1.
int32_t brgsa_mhd_descriptor(struct MHD_Connection *connection);

/// Returns the pointer that the callback `notify_connection` stored for the socket, or NULL.
void *brgsa_mhd_socket_context(struct MHD_Connection *connection);

/// Sets whether a resumed connection sends its response before it reads from its socket again.
///
/// libmicrohttpd 0.9.75 responds first only on the connection that was idle longest. On all other connections, it
/// reads first. If the client has closed its sending side, it then closes the connection. A client that sends a
/// request and then closes its sending side would therefore get no response.
void brgsa_mhd_respond_before_reading(struct MHD_Connection *connection, int32_t is_first);

/// Returns the status of the response that is queued on the connection, or 0.
uint32_t brgsa_mhd_queued_status(struct MHD_Connection *connection);

#endif
