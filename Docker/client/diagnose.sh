#!/bin/sh
# Sends a CT volume to brgsa and prints its findings as CSV: requires only curl and sed.
#
#   ./diagnose.sh ct.nii.gz 'prompt=pleural+effusion&prompt=lung+nodule'
#   BRGSA_URL=https://ct-server:8080 BRGSA_KEY=… ./diagnose.sh series.zip prompt_set=ct-rate-18
set -eu
volume=${1:?a volume: .nii, .nii.gz, or a ZIP of a DICOM series}
query=${2:?a query, such as prompt_set=ct-rate-18}
url=${BRGSA_URL:-http://127.0.0.1:8080}
head=$(mktemp)
trap 'rm -f "$head"' EXIT

ask() { curl -sS --retry 8 --retry-connrefused ${BRGSA_KEY:+-H "Authorization: Bearer $BRGSA_KEY"} "$@"; }
location() { sed -n 's/^[Ll]ocation: *\([^[:space:]]*\).*/\1/p' "$head"; }

# The same file with the same question is the same job, so it may be sent again after any failure. If the queue is
# full, curl waits as Retry-After says.
key=$( (printf '%s' "$query"; cat "$volume") | sha256sum | cut -c1-64)
answer=$(ask -D "$head" -H 'Content-Type: application/octet-stream' -H 'Prefer: respond-async, wait=30' -H "Idempotency-Key: $key" \
  --data-binary @"$volume" "$url/v1/diagnoses?$query")
place=$(location)
while case $place in /v1/jobs/*) true ;; *) false ;; esac; do
  # A job that succeeded contains the URL of its result.
  answer=$(ask -H 'Prefer: wait=30' "$url$place")
  result=$(printf '%s' "$answer" | sed -n 's/.*"result":"\([^"]*\)".*/\1/p')
  case $answer in
  *'"status":"queued"'* | *'"status":"running"'*) ;;
  *) place=${result:-none} ;;
  esac
done
case $place in
/v1/diagnoses/*) ask -H 'Accept: text/csv' "$url$place" ;;
*) printf '%s\n' "$answer" >&2; exit 1 ;;
esac
