#ifndef BRGSA_CLIBPQ_SHIM_H
#define BRGSA_CLIBPQ_SHIM_H

#include <postgresql/libpq-fe.h>

// Returns the SQLSTATE of an error or notice, which has five characters, or null. This is a C function, because Swift
// does not import the macro for the field's code.
static inline const char *brgsa_pq_state(const PGresult *result) {
  return PQresultErrorField(result, PG_DIAG_SQLSTATE);
}

// Returns the severity of an error or notice, always in English, or null.
static inline const char *brgsa_pq_severity(const PGresult *result) {
  return PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED);
}

#endif
