#!/usr/bin/env bash
# Checks what is in this folder: compose, Kubernetes and systemd files with their validators, the Dockerfile by running
# its steps in folders that debootstrap fills, and image and unit by diagnosing a volume. All parts, or some:
#   Docker/check.sh compose kubernetes build image systemd
# The build stays in BRGSA_CHECK_WORK, 3 GB; image and systemd use it.
set -euo pipefail
cd "$(dirname "$0")"
work=${BRGSA_CHECK_WORK:-/var/tmp/brgsa-check}
parts=${*:-compose kubernetes build image systemd}
sample=../Models/phantom/samples/volumes/phantom_4_00003.nii.gz
address=http://127.0.0.1:8080

need() { # PROGRAM WHERE-FROM
  command -v "$1" >/dev/null || { echo "missing: $1 ($2)" >&2; missing=1; }
}
missing=0
for part in $parts; do
  case $part in
    compose) need docker-compose "apt-get install docker-compose"; need promtool "apt-get install prometheus" ;;
    kubernetes)
      need kubectl "Kubernetes' client, for kubectl kustomize"
      need kubernetes-validate "pip install kubernetes-validate, in a virtual environment on PATH" ;;
    systemd)
      need systemd-analyze "apt-get install systemd"; need systemd-nspawn "apt-get install systemd-container" ;;
    image) need ip "apt-get install iproute2"; need curl "apt-get install curl" ;;
    build)
      need debootstrap "apt-get install debootstrap"
      [ -x /opt/swift/usr/bin/swift ] || { echo "missing: /opt/swift, the toolchain" >&2; missing=1; } ;;
    *) echo "no such part: $part" >&2; exit 64 ;;
  esac
done
case $parts in
  *build* | *image* | *systemd*) [ "$(id -u)" = 0 ] || { echo "missing: root" >&2; missing=1; } ;;
esac
[ $missing = 0 ] || exit 69

check_compose() {
  local keys; keys=$(mktemp -d)
  for profile in "" grafana; do
    BRGSA_SECRETS=$keys COMPOSE_PROFILES=$profile docker-compose -f compose.yaml config --quiet
  done
  # The container's own command, with prometheus.yml.
  touch "$keys/prometheus_key"
  /usr/bin/python3 -c '
import sys, yaml
print(yaml.safe_load(open("compose.yaml"))["services"]["prometheus"]["entrypoint"][2].split("exec ")[0])' |
    sed -e "s|/tmp/|$keys/|; s|/run/secrets|$keys|" -e "s|/etc/prometheus/prometheus.yml|prometheus/prometheus.yml|" \
        -e "s|/etc/prometheus/brgsa.rules|$PWD/prometheus/brgsa.rules|" >"$keys/command"
  sh -e "$keys/command"
  grep -q 'brgsa:8080' "$keys/prometheus.yml"
  grep -q '^ *authorization:' "$keys/prometheus.yml"
  promtool check config "$keys/prometheus.yml"
  rm -r "$keys"
}

check_kubernetes() {
  # Kustomization is not a kind that a cluster knows. It must list every file here.
  for file in kubernetes/*.yaml; do
    case $file in
      */kustomization.yaml) ;;
      *) kubernetes-validate --quiet --strict "$file"; grep -qF -- "- ${file#*/}" kubernetes/kustomization.yaml ;;
    esac
  done
  kubectl kustomize kubernetes | kubernetes-validate --strict /dev/stdin
}

check_systemd() {
  systemd-analyze security --offline=true --threshold=10 systemd/brgsa.service | tail -n 1
  [ -d "$work/final" ] || { echo "the program is that of the image: run the part build first" >&2; return 69; }
  # A machine with systemd and the image's files, where the unit works within its limits.
  cat >"$work/unit.Dockerfile" <<'END'
FROM final AS unit
USER 0:0
RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends systemd systemd-sysv dbus curl
COPY Docker/systemd/brgsa.service /etc/systemd/system/brgsa.service
COPY Models/phantom/samples/volumes/phantom_4_00003.nii.gz /root/volume.nii.gz
END
  : >"$work/unit.Dockerfile.dockerignore"
  ./run_dockerfile.py build "$work/unit.Dockerfile" .. "$work" >"$work/unit.log" || { cat "$work/unit.log"; return 1; }
  systemd-analyze verify --man=no --root="$work/unit" brgsa.service
  cat >"$work/unit/root/check.sh" <<'END'
exec >/root/log 2>&1
trap 'journalctl -u brgsa --no-pager -o cat; systemctl poweroff' EXIT
set -ex
useradd --system --user-group --home-dir /var/lib/brgsa --shell /usr/sbin/nologin brgsa
install -d -m 0700 /etc/brgsa
add() { brgsa keys add "$1" --scopes infer,read,write --keys-file /etc/brgsa/keys; }
ask() { curl --silent --show-error --fail -o /dev/null -H "Authorization: Bearer $1" "http://127.0.0.1:8080$2" "${@:3}"; }
first=$(add first)
systemctl start brgsa
timeout 60 sh -c 'until brgsa health; do sleep 0.2; done'
ask "$first" '/v1/diagnoses?prompt=rib+fracture' -H 'Content-Type: application/octet-stream' --data-binary @/root/volume.nii.gz
second=$(add second)
systemctl reload brgsa
timeout 10 bash -c "until $(declare -f ask); ask $second /v1/info; do sleep 0.2; done"
grep -E '^(Uid|CapEff|NoNewPrivs|Seccomp):' "/proc/$(systemctl show -P MainPID brgsa)/status" >/root/result
systemctl stop brgsa
systemctl show -p Result,ExecMainStatus brgsa >>/root/result
END
  cat >"$work/unit/etc/systemd/system/check.service" <<'END'
[Unit]
After=multi-user.target
[Service]
Environment=HOME=/root
ExecStart=/bin/bash /root/check.sh
END
  mkdir -p "$work/unit/etc/systemd/system/graphical.target.wants"
  ln -s ../check.service "$work/unit/etc/systemd/system/graphical.target.wants/"
  timeout 180 systemd-nspawn --quiet --directory="$work/unit" --register=no --keep-unit --private-network --boot \
    >"$work/boot.log" 2>&1 || true
  touch "$work/unit/root"/{result,log}
  cat "$work/unit/root/result"
  grep -q 'Result=success' "$work/unit/root/result" && grep -q 'ExecMainStatus=0' "$work/unit/root/result" ||
    { tail -n 20 "$work/boot.log"; cat "$work/unit/root/log"; return 1; }
}

