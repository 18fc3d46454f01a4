#!/usr/bin/env bash
# Tries the Orthanc integration with Debian's Orthanc and the real service, all on loopback.
#
#   Docker/orthanc/test.sh [plugin|poller|both] [FOLDER]
#
# FOLDER holds the DICOM files of one CT series, by default the bundled phantom's. BRGSA names the program, by default
# .build/release/brgsa. Each check is a line; the exit code is 1 if one fails. KEEP=1 keeps the
# folder of logs.
set -uo pipefail

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
variant=${1:-both}
images=${2:-}
brgsa=${BRGSA:-$root/.build/release/brgsa}
python=${PYTHON:-python3}
comprehensive_sr=1.2.840.10008.5.1.4.1.1.88.33
patience=${PATIENCE:-240} # seconds for what must happen
quiet=12                  # seconds in which nothing may happen; Orthanc's stable series take ten

case $variant in plugin | poller | both) ;; *)
  echo "usage: test.sh [plugin|poller|both] [FOLDER]" >&2
  exit 64
  ;;
esac

# --- Requirements

plugin_file() {
  local folder
  for folder in /usr/share/orthanc/plugins /usr/lib/orthanc /usr/local/share/orthanc/plugins; do
    [ -e "$folder/$1" ] && echo "$folder/$1" && return
  done
  return 1
}

