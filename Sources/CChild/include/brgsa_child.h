#ifndef BRGSA_CHILD_H
#define BRGSA_CHILD_H

#include <stdint.h>
#include <sys/types.h>

/// Resource limits of a child process.
struct brgsa_child_limits {
  /// Maximum processor time in seconds.
  int64_t cpu_seconds;
  /// Maximum address space in bytes.
  int64_t memory_bytes;
  /// Maximum size of each written file in bytes.
  int64_t file_bytes;
};

/// Starts a program that can modify files only in one folder.
///
/// The folder is the program's working directory. Its standard streams are /dev/null. It has no other descriptors, no
/// network access and no more rights than the caller. It is killed when the calling thread ends. If the kernel has
/// Landlock, the program can read only programs, libraries and the folder, and can write only in the folder.
///
/// Returns the program's process id, which is also the id of its process group. On failure, returns -1 and sets
/// `errno`.
pid_t brgsa_child_start(const char *program, const char *const *arguments, int folder,
                        const struct brgsa_child_limits *limits);

/// Checks whether a child has ended. Returns 1 and waitpid's `status` if it has, or 0 if it has not. On failure,
/// returns -1 and sets `errno`.
int brgsa_child_poll(pid_t child, int *status);

/// Kills a child and its process group, and waits until the child has ended.
void brgsa_child_kill(pid_t child);

#endif
