#define _GNU_SOURCE
#include "brgsa_linux.h"

#include <fcntl.h>
#include <stdlib.h>

int32_t brgsa_fallocate(int32_t descriptor, int64_t byte_count) {
  return fallocate(descriptor, FALLOC_FL_KEEP_SIZE, 0, (off_t)byte_count);
}

int32_t brgsa_mkostemp(char *name_template) { return mkostemp(name_template, O_CLOEXEC); }

int32_t brgsa_unnamed_file_flags(void) { return O_TMPFILE | O_CLOEXEC | O_RDWR; }
