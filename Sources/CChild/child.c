#define _GNU_SOURCE
#include "brgsa_child.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

// Between fork and exec, the child of a multithreaded process may only make system calls.

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#else
#error "unknown architecture"
#endif

#define REFUSE(call)                                       \
  BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_##call, 0, 1), \
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM)

// Blocks system calls for sockets, access to other processes, and changes to the system.
static int forbid_system_calls(void) {
  struct sock_filter rules[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
#if defined(__x86_64__)
      // Kill the process on x32 system calls, because their numbers differ from the numbers below.
      BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
#endif
      REFUSE(socket),
      REFUSE(socketpair),
      REFUSE(io_uring_setup),
      REFUSE(ptrace),
      REFUSE(process_vm_readv),
      REFUSE(process_vm_writev),
      REFUSE(pidfd_getfd),
      REFUSE(kill),
      REFUSE(tgkill),
      REFUSE(mount),
      REFUSE(unshare),
      REFUSE(setns),
      REFUSE(bpf),
      REFUSE(keyctl),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  struct sock_fprog program = {sizeof rules / sizeof *rules, rules};
  return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

static void allow(int ruleset, int place, uint64_t access) {
  struct landlock_path_beneath_attr rule = {.allowed_access = access, .parent_fd = place};
  (void)syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
}

static void allow_at(int ruleset, const char *path, uint64_t access) {
  int place = open(path, O_PATH | O_CLOEXEC);
  if (place >= 0) allow(ruleset, place, access);
}

// Restricts the child's access to files. Does nothing if the kernel lacks Landlock. Even then, resources are limited
// and the network is unavailable.
static void confine_to(int folder) {
  const uint64_t all = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1;
  struct landlock_ruleset_attr attributes = {.handled_access_fs = all};
  int ruleset = (int)syscall(SYS_landlock_create_ruleset, &attributes, sizeof attributes, 0);
  if (ruleset < 0) return;
  allow(ruleset, folder, all & ~(uint64_t)LANDLOCK_ACCESS_FS_EXECUTE);
  const uint64_t reading =
      LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
  allow_at(ruleset, "/usr", reading);
  allow_at(ruleset, "/lib", reading);
  allow_at(ruleset, "/lib64", reading);
  allow_at(ruleset, "/etc/ld.so.cache", LANDLOCK_ACCESS_FS_READ_FILE);
  allow_at(ruleset, "/dev/null", LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE);
  (void)syscall(SYS_landlock_restrict_self, ruleset, 0);
}

static int limit(int resource, int64_t value) {
  struct rlimit limits = {(rlim_t)value, (rlim_t)value};
  return setrlimit(resource, &limits);
}

static void become(const char *program, const char *const *arguments, int folder,
                   const struct brgsa_child_limits *limits) {
  // MALLOC_PERTURB_ fills uninitialised memory with the same bytes in each run, so that the output depends only on the
  // input.
  static const char *const environment[] = {"PATH=/usr/bin:/bin", "LC_ALL=C", "TMPDIR=.",
                                            "MALLOC_PERTURB_=165", NULL};
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  signal(SIGPIPE, SIG_DFL);
  int null = open("/dev/null", O_RDWR | O_CLOEXEC);
  if (null < 0 || dup2(null, 0) < 0 || dup2(null, 1) < 0 || dup2(null, 2) < 0) return;
  if (fchdir(folder) != 0) return;
  if (limit(RLIMIT_CPU, limits->cpu_seconds) != 0 || limit(RLIMIT_AS, limits->memory_bytes) != 0 ||
      limit(RLIMIT_FSIZE, limits->file_bytes) != 0 || limit(RLIMIT_CORE, 0) != 0) {
    return;
  }
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return;
  confine_to(folder);
  if (forbid_system_calls() != 0) return;
  // Mark every other descriptor as close-on-exec, because some may have been opened without O_CLOEXEC.
  if (syscall(SYS_close_range, 3U, ~0U, 4U /* CLOEXEC */) != 0 && errno != ENOSYS) return;
  execve(program, (char *const *)arguments, (char *const *)environment);
}

pid_t brgsa_child_start(const char *program, const char *const *arguments, int folder,
                        const struct brgsa_child_limits *limits) {
  pid_t child = fork();
  if (child != 0) return child;
  become(program, arguments, folder, limits);
  _exit(127);
}

int brgsa_child_poll(pid_t child, int *status) {
  pid_t found;
  do {
    found = waitpid(child, status, WNOHANG);
  } while (found < 0 && errno == EINTR);
  return found < 0 ? -1 : found == child;
}

void brgsa_child_kill(pid_t child) {
  kill(-child, SIGKILL);
  kill(child, SIGKILL);
  while (waitpid(child, NULL, 0) < 0 && errno == EINTR) {
  }
}
