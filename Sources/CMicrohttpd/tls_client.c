#include "brgsa_tls_client.h"

#include <gnutls/gnutls.h>
#include <gnutls/x509.h>

// The TLS versions that the server offers: 1.2 and 1.3.
#define PRIORITIES "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2"

static int64_t exchange(gnutls_session_t session, const void *bytes, size_t count, void *answer, size_t room) {
  for (size_t sent = 0; sent < count;) {
    ssize_t result = gnutls_record_send(session, (const char *)bytes + sent, count - sent);
    if (result == GNUTLS_E_INTERRUPTED) continue;
    if (result < 0) return result;
    sent += (size_t)result;
  }
  size_t received = 0;
  while (received < room) {
    ssize_t result = gnutls_record_recv(session, (char *)answer + received, room - received);
    if (result == GNUTLS_E_INTERRUPTED) continue;
    // A server may close the connection without a TLS alert. It has then sent the whole response.
    if (result == 0 || result == GNUTLS_E_PREMATURE_TERMINATION) break;
    if (result < 0) return result;
    received += (size_t)result;
  }
  return (int64_t)received;
}

static int handshake(gnutls_session_t session) {
  int code;
  do {
    code = gnutls_handshake(session);
  } while (code < 0 && !gnutls_error_is_fatal(code) && code != GNUTLS_E_AGAIN);
  return code;
}

int64_t brgsa_tls_ask(int32_t socket, const char *certificates, const char *name, const void *bytes, size_t count,
                      void *answer, size_t room, const char **reason) {
  gnutls_certificate_credentials_t credentials = NULL;
  gnutls_session_t session = NULL;
  int64_t result = gnutls_certificate_allocate_credentials(&credentials);
  if (result == 0) {
    int trusted = certificates
                      ? gnutls_certificate_set_x509_trust_file(credentials, certificates, GNUTLS_X509_FMT_PEM)
                      : gnutls_certificate_set_x509_system_trust(credentials);
    result = trusted > 0 ? 0 : trusted < 0 ? trusted : GNUTLS_E_NO_CERTIFICATE_FOUND;
  }
  if (result == 0) result = gnutls_init(&session, GNUTLS_CLIENT);
  if (result == 0) result = gnutls_priority_set_direct(session, PRIORITIES, NULL);
  if (result == 0) result = gnutls_credentials_set(session, GNUTLS_CRD_CERTIFICATE, credentials);
  if (result == 0) {
    gnutls_session_set_verify_cert(session, name, 0);
    gnutls_transport_set_int(session, socket);
    result = handshake(session);
  }
  if (result == 0) result = exchange(session, bytes, count, answer, room);
  if (result < 0) {
    *reason = result == GNUTLS_E_CERTIFICATE_VERIFICATION_ERROR
                  ? "the service's certificate is not trusted, or is for another host"
                  : gnutls_strerror((int)result);
  }
  if (session) gnutls_deinit(session);
  if (credentials) gnutls_certificate_free_credentials(credentials);
  return result < 0 ? -1 : result;
}
