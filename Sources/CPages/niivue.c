#include "brgsa_pages.h"

static const unsigned char niivue[] = {
#embed "../API/Page/niivue/niivue.js.gz"
};

struct brgsa_bytes brgsa_niivue_gzip(void) {
  return (struct brgsa_bytes){niivue, sizeof niivue};
}
