#include "brgsa_pages.h"

// A Swift array of 160,000 literals takes the compiler a minute. #embed takes no time, and the dependency file lists its
// files, so a changed page is built again.
#define BYTES(array) ((struct brgsa_bytes){array, sizeof array})

static const unsigned char openapi[] = {
#embed "../API/openapi.yaml"
};

static const unsigned char index_page[] = {
#embed "../API/Page/index.html"
};

static const unsigned char docs_page[] = {
#embed "../API/Page/docs.html"
};

struct brgsa_bytes brgsa_openapi_yaml(void) { return BYTES(openapi); }
struct brgsa_bytes brgsa_index_html(void) { return BYTES(index_page); }
struct brgsa_bytes brgsa_docs_html(void) { return BYTES(docs_page); }