# Starts an image and waits until its own health check passes. Sets `runner`, and `container`: its first process.
start() { # STAGE LOG OPTIONS...
  local stage=$1 log=$2 began=$SECONDS words
  (exec ./run_dockerfile.py run "$work" "$stage" "${@:3}") 2>"$log" &
  runner=$!
  until container=$(pgrep --parent $runner) && words=$(./run_dockerfile.py health "$work" "$stage" "$container" 2>/dev/null); do
    if [ $((SECONDS - began)) -gt 60 ] || ! kill -0 $runner; then
      cat "$log"
      return 1
    fi
    sleep 0.2
  done
  echo "$stage: healthy after $((SECONDS - began)) s, user $(stat -c %u "/proc/$container"): $words"
}

# SIGTERM must end it with status 0.
stop() { # LOG
  local result=0
  kill -TERM "$container"
  wait $runner || result=$?
  [ $result = 0 ] || { echo "ended with $result"; cat "$1"; return 1; }
}

check_build() {
  local began=$SECONDS
  mkdir -p "$work"
  ./run_dockerfile.py build Dockerfile .. "$work" >"$work/build.log" 2>&1 || { tail -n 50 "$work/build.log"; return 1; }
  grep -E '^== .* MB$' "$work/build.log"
  echo "built in $((SECONDS - began)) s"
}

check_image() {
  local here result=0 key
  here=$(mktemp -d)
  chmod 711 "$here"
  install -d -o 65532 -g 65532 -m 0700 "$here"/{store,spool,keys,orthanc}
  echo "without keys it must end with 78:"
  ./run_dockerfile.py run "$work" final || result=$?
  [ $result = 78 ]
  key=$(./run_dockerfile.py run "$work" final --volume "$here/keys:/keys" -- \
    keys add check --scopes infer,read,write --keys-file /keys/keys)
  trap 'kill $runner 2>/dev/null || true' EXIT
  start final "$here/log" --volume "$here/store:/var/lib/brgsa" --volume "$here/spool:/var/spool/brgsa" \
    --file "$here/keys/keys:/run/secrets/brgsa_keys"
  # curl in the network of the container.
  ask() { nsenter --target="$container" --net curl --silent --show-error --max-time 120 "$@"; }
  result=$(ask "$address/v1/info" -o /dev/null -w '%{http_code}')
  [ "$result" = 401 ] || { echo "without a key: $result, not 401"; return 1; }
  ask "$address/v1/info" -H "Authorization: Bearer $key" | grep -q '"dicom"'
  ask "$address/v1/diagnoses?prompt=rib+fracture&prompt=pneumothorax" -H "Authorization: Bearer $key" \
    -H 'Content-Type: application/octet-stream' --data-binary "@$sample" |
    python3 -c '
import json, sys
answer = json.load(sys.stdin)
print(answer["model"]["name"], [(row["text"], row["score"], row["positive"]) for row in answer["findings"]])'
  stop "$here/log"
  echo "and alone the health check must end with 69:"
  result=0
  ./run_dockerfile.py run "$work" final -- health || result=$?
  [ $result = 69 ]

  start orthanc "$here/log" --tmpfs /tmp --volume "$PWD/orthanc:/usr/share/brgsa/orthanc" \
    --volume "$here/orthanc:/var/lib/orthanc/db-v6"
  stop "$here/log"
  trap - EXIT
  rm -r "$here"
}

for part in $parts; do
  echo "--- $part"
  "check_$part"
done
echo "all well: $parts"
