#!/usr/bin/env bash
# From nothing to the bundled model and the figures of its card: trains, converts, measures the domain on the phantoms of
# seeds 6 and 7, chooses thresholds on those of seed 2, evaluates on those of seed 3.
#
#   PYTHON=.venv/bin/python Models/training/model.sh WORK
#
# WORK gets everything: training/, model/, the phantoms and the evaluations. A run that was stopped goes on where it was.
# PYTHON has NumPy, PyTorch and Matplotlib. BRGSA is the program, by default that of `make build`.
set -euo pipefail

work=${1:?usage: Models/training/model.sh WORK}
here=$(cd "$(dirname "$0")" && pwd)
python=${PYTHON:-python3}
brgsa=${BRGSA:-$here/../../.build/release/brgsa}
model=$work/model
export BRGSA_MODEL=$model
[ -x "$brgsa" ] || { echo "model.sh: $brgsa is missing; run make build" >&2; exit 66; }

"$python" "$here/train.py" --out "$work/training"
# The same checkpoint gives the same bytes, so embeddings that are there stay valid.
"$python" "$here/../convert.py" "$work/training/best.ckpt" --vocab "$work/training/vocab.txt" --out "$model" --force \
  $(cat "$work/training/convert.txt") --dtype f16 --name brgsa-phantom \
  --note "Trained on drawings of chests only: for demonstration and tests, not for patients."
"$python" "$here/domain_of_phantoms.py" "$model"
for seed in 2 3; do
  [ -e "$work/seed$seed/truth.jsonl" ] || "$python" "$here/phantoms.py" --seed $seed --count 400 --out "$work/seed$seed"
done

evaluate() { # SEED NAME FLAGS…
  local seed=$1 name=$2
  shift 2
  "$brgsa" evaluate --volumes "$work/seed$seed" --labels "$work/seed$seed/labels.csv" --output "$work/evaluation-$seed" \
    "$@" >"$work/$name.txt"
}
evaluate 2 thresholds --write-thresholds --calibration-name phantoms --cohort-name "400 phantoms of seed 2" \
  --cohort-note "Drawings of chests, not patients."
# The bundled calibration.json also names bf16 in "computes": its figures were compared with those of --compute bf16.
evaluate 3 evaluation --reports "$work/seed3/reports.csv" --gallery 200 --html "$work/evaluation.html"
"$python" "$here/normals.py" "$work/evaluation-3/scores.csv" "$work/seed3/labels.csv" "$model/calibration.json" >"$work/normals.txt"
# the next evaluations write other scores into the same folder
"$python" "$here/unseen.py" >"$work/unseen.csv"
evaluate 3 unseen --prompts "$work/unseen.csv"
for number in 1 2; do
  "$python" "$here/unseen.py" --only $number >"$work/unseen-$number.csv"
  evaluate 3 unseen-$number --prompts "$work/unseen-$number.csv"
done
cat "$work/evaluation.txt" "$work/normals.txt"