missing=()
command -v Orthanc >/dev/null || missing+=(orthanc)
plugin_file libOrthancPython.so >/dev/null || missing+=(orthanc-python)
plugin_file libOrthancDicomWeb.so >/dev/null || missing+=(orthanc-dicomweb)
command -v storescu >/dev/null && command -v dsrdump >/dev/null || missing+=(dcmtk)
command -v dciodvfy >/dev/null || missing+=(dicom3tools)
command -v dcm2niix >/dev/null || missing+=(dcm2niix)
command -v curl >/dev/null || missing+=(curl)
if [ ${#missing[@]} -gt 0 ]; then
  echo "Debian packages are missing: apt-get install --no-install-recommends ${missing[*]}" >&2
  exit 69
fi
if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
  echo "Python 3.11 or later is needed; PYTHON names one" >&2
  exit 69
fi
[ -x "$brgsa" ] || { echo "$brgsa is not there: make build, or BRGSA names one" >&2; exit 69; }
[ -z "$images" ] || [ -d "$images" ] || { echo "$images is not a folder" >&2; exit 66; }

work=$(mktemp -d "${TMPDIR:-/tmp}/brgsa-orthanc-test.XXXXXX")
declare -A pids=()
failures=0

stop() { # NAME [SIGNAL]
  local pid=${pids[$1]:-}
  [ -n "$pid" ] || return 0
  kill "-${2:-TERM}" "$pid" 2>/dev/null
  wait "$pid" 2>/dev/null
  unset "pids[$1]"
}

finish() {
  local name
  for name in "${!pids[@]}"; do stop "$name"; done
  if [ -n "${KEEP:-}" ]; then echo "logs are in $work"; else rm -rf "$work"; fi
}
trap finish EXIT
trap 'exit 130' INT TERM

if [ -z "$images" ]; then
  images=$work/series
  "$python" "$here/make_series.py" "$images" || exit 73
fi

# --- Checks

check() { # WORDS COMMAND…
  local words=$1
  shift
  if "$@" >"$work/check.out" 2>&1; then
    echo "ok    $words$(sed -n '$s/^\(.*\)$/ (\1)/p' "$work/check.out" | head -c 80)"
  else
    echo "FAIL  $words"
    sed 's/^/      /' "$work/check.out" | tail -20
    failures=$((failures + 1))
  fi
}

equal() { # FOUND EXPECTED
  [ "$1" = "$2" ] || { echo "found $1, expected $2"; return 1; }
}

await() { # SECONDS COMMAND…
  local end=$((SECONDS + $1))
  shift
  until "$@" >/dev/null 2>&1; do
    [ $SECONDS -lt $end ] || { echo "it did not happen in time"; return 1; }
    sleep 0.3
  done
}

# --- The programs

free_ports() { # COUNT
  "$python" - "$1" <<'PYTHON'
import socket, sys
sockets = [socket.socket() for _ in range(int(sys.argv[1]))]
for one in sockets:
    one.bind(("127.0.0.1", 0))
print(*(one.getsockname()[1] for one in sockets))
PYTHON
}

# Settings of both variants. The key is made once and has only the scopes it needs.
settings() {
  export BRGSA_URL="http://127.0.0.1:$service_port" BRGSA_KEY_FILE="$work/key"
  export BRGSA_ORTHANC_URL="http://127.0.0.1:$http_port"
  export BRGSA_ORTHANC_USER=poller BRGSA_ORTHANC_PASSWORD=secret
  export BRGSA_STATE="$folder/position" BRGSA_START=all BRGSA_POLL_SECONDS=1 BRGSA_RETRY_SECONDS=1
}

start_service() {
  "$brgsa" serve --port "$service_port" --store "$folder/store.sqlite" --spool "$folder/spool" \
    --calibrations "$folder/calibrations" --keys-file "$work/keys" >>"$folder/service.log" 2>&1 &
  pids[service]=$!
}

is_ready() { curl -fsS "http://127.0.0.1:$service_port/readyz"; }

# The example configuration, with the paths and ports of this test.
write_configuration() { # yes|no: with the plugin variant
  "$python" - "$here/orthanc.json" "$folder" "$http_port" "$dicom_port" "$1" "$here/plugin.py" \
    "$(plugin_file libOrthancPython.so)" "$(plugin_file libOrthancDicomWeb.so)" <<'PYTHON'
import json, re, sys
example, folder, http_port, dicom_port, with_plugin, script, python, dicomweb = sys.argv[1:]
with open(example, encoding="utf-8") as file:
    made = json.loads(re.sub(r"^\s*//.*$", "", file.read(), flags=re.MULTILINE))
made.update({
    "StorageDirectory": folder + "/db", "IndexDirectory": folder + "/db",
    "HttpPort": int(http_port), "DicomPort": int(dicom_port), "StableAge": 2,
    "AuthenticationEnabled": True, "RegisteredUsers": {"poller": "secret"},
    "Plugins": [python, dicomweb], "PythonScript": script,
})
if with_plugin == "no":
    del made["PythonScript"]
    made["Plugins"] = [dicomweb]
with open(folder + "/orthanc.json", "w", encoding="utf-8") as file:
    json.dump(made, file)
PYTHON
}

start_orthanc() {
  (settings && exec env PYTHONDONTWRITEBYTECODE=1 Orthanc --verbose "$folder/orthanc.json") \
    >>"$folder/orthanc.log" 2>&1 &
  pids[orthanc]=$!
}

start_poller() {
  (settings && exec "$python" -B "$here/poller.py") >>"$folder/poller.log" 2>&1 &
  pids[poller]=$!
}

# Kills the worker, like a power cut, and starts it again.
restart_integration() {
  if [ "$1" = poller ]; then
    stop poller KILL
    start_poller
  else
    stop orthanc KILL
    start_orthanc
    await 60 orthanc /system
  fi
}

orthanc() { curl -fsS -u poller:secret "http://127.0.0.1:$http_port$1"; }
service() {
  curl -fsS -H "Authorization: Bearer $(cat "$work/key")" "http://127.0.0.1:$service_port$1"
}
send() { storescu -aec ORTHANC 127.0.0.1 "$dicom_port" +sd "$1"; }

json() { # EXPRESSION: prints a value of the JSON in `it`
  "$python" -c 'import json, sys; it = json.load(sys.stdin); print(eval(sys.argv[1]))' "$1"
}

# A copy of the series as another study with its own images.
copy_series() { # NUMBER
  local copy="$work/series$1"
  if [ ! -d "$copy" ]; then
    mkdir "$copy"
    cp "$images"/* "$copy"
    chmod u+w "$copy"/*
    dcmodify -nb -imt -gin -m "(0020,000d)=2.25.4711000$1" -m "(0020,000e)=2.25.4712000$1" "$copy"/*
  fi
  echo "$copy"
}

series_uid() { # FOLDER
  local first
  first=$(find "$1" -type f | sort | head -1)
  dcmdump +P 0020,000e "$first" | sed 's/.*\[\(.*\)\].*/\1/'
}

series_of() { # FOLDER: Orthanc's name of a series
  curl -fsS -u poller:secret "http://127.0.0.1:$http_port/tools/find" \
    -d '{"Level":"Series","Query":{"SeriesInstanceUID":"'"$(series_uid "$1")"'"}}' | json 'it[0]'
}

study_of() { orthanc "/series/$(series_of "$1")" | json 'it["ParentStudy"]'; }
mark_of() { orthanc "/series/$(series_of "$1")/metadata/brgsa"; }
is_marked() { mark_of "$1" | grep -q '"state"'; }
is_done() { mark_of "$1" | grep -q '"state": "done"'; }

reports_of() { # FOLDER: Orthanc's names of the reports in the study of a series
  orthanc "/studies/$(study_of "$1")/instances?expand" |
    json '" ".join(one["ID"] for one in it)' | tr ' ' '\n' | while read -r instance; do
    [ "$(orthanc "/instances/$instance/metadata/SopClassUid")" = "$comprehensive_sr" ] &&
      echo "$instance"
  done
  return 0
}

has_reports() { equal "$(reports_of "$1" | grep -c .)" "$2"; }
lines() { cat "$folder"/poller.log "$folder"/orthanc.log 2>/dev/null | grep -c -- "$1"; }

# --- Assertions about one report

check_report() { # FOLDER
  local report diagnosis
  report=$(reports_of "$1" | head -1)
  orthanc "/instances/$report/file" >"$folder/report.dcm"
  orthanc "/instances/$report/tags?simplify" >"$folder/report.json"
  diagnosis=$(mark_of "$1" | json 'it["diagnosis"]')
  service "/v1/diagnoses/$diagnosis" >"$folder/diagnosis.json"
  check "dciodvfy finds no error" no_errors "$folder/report.dcm"
  check "dsrdump reads it" reads "$folder/report.dcm"
  check "it has labels and scores of the diagnosis" \
    "$python" -B "$here/check_report.py" "$folder/report.json" "$folder/diagnosis.json"
  check "each image is evidence" equal "$(evidence)" "$(find "$1" -type f | wc -l)"
  check "DICOMweb finds it in the study" equal "$(dicomweb_reports)" 1
}

no_errors() {
  dciodvfy "$1" >"$folder/dciodvfy.txt" 2>&1
  grep -q '^ComprehensiveSR' "$folder/dciodvfy.txt" || { echo "it is not a comprehensive SR"; return 1; }
  ! grep '^Error' "$folder/dciodvfy.txt"
}

reads() {
  dsrdump "$1" >"$folder/dsrdump.txt" 2>"$folder/dsrdump.err" || return 1
  grep -q 'Zero-shot similarity score' "$folder/dsrdump.txt"
}

evidence() {
  grep -c '"ReferencedSOPInstanceUID"' "$folder/report.json"
}

dicomweb_reports() {
  local study
  study=$(json 'it["StudyInstanceUID"]' <"$folder/report.json")
  orthanc "/dicom-web/studies/$study/series?Modality=SR" | json 'len(it)'
}

# The integration's logs contain no patient data.
logs_are_clean() {
  local first words word
  first=$(find "$images" -type f | sort | head -1)
  words=$(for tag in 0010,0010 0010,0020 0020,000d 0020,000e 0008,0018; do
    dcmdump +P $tag "$first" | tr -d '\0' | sed 's/.*\[\(.*\)\].*/\1/; s/ *$//'
  done | grep .)
  cat "$folder"/poller.log <(grep 'brgsa: ' "$folder/orthanc.log") 2>/dev/null >"$folder/own.log"
  [ -s "$folder/own.log" ] || { echo "no lines were logged"; return 1; }
  while read -r word; do
    ! grep -F -- "$word" "$folder/own.log" || return 1
  done <<<"$words"
}

# --- The scenarios

begin() { # NAME PLUGIN POLLER
  echo "== $1"
  folder="$work/$1"
  mkdir "$folder" "$folder/db"
  read -r http_port dicom_port service_port <<<"$(free_ports 3)"
  [ -s "$work/key" ] ||
    "$brgsa" keys add orthanc --scopes infer,read --keys-file "$work/keys" 2>/dev/null >"$work/key"
  write_configuration "$2"
  start_service
  check "the service is ready" await "$patience" is_ready
  start_orthanc
  check "Orthanc is up" await 60 orthanc /system
  [ "$3" = no ] || start_poller
}

end() {
  local name
  for name in poller orthanc; do
    [ -n "${pids[$name]:-}" ] || continue
    kill "${pids[$name]}"
    check "the $name stops at once" await 30 gone "$name"
    stop "$name" KILL
  done
  stop service
}

gone() { ! kill -0 "${pids[$1]}"; }

one_variant() { # plugin|poller
  local second third sent
  second=$(copy_series 2)
  third=$(copy_series 3)
  if [ "$1" = plugin ]; then begin plugin yes no; else begin poller no yes; fi

  check "a series is sent" send "$images"
  check "it is diagnosed" await "$patience" is_done "$images"
  check "there is one report in its study" has_reports "$images" 1
  check_report "$images"

  check "the same series is sent again" send "$images"
  sleep $quiet
  check "there is still one report" has_reports "$images" 1
  check "its own report is skipped" await 20 logged 'skipped (modality)'
  check "the service was sent one series" equal "$(lines 'images to send')" 1

  stop service
  check "a series is sent while the service is away" send "$second"
  check "this is logged" await 60 logged 'the service is not reached'
  restart_integration "$1"
  check "no report has come yet" has_reports "$second" 0
  start_service
  check "it is diagnosed when the service is back" await "$patience" is_done "$second"
  check "there is one report" has_reports "$second" 1

  sent=$(lines 'images to send')
  check "a series is sent, and the $1 is killed at work" send "$third"
  check "this is in time" await 60 more_sent "$sent"
  restart_integration "$1"
  check "it is diagnosed after the start" await "$patience" is_done "$third"
  check "there is one report" has_reports "$third" 1

  refused_series "$1"
  check "the first study has one report" has_reports "$images" 1
  check "no log line has data of a patient" logs_are_clean
  end
}

# A series that lacks an image is refused by the service, once.
refused_series() { # plugin|poller
  local gap sent
  gap=$(copy_series 4)
  find "$gap" -type f | sort | sed -n 40p | xargs -r rm
  check "a series that lacks an image is sent" send "$gap"
  check "it is marked as refused" await "$patience" is_refused "$gap"
  sent=$(lines 'images to send')
  restart_integration "$1"
  sleep $quiet
  check "it is not sent again" equal "$(lines 'images to send')" "$sent"
  check "it has no report" has_reports "$gap" 0
}

is_refused() { mark_of "$1" | grep -q '"code": "series-inconsistent"'; }
logged() { [ "$(lines "$1")" -ge 1 ]; }
more_sent() { [ "$(lines 'images to send')" -gt "$1" ]; }

both_at_once() {
  begin both-at-once yes yes
  check "a series is sent" send "$images"
  check "it is diagnosed" await "$patience" is_done "$images"
  sleep $quiet
  check "there is one report" has_reports "$images" 1
  end
}

[ "$variant" = poller ] || one_variant plugin
[ "$variant" = plugin ] || one_variant poller
[ "$variant" != both ] || both_at_once

if [ $failures -gt 0 ]; then
  echo "$failures checks failed"
  exit 1
fi
echo "all checks passed"
