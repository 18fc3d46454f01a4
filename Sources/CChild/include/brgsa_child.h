#ifndef BRGSA_CHILD_H
#define BRGSA_CHILD_H

#include <stdint.h>
#include <sys/types.h>

/// What a child process may use, at most.
struct brgsa_child_limits {
  /// Seconds of processor time.
  int64_t cpu_seconds;
  /// Bytes of address space.
  int64_t memory_bytes;
  /// Bytes of each file that it writes.
  int64_t file_bytes;
};

/// Starts a program that works on files in one folder only: it has that folder as its working directory, /dev/null as input
/// and output, no other descriptor, no network, no more rights than the caller, and ends with the thread that called.
///
/// Where the kernel has Landlock, it can read nothing but programs, libraries and the folder, and write in the folder alone.
///
/// Returns its process id, which is that of a process group of its own; or -1 with errno.
pid_t brgsa_child_start(const char *program, const char *const *arguments, int folder,
                        const struct brgsa_child_limits *limits);

/// Whether a child has ended: 1 with `status` of waitpid, 0 if not yet, -1 with errno.
int brgsa_child_poll(pid_t child, int *status);

/// Ends a child and all that it started, and waits for it.
void brgsa_child_kill(pid_t child);

#endif
