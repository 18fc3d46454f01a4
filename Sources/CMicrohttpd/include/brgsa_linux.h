#ifndef BRGSA_LINUX_H
#define BRGSA_LINUX_H

#include <stdint.h>

/// Linux's `fallocate` with FALLOC_FL_KEEP_SIZE: sets aside `byte_count` bytes from the file's
/// begin without changing its size. Returns 0, or -1 with `errno` set.
int32_t brgsa_fallocate(int32_t descriptor, int64_t byte_count);

/// `mkostemp` with O_CLOEXEC: opens a new file of mode 0600; `name_template` ends in XXXXXX and is
/// overwritten with the name. Returns the descriptor, or -1 with `errno` set.
int32_t brgsa_mkostemp(char *name_template);

/// A file in memory alone: `memfd_create` with MFD_CLOEXEC. Returns the descriptor, or -1 with `errno` set.
int32_t brgsa_memory_file(void);

/// What has moved over a TCP connection so far.
struct brgsa_tcp_traffic {
  /// Bytes that came from the peer.
  uint64_t received;
  /// Bytes that the peer has acknowledged.
  uint64_t acknowledged;
  /// Bytes in the send queue that the peer has not acknowledged.
  int32_t unacknowledged;
  /// Bytes that came and that nobody has read from the socket.
  int32_t unread;
};

/// Reads a socket's counters. Returns 0, or -1 where the system does not count.
int32_t brgsa_tcp_traffic(int32_t descriptor, struct brgsa_tcp_traffic *traffic);

/// The flags that open a file without a name in a directory: `O_TMPFILE | O_CLOEXEC | O_RDWR`.
int32_t brgsa_unnamed_file_flags(void);

#endif
