#ifndef BRGSA_CRASH_H
#define BRGSA_CRASH_H

/// Makes a crash of this process show and store nothing of its memory: no core file, no core for a
/// handler of the system, and no report by the Swift runtime, whatever SWIFT_BACKTRACE says. A
/// crash writes one line with the signal's number to standard error; the process ends by that
/// signal. Call it before the first thread starts. Returns 0, or -1 with `errno` set.
int brgsa_hide_crashes(void);

#endif
