#ifndef BRGSA_CRASH_H
#define BRGSA_CRASH_H

/// Keeps this process's memory out of crash reports. After a crash, no core file exists, the system's core handler gets
/// no core, and the Swift runtime prints no report, regardless of SWIFT_BACKTRACE. The process writes one line with the
/// signal's number to standard error, and then ends by that signal. Call this before the first thread starts. Returns
/// 0. On failure, returns -1 and sets `errno`.
int brgsa_hide_crashes(void);

#endif
