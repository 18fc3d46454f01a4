#!/usr/bin/env bash
# Runs the built tests, as `swift test --skip-build` with the options given, and prints each failure once more at the end,
# where a log that was cut still shows it. Exits as the tests do.
#   Tests/run.sh [--filter REGEX]
# SWIFT names the compiler's command.
set -uo pipefail
cd "$(dirname "$0")/.."
log="$(mktemp)"
trap 'rm -f "$log"' EXIT
${SWIFT:-swift} test --skip-build "$@" 2>&1 | tee "$log"
status=${PIPESTATUS[0]}
if [ "$status" != 0 ]; then
  printf '\nWhat failed:\n'
  # A failure is its line with the cross and the arrow lines that explain it.
  failures="$(sed 's/\x1b\[[0-9;]*m//g' "$log" |
    grep -aE '^(✘|↳|error:)|Fatal error' | grep -avE '^↳ (Testing Library Version|Target Platform):')"
  if [ -n "$failures" ]; then
    printf '%s\n' "$failures"
  else
    tail -n 20 "$log"
  fi
fi
exit "$status"
