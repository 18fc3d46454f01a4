#ifndef BRGSA_LINUX_H
#define BRGSA_LINUX_H

#include <stdint.h>

/// Linux's `fallocate` with FALLOC_FL_KEEP_SIZE: reserves `byte_count` bytes from the file's start
/// without changing its size. Returns 0, or -1 with `errno` set.
int32_t brgsa_fallocate(int32_t descriptor, int64_t byte_count);

/// Opens a file in memory: `memfd_create` with MFD_CLOEXEC. Returns the descriptor, or -1 with
/// `errno` set.
int32_t brgsa_memory_file(void);

/// Traffic of a TCP connection so far.
struct brgsa_tcp_traffic {
  /// Bytes received from the peer.
  uint64_t received;
  /// Bytes that the peer has acknowledged.
  uint64_t acknowledged;
  /// Bytes in the send queue that the peer has not acknowledged.
  int32_t unacknowledged;
  /// Received bytes that were not read from the socket.
  int32_t unread;
};

/// Reads a socket's counters. Returns 0, or -1 on systems without them.
int32_t brgsa_tcp_traffic(int32_t descriptor, struct brgsa_tcp_traffic *traffic);

#endif
