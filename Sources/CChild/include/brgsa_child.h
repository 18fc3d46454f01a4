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
  /// Bytes of each file that the child writes.
  int64_t file_bytes;
};

/// Starts a program that can change files only in one folder.
///
/// The folder is the program's working directory. Its input and output are /dev/null. It has no
/// other descriptor, no network and no more rights than the caller. It is killed when the calling
/// thread ends. If the kernel has Landlock, the program can read only programs, libraries and the
/// folder, and write only in the folder.
///
/// Returns the program's process id, which is also the id of its own process group, or -1 with
/// `errno` set.
pid_t brgsa_child_start(const char *program, const char *const *arguments, int folder,
                        const struct brgsa_child_limits *limits);

/// Checks whether a child has ended. Returns 1 and the `status` of waitpid if it has ended, 0 if
/// not, or -1 with `errno` set.
int brgsa_child_poll(pid_t child, int *status);

/// Kills a child and its process group, and waits for the child.
void brgsa_child_kill(pid_t child);

#endif
