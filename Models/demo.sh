#!/usr/bin/env bash
# Starts the service on a free port, diagnoses one volume as a user would with curl, and stops it.
#
#   Models/demo.sh PROGRAM MODEL_DIRECTORY VOLUME
set -euo pipefail

program=$1 model=$2 volume=$3
work=$(mktemp -d)
service=""
finish() {
  if [ -n "$service" ]; then
    kill -TERM "$service" 2>/dev/null || true
    wait "$service" 2>/dev/null || true
  fi
  rm -rf "$work"
}
trap finish EXIT

mkdir -m 700 "$work/spool"
"$program" serve --port 0 --model "$model" --spool "$work/spool" 2>"$work/log" &
service=$!

# The port is in the first line of the log; /readyz tells when the model has been checked.
port=""
for _ in $(seq 100); do
  kill -0 "$service" 2>/dev/null || { cat "$work/log" >&2; exit 1; }
  port=$(sed -n 's/.*port=\([0-9]*\).*listening.*/\1/p' "$work/log")
  [ -z "$port" ] || break
  sleep 0.1
done
[ -n "$port" ] || { echo "the service did not open its port" >&2; cat "$work/log" >&2; exit 1; }
echo "The service listens on 127.0.0.1:$port and checks its model $model …"
curl --silent --fail --retry 600 --retry-delay 1 --retry-all-errors "http://127.0.0.1:$port/readyz"
echo
echo
echo "POST /v1/diagnoses?prompt=pleural+effusion&prompt=lung+nodule&prompt=pneumothorax with $volume:"
curl --silent --show-error --fail-with-body \
  --header 'Content-Type: application/octet-stream' --data-binary @"$volume" \
  "http://127.0.0.1:$port/v1/diagnoses?prompt=pleural+effusion&prompt=lung+nodule&prompt=pneumothorax" \
  >"$work/answer"
sed -e 's/},{"rank"/},\n  {"rank"/g' -e 's/"findings":\[/"findings":[\n  /' -e 's/\],"timings/\n],"timings/' \
  -e 's/,"volume"/,\n"volume"/' -e 's/,"model"/,\n"model"/' -e 's/,"notice"/,\n"notice"/' "$work/answer"
echo
echo
if grep -q 'random weights' "$work/answer"; then
  echo "This model is tiny and random: the numbers show that everything works, and mean NOTHING."
fi
