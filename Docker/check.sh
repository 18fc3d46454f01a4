#!/usr/bin/env bash
# Checks what is in this folder: whether the files fit each other and the program, HAProxy, compose, Kubernetes and
# systemd files with their validators, the Slurm script with a stand-in for the program, the Dockerfile by running
# its steps in folders that debootstrap fills, and image and unit by diagnosing a volume. All parts, or some:
#   Docker/check.sh settings balancer compose kubernetes slurm build image systemd
# The build stays in BRGSA_CHECK_WORK, 3 GB; image and systemd use it.
set -euo pipefail
cd "$(dirname "$0")"
work=${BRGSA_CHECK_WORK:-/var/tmp/brgsa-check}
parts=${*:-settings balancer compose kubernetes slurm build image systemd}
sample=../Models/phantom/samples/volumes/phantom_4_00003.nii.gz
address=http://127.0.0.1:8080

need() { # PROGRAM WHERE-FROM
  command -v "$1" >/dev/null || { echo "missing: $1 ($2)" >&2; missing=1; }
}
missing=0
for part in $parts; do
  case $part in
    settings) need /usr/bin/python3 "apt-get install python3-yaml" ;;
    balancer) need haproxy "apt-get install haproxy" ;;
    slurm) need xargs "apt-get install findutils" ;;
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

check_settings() {
  /usr/bin/python3 check_settings.py
}

# Without the user, the log and the names that only the machines have.
check_balancer() {
  local file
  for file in machines/haproxy.cfg cluster/haproxy.cfg; do
    sed -E '/^ *(user|group) /d; s|/dev/log|127.0.0.1|; s/\b(brgsa[12]):8080/127.0.0.1:8080/' "$file" |
      haproxy -c -q -f /dev/stdin
  done
}

# Each file of the list once, whatever the number of tasks and the first index; names may contain spaces.
check_slurm() {
  local here count first task
  here=$(mktemp -d)
  printf '/shared/a volume %s.nii.gz\n' $(seq 1201) >"$here/list"
  printf '#!/bin/sh\n[ "$1 $2 $3" = "embed --threads 4" ] || exit 64\nshift 3\nprintf "%%s\\n" "$@"\n' >"$here/brgsa"
  chmod +x "$here/brgsa"
  for count in 1 7 50; do
    for first in 0 1; do
      for task in $(seq $first $((first + count - 1))); do
        BRGSA=$here/brgsa BRGSA_STORE=: SLURM_CPUS_PER_TASK=4 SLURM_ARRAY_TASK_COUNT=$count \
          SLURM_ARRAY_TASK_ID=$task SLURM_ARRAY_TASK_MIN=$first slurm/embed.sh "$here/list"
      done | sort -V | cmp - "$here/list"
    done
  done
  rm -r "$here"
}

check_compose() {
  local keys; keys=$(mktemp -d)
  BRGSA_SECRETS=$keys docker-compose -f cluster/compose.yaml config --quiet
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
  local folder file
  # The kinds of Kustomize and of operators are not ones that a cluster knows by itself. Each file is listed or mentioned.
  for file in kubernetes/*/*.yaml; do
    folder=${file%/*}
    case $file in
      */kustomization.yaml) continue ;;
      */database.yaml | */keda.yaml) ;;
      *) kubernetes-validate --quiet --strict "$file" ;;
    esac
    grep -qF -- "- ${file##*/}" "$folder/kustomization.yaml"
  done
  kubectl kustomize kubernetes/single | kubernetes-validate --quiet --strict /dev/stdin
  kubectl kustomize kubernetes/replicas >/dev/null
  # With everything that is only mentioned.
  folder=$(mktemp -d)
  cp -r kubernetes "$folder"
  sed -i -E 's/^  # - /  - /' "$folder"/kubernetes/*/kustomization.yaml
  kubectl kustomize "$folder/kubernetes/replicas" | grep -c '^kind:'
  rm -r "$folder"
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
  install -D -m 0644 machines/brgsa.conf "$work/unit/etc/systemd/system/brgsa.service.d/cluster.conf"
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
