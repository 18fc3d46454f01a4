#ifndef BRGSA_CRASH_H
#define BRGSA_CRASH_H

/// Hides this process's memory from crash reports: no core file, no core for a handler of the
/// system, and no report by the Swift runtime, whatever SWIFT_BACKTRACE says. A crash writes one
/// line with the signal's number to standard error, and the process ends by that signal. Call it
/// before the first thread starts. Returns 0, or -1 with `errno` set.
int brgsa_hide_crashes(void);

#endif
