#ifndef BRGSA_LINUX_H
#define BRGSA_LINUX_H

#include <stdint.h>

/// Reserves `byte_count` bytes on the disk, starting at the beginning of the file. The size of the file does not
/// change. Calls `fallocate` with FALLOC_FL_KEEP_SIZE. Returns 0, or -1 with `errno` set.
int32_t brgsa_fallocate(int32_t descriptor, int64_t byte_count);

/// Creates a file in memory. Calls `memfd_create` with MFD_CLOEXEC. Returns the descriptor, or -1 with `errno` set.
int32_t brgsa_memory_file(void);

/// The traffic of a TCP connection since it was opened.
struct brgsa_tcp_traffic {
  /// Number of bytes received from the peer.
  uint64_t received;
  /// Number of sent bytes that the peer has acknowledged.
  uint64_t acknowledged;
  /// Number of sent bytes that the peer has not acknowledged.
  int32_t unacknowledged;
  /// Number of received bytes that are still in the receive queue of the socket.
  int32_t unread;
};

/// Reads the counters of a socket. Returns 0, or -1 if the system does not provide them.
int32_t brgsa_tcp_traffic(int32_t descriptor, struct brgsa_tcp_traffic *traffic);

#endif
