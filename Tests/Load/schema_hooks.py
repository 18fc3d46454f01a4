"""What schemathesis cannot know of brgsa by itself; it loads this for schema_cases.py.

Volumes are files of a format that no schema describes, and an id is only well-formed until something is kept under it:
so bodies are small volumes, whole and broken, and well-formed ids become those of BRGSA_SCHEMA_KEPT, {parameter: id}.
At the end BRGSA_SCHEMA_COUNTS gets {operation: {status: count}}.
"""

import atexit
import gzip
import json
import os
import random
import re
from collections import Counter, defaultdict
from pathlib import Path

import schemathesis
from hypothesis import strategies

from work import Chests, chest

# What libmicrohttpd says by itself of a request that it cannot read, as the document tells: HTML without a media type.
LIBRARY_STATUSES = {400, 413, 414, 431}
KEPT = json.loads(os.environ["BRGSA_SCHEMA_KEPT"])
WELL_FORMED = re.compile(r"(sha256-[0-9a-f]{64}|(dx|rp|job)_[0-9a-f]{32})\Z")

chests = Chests()
whole = [chests.fresh() for _ in range(12)]
broken = [b"", chest()[:348], chest()[:-1], chest() + b"\0", b"\0" * 400, b"PK\3\4" + bytes(40)]
files = strategies.sampled_from(whole + broken) | strategies.binary(max_size=600)
packed = strategies.sampled_from([gzip.compress(file, 1) for file in whole[:6] + broken])
schemathesis.openapi.media_type("application/octet-stream", files | packed)
schemathesis.openapi.media_type("application/gzip", packed | files)
schemathesis.openapi.media_type("application/x-nifti", files)

counts = defaultdict(Counter)
atexit.register(lambda: Path(os.environ["BRGSA_SCHEMA_COUNTS"]).write_text(json.dumps(counts)))


def kept(kind, value):
    """The id of something that is there, for one that may be of nothing."""
    return KEPT[kind] if isinstance(value, str) and WELL_FORMED.match(value) else value


def meets_what_is_kept(value):
    """A body whose `volume_id`s, at any depth and as tensors, are kept ones."""
    if isinstance(value, dict):
        if value.get("name") == "volume_id" and "data" in value:
            return value | {"data": [KEPT["volumes"]]}
        return {
            key: kept("volumes", one) if key == "volume_id" else meets_what_is_kept(one)
            for key, one in value.items()
        }
    if isinstance(value, list):
        return [meets_what_is_kept(one) for one in value]
    return value


@schemathesis.hook
def before_call(context, case, kwargs):
    if case.media_type == "multipart/form-data":
        if isinstance(case.body, dict) and "volume" in case.body:
            case.body["volume"] = random.choice(whole)
    else:
        case.body = meets_what_is_kept(case.body)
    if case.path.startswith("/v2/models/") and random.random() < 0.9:
        case.path_parameters |= {"name": "brgsa"} | ({"version": "1"} if "version" in case.path_parameters else {})
    kind = case.path.split("/")[2] if case.path.startswith("/v1/") else None
    if case.operation.label == "POST /v1/diagnoses" and random.random() < 0.3:
        case.headers["Prefer"] = "respond-async"
        case.headers.pop("Idempotency-Key", None)
    # What is deleted would be missed by all later cases; later phases delete what they made themselves.
    if kind in KEPT and case.method != "DELETE" and "id" in (case.path_parameters or {}):
        case.path_parameters["id"] = kept(kind, case.path_parameters["id"])


@schemathesis.hook
def after_call(context, case, response):
    counts[f"{case.method} {case.path}"][response.status_code] += 1


@schemathesis.hook
def filter_failure(context, failure, case, response):
    is_ours = "x-request-id" in response.headers
    return is_ours or response.status_code not in LIBRARY_STATUSES
