#ifndef BRGSA_PAGES_H
#define BRGSA_PAGES_H

#include <stddef.h>

// Data that is built into the program. It is constant and never freed.
struct brgsa_bytes {
  const unsigned char *first;
  size_t count;
};

// A file that the pages load: its folder and name, and its bytes. NiiVue's bytes are gzipped.
struct brgsa_page_file {
  const char *path;
  struct brgsa_bytes bytes;
};

// The API description openapi.yaml, and the HTML pages at /, /worklist, /compare and /docs.
struct brgsa_bytes brgsa_openapi_yaml(void);
struct brgsa_bytes brgsa_index_html(void);
struct brgsa_bytes brgsa_worklist_html(void);
struct brgsa_bytes brgsa_compare_html(void);
struct brgsa_bytes brgsa_docs_html(void);

// NiiVue as a gzipped ES module.
struct brgsa_bytes brgsa_niivue_gzip(void);

// The file at an index of the modules and stylesheets (`is_sample` 0) or of the sample volumes (1). Its path is NULL
// beyond the last file.
struct brgsa_page_file brgsa_page_file(size_t index, int is_sample);

#endif
