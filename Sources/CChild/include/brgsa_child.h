#ifndef BRGSA_CHILD_H
#define BRGSA_CHILD_H

#include <stdint.h>
#include <sys/types.h>

/// Limits of a child process.
struct brgsa_child_limits {
  /// Seconds of processor time.
  int64_t cpu_seconds;
  /// Bytes of address space.
  int64_t memory_bytes;
  /// Bytes of each file that it writes.
  int64_t file_bytes;
};

/// Starts a program that works on files in one folder only.
///
/// The folder is its working directory; input and output are /dev/null. It has no other descriptor,
/// no network and no more rights than the caller, and it ends with the thread that called. Where
/// the kernel has Landlock, it can read only programs, libraries and the folder, and write only in
/// the folder.
///
/// Returns its process id, which is also that of its own process group; or -1 with errno.
pid_t brgsa_child_start(const char *program, const char *const *arguments, int folder,
                        const struct brgsa_child_limits *limits);

/// Asks whether a child has ended: 1 with `status` of waitpid, 0 if not yet, -1 with errno.
int brgsa_child_poll(pid_t child, int *status);

/// Ends a child and its descendants, and waits for it.
void brgsa_child_kill(pid_t child);

#endif
