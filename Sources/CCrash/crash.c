#define _GNU_SOURCE
#include "brgsa_crash.h"

#include <signal.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

// The signals that would cause a core dump.
static const int fatal_signals[] = {SIGILL,  SIGTRAP, SIGABRT, SIGBUS,  SIGFPE,
                                    SIGSEGV, SIGQUIT, SIGSYS,  SIGXCPU, SIGXFSZ};

// Ends the process without revealing its memory. Makes only system calls, because any part of the process may be
// broken. RLIMIT_CORE alone does not stop a system-wide core handler, but such a handler gets nothing from a process
// that is not dumpable.
static void end_quietly(int number) {
  prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
  char line[] = "brgsa: crashed by signal 00; nothing of its memory is shown or stored\n";
  const size_t digits = sizeof "brgsa: crashed by signal " - 1;
  line[digits] = (char)('0' + number / 10 % 10);
  line[digits + 1] = (char)('0' + number % 10);
  ssize_t written = write(STDERR_FILENO, line, sizeof line - 1);
  (void)written;
  signal(number, SIG_DFL);
  raise(number);  // The signal stays blocked until this handler returns.
}

int brgsa_hide_crashes(void) {
  struct rlimit none = {0, 0};
  if (setrlimit(RLIMIT_CORE, &none) != 0) return -1;
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
  return 0;  // Debuggers and sanitizers need their own reports.
#endif
#endif
  for (size_t index = 0; index < sizeof fatal_signals / sizeof *fatal_signals; index++) {
    struct sigaction action;
    if (sigaction(fatal_signals[index], NULL, &action) != 0) return -1;
    // A signal that the parent process ignores stays ignored.
    if (!(action.sa_flags & SA_SIGINFO) && action.sa_handler == SIG_IGN) continue;
    action = (struct sigaction){.sa_handler = end_quietly, .sa_flags = SA_ONSTACK};
    sigemptyset(&action.sa_mask);
    if (sigaction(fatal_signals[index], &action, NULL) != 0) return -1;
  }
  return 0;
}
