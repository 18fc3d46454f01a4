"""Makes evaluation-goldens.json: what scikit-learn and the authors' rules say about random cohorts.

  python3 Tests/Fixtures/make_evaluation.py Tests/Fixtures/evaluation-goldens.json

Needs numpy and scikit-learn (1.9 made the file); brgsa and its tests need neither. Every number is
computed from the definitions; nothing is read from the Swift code. `null` is a missing label.
  cases   cohorts of several labels: figures, thresholds, and intervals from the same bootstrap
          samples as the Swift code draws, each sample recomputed from scratch
  small   single columns of 2 to 12 studies, full of ties
"""

import json
import sys

import numpy as np
from sklearn import metrics

MASK = (1 << 64) - 1
GAMMA = 0x9E3779B97F4A7C15
PERCENTILES = [2.5, 97.5]


def mix(word):
    """SplitMix64's output function."""
    word = ((word ^ (word >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    word = ((word ^ (word >> 27)) * 0x94D049BB133111EB) & MASK
    return word ^ (word >> 31)


def resample(seed, sample, count):
    """The studies of one bootstrap sample, with repeats."""
    state = mix((seed + (sample + 1) * GAMMA) & MASK)
    drawn = []
    for _ in range(count):
        state = (state + GAMMA) & MASK
        drawn.append((mix(state) * count) >> 64)
    return np.array(drawn)


def threshold_by_loop(scores, truth):
    """The authors' rule: among scores that occur, the largest of the best; score > threshold."""
    best, chosen = np.inf, None
    for candidate in np.unique(scores):
        predicted = scores > candidate
        true_rate = np.sum(predicted & (truth == 1)) / np.sum(truth == 1)
        false_rate = np.sum(predicted & (truth == 0)) / np.sum(truth == 0)
        distance = np.sqrt((1 - true_rate) ** 2 + false_rate**2)
        if distance <= best:
            best, chosen = distance, candidate
    return chosen


def threshold_by_curve(scores, truth):
    """The same by roc_curve, whose points are score >= threshold: the next smaller one is meant."""
    false_rate, true_rate, thresholds = metrics.roc_curve(truth, scores, drop_intermediate=False)
    distance = np.sqrt((1 - true_rate) ** 2 + false_rate**2)
    return thresholds[1:][np.argmin(distance[:-1])]


def six(scores, truth, threshold):
    """AUROC, AUPRC, weighted F1, accuracy, precision, recall; None for one class only."""
    if truth.min() == truth.max():
        return None
    predicted = (scores > threshold).astype(int)
    return [
        metrics.roc_auc_score(truth, scores),
        metrics.average_precision_score(truth, scores),
        metrics.f1_score(truth, predicted, average="weighted", zero_division=0),
        metrics.accuracy_score(truth, predicted),
        metrics.precision_score(truth, predicted, zero_division=0),
        metrics.recall_score(truth, predicted, zero_division=0),
    ]


def ranking(scores, truth):
    """Strict Recall@1, Hit@1 and Precision@3 on z-scores; NaN truth is missing and no candidate."""
    z = (scores - scores.mean(axis=0)) / (scores.std(axis=0) + 1e-8)
    depth = min(3, scores.shape[1])
    recalls, hits, precisions = [], [], []
    for row, labels in zip(z, truth):
        known = np.flatnonzero(~np.isnan(labels))
        order = known[np.argsort(-row[known], kind="stable")]
        positives = np.nansum(labels)
        if positives > 0:
            recalls.append(labels[order[0]] / positives)
            hits.append(labels[order[0]])
        if len(known) >= depth:
            precisions.append(labels[order[:depth]].sum() / depth)
    return [float(np.mean(values)) if values else None for values in (recalls, hits, precisions)]


def interval(values):
    kept = [value for value in values if value is not None]
    return None if not kept else [float(bound) for bound in np.percentile(kept, PERCENTILES)]


def case(name, scores, truth, seed, samples):
    """`scores` [studies, labels], `truth` the same with NaN for missing."""
    count, labels = scores.shape
    drawn = [resample(seed, sample, count) for sample in range(samples)]
    results, all_samples, all_full = [], [], []
    for label in range(labels):
        known = ~np.isnan(truth[:, label])
        column, target = scores[known, label], truth[known, label].astype(int)
        threshold = threshold_by_loop(column, target)
        assert threshold == threshold_by_curve(column, target), name
        full = six(column, target, threshold)
        boot = []
        for indices in drawn:
            kept = indices[known[indices]]
            sampled = truth[kept, label].astype(int)
            boot.append(six(scores[kept, label], sampled, threshold) if len(kept) else None)
        all_full.append(full)
        all_samples.append(boot)
        usable = [row for row in boot if row is not None]
        results.append(
            {
                "threshold": float(threshold),
                "positives": int(target.sum()),
                "studies": int(known.sum()),
                "values": full,
                "intervals": [interval([row[i] for row in usable]) for i in range(6)],
                "skipped": samples - len(usable),
            }
        )
    means = []
    for sample in range(samples):
        rows = [boot[sample] for boot in all_samples if boot[sample] is not None]
        means.append(np.mean(rows, axis=0) if rows else None)
    ranked = [ranking(scores[indices], truth[indices]) for indices in drawn]
    full_ranking = ranking(scores, truth) if labels > 1 else None
    return {
        "name": name,
        "seed": str(seed),
        "samples": samples,
        "scores": [[round(float(v), 6) for v in column] for column in scores.T],
        "truth": [[None if np.isnan(v) else int(v) for v in column] for column in truth.T],
        "labels": results,
        "means": [float(v) for v in np.mean(all_full, axis=0)],
        "mean_intervals": [
            interval([None if row is None else row[i] for row in means]) for i in range(6)
        ],
        "ranking": full_ranking,
        "ranking_intervals": None
        if full_ranking is None
        else [interval([row[i] for row in ranked]) for i in range(3)],
    }


def cohort(random, count, labels, prevalence, signal, decimals, missing=0.0):
    """Random scores that know something; few decimals make heavy ties. No column has one class."""
    truth = (random.random((count, labels)) < prevalence).astype(float)
    truth[0], truth[1] = 1, 0
    scores = np.round(random.normal(size=(count, labels)) + signal * truth, decimals)
    scores += np.arange(labels) * 0.37
    scores = np.round(scores, 6)
    gone = random.random((count, labels)) < missing
    gone[:2] = False
    truth[gone] = np.nan
    return scores, truth


def main():
    random = np.random.default_rng(2501)
    shapes = [
        ("smooth scores", 60, 4, 0.3, 1.0, 4, 0.0),
        ("heavy ties", 80, 4, 0.3, 1.0, 0, 0.0),
        ("heavy ties, missing labels", 70, 5, 0.4, 0.8, 0, 0.25),
        ("scores against the truth", 40, 3, 0.5, -1.5, 1, 0.0),
        ("rare findings", 120, 3, 0.015, 2.0, 1, 0.0),
        ("nearly always present", 60, 3, 0.97, 1.0, 1, 0.0),
        ("balanced classes with ties between distances", 24, 6, 0.5, 0.7, 0, 0.0),
        ("no signal", 50, 3, 0.2, 0.0, 2, 0.1),
        ("one label", 30, 1, 0.4, 1.0, 1, 0.0),
        ("two labels", 20, 2, 0.4, 1.0, 1, 0.0),
        ("five studies", 5, 3, 0.5, 1.0, 1, 0.0),
        ("two studies", 2, 3, 0.5, 0.0, 1, 0.0),
    ]
    cases = [
        case(name, *cohort(random, *shape), seed=index * 7919 + (1 << 63), samples=40)
        for index, (name, *shape) in enumerate(shapes)
    ]
    constant, truth = cohort(random, 20, 3, 0.4, 1.0, 1)
    constant[:, 0] = 0.5
    cases.append(case("a constant column", constant, truth, seed=MASK, samples=40))
    small = []
    for _ in range(120):
        count = int(random.integers(2, 13))
        truth = (random.random(count) < random.random()).astype(int)
        truth[0], truth[1] = 1, 0
        scores = random.integers(0, int(random.integers(1, 6)) + 1, count) / 8
        threshold = threshold_by_loop(scores, truth)
        assert threshold == threshold_by_curve(scores, truth)
        small.append(
            {
                "scores": scores.tolist(),
                "truth": truth.tolist(),
                "threshold": float(threshold),
                "values": six(scores, truth, threshold),
            }
        )
    with open(sys.argv[1], "w") as file:
        file.write('{"cases": [\n')
        file.write(",\n".join(json.dumps(entry) for entry in cases))
        file.write('\n], "small": [\n')
        file.write(",\n".join(json.dumps(entry) for entry in small))
        file.write("\n]}\n")


main()
