#ifndef BRGSA_PAGES_H
#define BRGSA_PAGES_H

#include <stddef.h>

// Data that is built into the program. It is constant and never freed.
struct brgsa_bytes {
  const unsigned char *first;
  size_t count;
};

// The API description openapi.yaml, and the HTML pages at / and /docs.
struct brgsa_bytes brgsa_openapi_yaml(void);
struct brgsa_bytes brgsa_index_html(void);
struct brgsa_bytes brgsa_docs_html(void);

#endif
