#include "brgsa_pages.h"

// #embed is used because the Swift compiler takes a minute for an array of 160,000 literals, and #embed takes no time.
// The dependency file lists the embedded files, so a changed page is rebuilt.
#define BYTES(array) ((struct brgsa_bytes){array, sizeof array})

// Each page is a single response, so the browser loads nothing else. A page is concatenated from several source files.
// '\n' separates two scripts by an empty line.

static const unsigned char openapi[] = {
#embed "../API/openapi.yaml"
};

static const unsigned char index_page[] = {
#embed "../API/Page/index/head.html"
    ,
#embed "../API/Page/index/style.css"
    ,
#embed "../API/Page/index/body.html"
    ,
#embed "../API/Page/index/elements.js"
    , '\n',
#embed "../API/Page/index/service.js"
    , '\n',
#embed "../API/Page/index/start.js"
    , '\n',
#embed "../API/Page/index/order.js"
    , '\n',
#embed "../API/Page/index/job.js"
    , '\n',
#embed "../API/Page/index/result.js"
    , '\n',
#embed "../API/Page/index/findings.js"
    , '\n',
#embed "../API/Page/index/slices.js"
    , '\n',
#embed "../API/Page/index/heatmaps.js"
    , '\n',
#embed "../API/Page/index/archive.js"
    , '\n',
#embed "../API/Page/index/listen.js"
    ,
#embed "../API/Page/end.html"
};

static const unsigned char docs_page[] = {
#embed "../API/Page/docs/head.html"
    ,
#embed "../API/Page/docs/style.css"
    ,
#embed "../API/Page/docs/body.html"
    ,
#embed "../API/Page/docs/yaml.js"
    , '\n',
#embed "../API/Page/docs/elements.js"
    , '\n',
#embed "../API/Page/docs/schemas.js"
    , '\n',
#embed "../API/Page/docs/operations.js"
    , '\n',
#embed "../API/Page/docs/content.js"
    ,
#embed "../API/Page/end.html"
};

struct brgsa_bytes brgsa_openapi_yaml(void) { return BYTES(openapi); }
struct brgsa_bytes brgsa_index_html(void) { return BYTES(index_page); }
struct brgsa_bytes brgsa_docs_html(void) { return BYTES(docs_page); }
