#ifndef BRGSA_CLIBPQ_SHIM_H
#define BRGSA_CLIBPQ_SHIM_H

#include <postgresql/libpq-fe.h>

// The SQLSTATE of an error or notice: five characters, or null. Swift does not import the codes of the fields.
static inline const char *brgsa_pq_state(const PGresult *result) {
  return PQresultErrorField(result, PG_DIAG_SQLSTATE);
}

// The severity of an error or notice in English, or null.
static inline const char *brgsa_pq_severity(const PGresult *result) {
  return PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED);
}

#endif
