#define _GNU_SOURCE
#include "brgsa_linux.h"

#include <fcntl.h>
#include <linux/sockios.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <stddef.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>

int32_t brgsa_fallocate(int32_t descriptor, int64_t byte_count) {
  return fallocate(descriptor, FALLOC_FL_KEEP_SIZE, 0, (off_t)byte_count);
}

int32_t brgsa_memory_file(void) { return memfd_create("brgsa-body", MFD_CLOEXEC); }

int32_t brgsa_tcp_traffic(int32_t descriptor, struct brgsa_tcp_traffic *traffic) {
  struct tcp_info info;
  socklen_t length = sizeof info;
  int queued = 0, unread = 0;
  memset(&info, 0, sizeof info);
  if (getsockopt(descriptor, IPPROTO_TCP, TCP_INFO, &info, &length) != 0) return -1;
  /* In kernels before 4.1, the structure is shorter and does not contain these members. */
  if (length < offsetof(struct tcp_info, tcpi_bytes_received) + sizeof info.tcpi_bytes_received) {
    return -1;
  }
  if (ioctl(descriptor, SIOCOUTQ, &queued) != 0) return -1;
  if (ioctl(descriptor, FIONREAD, &unread) != 0) return -1;
  traffic->received = info.tcpi_bytes_received;
  traffic->acknowledged = info.tcpi_bytes_acked;
  traffic->unacknowledged = queued;
  traffic->unread = unread;
  return 0;
}
