"""Documents of the store: a letter, then the document."""

from .archives import described
from .safetensors import header_text


def diagnosis(**changes):
    finding_ = {"rank": 1, "index": 0, "label": "Pleural effusion", "text": "There is pleural effusion.", "score": 0.25,
                "components": {"direct": 0.5, "bridged": 0}, "margin": None, "percentile": 0.5, "threshold": 0.125,
                "positive": True, "tokens": 7, "truncated": False}
    return {
        "id": "dx_" + "0" * 32, "created_at": "2026-01-02T03:04:05Z",
        "volume": {"id": "sha256-" + "0" * 64, "warnings": [{"code": "lung-missing", "detail": "x"}]},
        "model": {"name": "m", "version": "1", "sha256": "a" * 64, "recipe": "r", "compute": "f32", "calibration": None},
        "findings": [finding_, finding_ | {"index": 1, "label": "=1+1", "texts": ["a", "b"], "score": -0.5}],
        "notice": "Research use only.",
    } | changes


def job(**changes):
    order = {"upload": {"bytes": 30, "sha256": list(range(32)), "type": "application/zip", "parts": [10, 20]},
             "query": [["prompt", "rib fracture"]], "request": '{"prompts":["a"]}'} | changes
    return {"fingerprint": "f" * 64, "order": order}


def seeds():
    row = {"label": "l", "text": "t", "threshold": 0.5, "studies": 9, "positives": 4, "sensitivity": 0.5}
    table = {"format": "brgsa-calibration/1", "name": "site", "model_sha256": "a" * 64, "score": "cosine_mean",
             "method": "m", "cohort": {"name": "c", "studies": 9, "note": ""}, "thresholds": [row]}
    upload = job()["order"]["upload"]
    cases = {
        "d-two": diagnosis(), "d-time": diagnosis(created_at="today"), "d-none": diagnosis(findings=[]),
        "d-index": diagnosis(findings=[diagnosis()["findings"][0] | {"index": -1 << 62}]),
        "d-score": diagnosis(findings=[diagnosis()["findings"][0] | {"score": 1e300}]),
        "d-tiny": diagnosis(findings=[diagnosis()["findings"][0] | {"score": 1e-300}]),
        "d-label": diagnosis(findings=[diagnosis()["findings"][0] | {"label": "", "text": "\u0001"}]),
        "d-no-model": diagnosis(model=None), "d-wrong": [], "v-good": described(), "v-no-affine": described(affine=None),
        "v-warnings": described(warnings=[
            ["orientation-assumed"], ["units-assumed-mm"], ["qform-sform-conflict"], ["units-converted", 0.001],
            ["fov-long", 0, 999.5], ["hu-implausible", "inverted"], ["series-chosen", 3], ["slices-repeated", 2],
            ["slices-missing", 4, 1], ["spacing-conflict", 2, -4.5, 4.5]]),
        "v-shape-negative": described(shape=[-1, 2, 3]), "v-shape-huge": described(shape=[1 << 40, 1 << 40, 1]),
        "v-warning-huge": described(warnings=[["fov-long", 0, 1e300], ["units-converted", 1e300]]),
        "v-series": described(warnings=[["series-chosen", 3, [79, 311.0, 3.987], [16, 60.5, 4.0, "coverage"], [2, 0, 0, "count"]]]),
        "v-series-huge": described(warnings=[["series-chosen", 3, [1e300, -5, 1e300], [16, 60.5, 4.0, "none"]]]),
        "v-slices-huge": described(warnings=[["slices-missing", 1e300, -5]]), "v-intensity-huge": described(min=-1e300),
        "v-voxels": described(voxels=0.5), "v-axis": described(warnings=[["fov-long", 9, 1]]), "v-text": described(min="a"), "v-empty": {},
        "j-form": job(), "j-file": job(upload=upload | {"parts": []}), "j-old": job(upload={
            "bytes": 3, "sha256": [0] * 32, "type": None}), "j-volume": job(upload=None, request='{"volume_id":"x","prompts":["a"]}'),
        "j-parts": job(upload=upload | {"parts": [10, 21]}), "j-digest": job(upload=upload | {"sha256": [256] * 32}),
        "j-short-digest": job(upload=upload | {"sha256": [1]}), "j-negative": job(upload=upload | {"parts": [-10, 40]}),
        "j-query": job(query=[["a"]]), "j-huge-query": job(query=[["top_k", "99999999999999999999"]]),
        "j-ended": {"fingerprint": "f", "diagnosis": "dx_1"}, "j-failed": {"fingerprint": "f", "problem": {"code": "x"}},
        "j-cancelled": {"fingerprint": "f", "cancelled": True}, "j-none": {"fingerprint": 1}, "c-good": table,
        "c-name": table | {"name": "none"}, "c-twice": table | {"thresholds": [row, row]}, "c-none": table | {"thresholds": []},
        "c-beyond": table | {"thresholds": [row | {"threshold": 1.5}]},
        "c-positives": table | {"thresholds": [row | {"positives": 10}]},
        "c-studies": table | {"cohort": {"name": "c", "studies": 1e300, "note": ""}},
        "c-digits": table | {"thresholds": [row | {"threshold": 0.1234567890123456789}]},
        "p-words": {"prompts": ["rib fracture", "Is the heart enlarged?"]},
        "p-objects": {"prompts": [{"label": "l", "texts": ["a", "b"], "negative": "c"}, {"text": "a"}]},
        "p-both": {"prompts": [{"text": "a", "texts": ["b"]}]}, "p-blank": {"prompts": [" "]}, "p-none": {"prompts": []},
        "p-number": {"prompts": [1]},
    }
    files = {name: name[0].encode() + header_text(document) for name, document in cases.items()}
    return files | {"v-torn": b"v" + header_text(described())[:-9]}
