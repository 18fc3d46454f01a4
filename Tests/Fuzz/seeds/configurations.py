"""Descriptions of models: the fixtures' own, and some with one member changed."""

import json
from pathlib import Path

FIXTURES = Path(__file__).resolve().parents[2] / "Fixtures"


def changed(config, path, value):
    copy = json.loads(json.dumps(config))
    place = copy
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return copy


def seeds():
    first = json.loads((FIXTURES / "tiny-model/config.json").read_text())
    second = json.loads((FIXTURES / "tiny-hlip/config.json").read_text())
    second["prompts"]["sets"] = [
        {"name": own["name"], "prompts": own["prompts"][:1]} for own in second["prompts"]["sets"]
    ]
    cases = {"first": first, "second": second, "none": {}, "other": first | {"format": "brgsa-model/3"}}
    for name, path, value in (
        ("heads", ["vision", "heads"], 5), ("rotary", ["vision", "positions", "kind"], "rotary"),
        ("whole", ["vision", "partition"], None), ("axis", ["vision", "partition", "axis"], "x"),
        ("blocks", ["vision", "partition", "joined_blocks"], [5, 2]), ("sum", ["text", "pooling"], "sum"),
        ("cosine", ["score"], {"kind": "cosine_mean"}), ("scale", ["score", "scale"], 1e999),
        ("bank", ["bank"], 16), ("single", ["prompts", "negative_template"], None),
        ("huge", ["recipe", "shape"], [1 << 40, 1, 1]), ("epsilon", ["vision", "norm_epsilon"], -1),
    ):  # fmt: skip
        cases[name] = changed(second, path, value)
    return {name: json.dumps(case, separators=(",", ":")).encode() for name, case in cases.items()}
