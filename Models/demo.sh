#!/usr/bin/env bash
# Starts the service on a free port, diagnoses the sample volumes as a user would with curl, shows the findings beside
# the truth, and stops it.
#
#   Models/demo.sh PROGRAM MODEL_DIRECTORY SAMPLES
#
# SAMPLES is a folder as phantoms.py writes it: volumes/*.nii.gz and labels.csv, whose columns are the findings to ask for.
set -euo pipefail

program=$1 model=$2 samples=$3
here=$(cd "$(dirname "$0")" && pwd)
python=${PYTHON:-python3}
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
url="http://127.0.0.1:$port"
echo "The service listens on 127.0.0.1:$port and checks its model $model …"
until [ "$(curl --silent --output "$work/ready" --write-out '%{http_code}' "$url/readyz")" = 200 ]; do
  if ! kill -0 "$service" 2>/dev/null || grep -qs '"failed"' "$work/ready"; then cat "$work/log" >&2; exit 1; fi
  sleep 0.2
done

IFS=, read -r -a columns < <(head -n 1 "$samples/labels.csv" | tr -d '\r')
prompts=()
for label in "${columns[@]:1}"; do prompts+=(--data-urlencode "prompt=$label"); done
# curl builds the query of the one request from the labels; the volume is the body of the others.
query=$(curl --silent --get "${prompts[@]}" --output /dev/null --write-out '%{url_effective}' "$url/livez")
query=${query#*\?}
for volume in "$samples"/volumes/*.nii.gz; do
  name=${volume##*/}
  echo
  echo "POST /v1/diagnoses with $name, asking for $((${#columns[@]} - 1)) findings:"
  curl --silent --show-error --fail-with-body \
    --header 'Content-Type: application/octet-stream' --data-binary @"$volume" \
    "$url/v1/diagnoses?$query" >"$work/answer" || { cat "$work/answer" >&2; exit 1; }
  "$python" "$here/demo_table.py" "$work/answer" "$samples/labels.csv" "$name"
done
"$python" -c 'import json, sys; print(json.load(sys.stdin)["notice"])' <"$work/answer"
