#ifndef BRGSA_CRASH_H
#define BRGSA_CRASH_H

/// Keeps this process's memory out of crash reports. A crash creates no core file, no core for a
/// handler of the system, and no report of the Swift runtime, regardless of SWIFT_BACKTRACE. A
/// crash only writes one line with the signal's number to standard error, and the process ends by
/// that signal. Call this before the first thread starts. Returns 0, or -1 with `errno` set.
int brgsa_hide_crashes(void);

#endif
