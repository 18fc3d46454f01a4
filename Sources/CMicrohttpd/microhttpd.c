#include "brgsa_microhttpd.h"

#include <errno.h>
#include <string.h>
#include <time.h>

/* The callback `library_answers` of the settings. All daemons of the process share it. */
static void (*library_answers)(void *context, uint32_t status);

/* Returns 1 if a message reports that no descriptor or memory was left to accept a connection, and the thread has no
   other connection. The other messages about missing descriptors or memory contain a number. */
static int lacks_first_descriptor(const char *format) {
  const int is_short = errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS;
  return is_short && strchr(format, '%') == NULL;
}

/* If a thread has connections, it accepts new ones again when one of them ends. A thread without connections is not
   notified when a descriptor becomes free. libmicrohttpd makes it retry without a pause. Such a thread has no other
   work, so it can sleep here. */
static void pause_before_next_try(void) {
  const struct timespec pause = {.tv_sec = 0, .tv_nsec = 50 * 1000 * 1000};
  nanosleep(&pause, NULL);
}

/* Discards the messages of the daemon. One of them announces that libmicrohttpd sends its own response to a request. In
   all languages, the first number in that message is the status of the response. */
static void drop_message(void *context, const char *format, va_list arguments) {
  if (lacks_first_descriptor(format)) {
    pause_before_next_try();
    return;
  }
  if (library_answers == NULL || strstr(format, "HTTP") == NULL) return;
  const char *first = strchr(format, '%');
  if (first != NULL && first[1] == 'u') library_answers(context, va_arg(arguments, unsigned int));
}

struct MHD_Daemon *brgsa_mhd_start(const struct brgsa_mhd_settings *settings) {
  const int has_tls = settings->tls_key != NULL;
  const unsigned int flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME |
                             MHD_USE_ITC | MHD_USE_ERROR_LOG | (has_tls ? MHD_USE_TLS : 0);
  const struct MHD_OptionItem tls[] = {
      {has_tls ? MHD_OPTION_HTTPS_MEM_KEY : MHD_OPTION_END, 0, (void *)settings->tls_key},
      {MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)settings->tls_certificates},
      {MHD_OPTION_HTTPS_PRIORITIES, 0, (void *)settings->tls_priorities},
      {MHD_OPTION_END, 0, NULL},
  };
  library_answers = settings->library_answers;
  /* The logger must be the first option, because later options may already write messages. */
  return MHD_start_daemon(
      flags, 0, settings->accept_policy, settings->context, settings->access_handler,
      settings->context, MHD_OPTION_EXTERNAL_LOGGER, drop_message, settings->context,
      MHD_OPTION_LISTEN_SOCKET, (MHD_socket)settings->listen_descriptor,
      MHD_OPTION_THREAD_POOL_SIZE, (unsigned int)settings->thread_pool_size,
      MHD_OPTION_CONNECTION_LIMIT, (unsigned int)settings->connection_limit,
      MHD_OPTION_PER_IP_CONNECTION_LIMIT, (unsigned int)settings->address_limit,
      MHD_OPTION_CONNECTION_TIMEOUT, 0u,
      MHD_OPTION_CONNECTION_MEMORY_LIMIT, settings->connection_memory_limit,
      MHD_OPTION_THREAD_STACK_SIZE, settings->thread_stack_size, MHD_OPTION_STRICT_FOR_CLIENT,
      (int)0, MHD_OPTION_URI_LOG_CALLBACK, settings->uri_log, settings->context,
      MHD_OPTION_NOTIFY_CONNECTION, settings->notify_connection, settings->context,
      MHD_OPTION_NOTIFY_COMPLETED, settings->notify_completed, settings->context,
      MHD_OPTION_ARRAY, tls, MHD_OPTION_END);
}

int32_t brgsa_mhd_descriptor(struct MHD_Connection *connection) {
  const union MHD_ConnectionInfo *info =
      MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
  return info == NULL ? -1 : (int32_t)info->connect_fd;
}

void *brgsa_mhd_socket_context(struct MHD_Connection *connection) {
  const union MHD_ConnectionInfo *info =
      MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
  return info == NULL ? NULL : info->socket_context;
}

void brgsa_mhd_respond_before_reading(struct MHD_Connection *connection, int32_t is_first) {
  // After each wait and before it reads, libmicrohttpd checks all connections that have their own timeout. On this
  // occasion, it calls the access handler without reading. The timeout of 46 days is never reached, because it starts
  // when the connection is resumed.
  static const unsigned int never_passing = 4000000;
  (void)MHD_set_connection_option(connection, MHD_CONNECTION_OPTION_TIMEOUT,
                                  is_first ? never_passing : 0U);
}

uint32_t brgsa_mhd_queued_status(struct MHD_Connection *connection) {
  const union MHD_ConnectionInfo *info =
      MHD_get_connection_info(connection, MHD_CONNECTION_INFO_HTTP_STATUS);
  return info == NULL ? 0 : (uint32_t)info->http_status;
}
