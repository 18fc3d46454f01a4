"""Requests of which every part that a client can write has a canary: header fields, bodies, forms, volumes, nonsense.

A canary comes from canary(place); the place says, in a finding, where the client had put it.
"""

import gzip
import json
import struct

from client import FILE, JSON
from work import chest

FORM = "multipart/form-data; boundary=limit"
# Places whose canaries are answered, because the request asks about them, and kept, because it asks for that.
KEPT = {"prompt", "label", "negative", "tag name", "tag", "accession", "study", "series", "calibration", "query prompt"}
ANSWERED = KEPT | {"report", "searched text", "searched report", "inference id"}
# Parameters that are known somewhere, and one that is known nowhere.
PARAMETERS = ["prompt_set", "prompt", "calibration", "top_k", "persist", "limit", "cursor", "tag", "nonsense"]

FIELDS = [
    "User-Agent: #", "Cookie: session=#; #=1", "Referer: http://localhost/#", "From: #@example.org",
    "X-Forwarded-For: #", "X-Real-IP: #", "Forwarded: for=#", "Via: 1.1 #", "X-Patient-Name: #", "X-#: 1", "#: 1",
    "X-Request-ID: # #", "X-Request-ID: #/#", "traceparent: 00-#-#-01", "tracestate: #=#",
    "Authorization: Bearer #", "Authorization: Bearer # #", "Authorization: Basic #", "Authorization: #",
    "Proxy-Authorization: Basic #", "Host: #", "Host: #.example.org:80", "Origin: http://#.org", "Sec-Fetch-Site: #",
    "Accept: text/#", "Accept: */*;q=#", "Accept-Language: #", "Accept-Encoding: #", "Range: bytes=#",
    'If-None-Match: "#"', "If-Modified-Since: #", "Prefer: #=#", "Prefer: wait=#", "Prefer: respond-async, #",
    "Idempotency-Key: #", "Content-Digest: #=:AAAA:", "Content-Digest: sha-256=:#:", "Content-Encoding: #",
    "Content-Language: #", "Content-Location: /#", 'Content-Disposition: attachment; filename="#"',
    "Content-Type: #", "Content-Type: text/#", "Content-Type: application/json; charset=#",
    'Content-Type: application/octet-stream; name="#"', 'Content-Type: multipart/form-data; boundary="#',
    "Content-Length: #", "Transfer-Encoding: #", "Expect: #", "Upgrade: #",
    "Folded: a\r\n #", "Escaped: \x1b[31m#", "No-Colon-#", "Bad(#)Name: 1",
]  # fmt: skip


def fields(canary):
    """(name of the field, line) of each field that can have a canary."""
    for line in FIELDS:
        yield line.partition(":")[0].lower(), line.replace("#", canary(f"field {line}"))


def volume(canary):
    """A good volume with canaries in all text fields of its header and in an extension."""
    file = bytearray(chest())
    for name, offset, size in (
        ("data_type", 4, 10), ("db_name", 14, 18), ("descrip", 148, 80), ("aux_file", 228, 24), ("intent_name", 328, 16)
    ):  # fmt: skip
        text = canary(f"volume's {name}").encode()[:size]
        file[offset : offset + len(text)] = text
    struct.pack_into("<f", file, 108, 400)
    # An extension: its size, its code (6, a comment), its text.
    extension = struct.pack("<ii", 48, 6) + canary("volume's extension").encode().ljust(40, b"\0")
    return bytes(file[:348]) + b"\1\0\0\0" + extension[:48] + bytes(file[352:])


def packed(file, name):
    """Gzip with a file name in its head."""
    result = gzip.compress(file, 1)
    return result[:3] + b"\x08" + result[4:10] + name.encode() + b"\0" + result[10:]


def form(canary, *parts):
    """A form of (field, file name or None, bytes)."""
    lines = []
    for field, file_name, content in parts:
        name, media = (f'; filename="{file_name}"', FILE) if file_name else ("", JSON)
        lines += ["--limit", f'Content-Disposition: form-data; name="{field}"{name}', f"Content-Type: {media}"]
        lines += [f"X-Part: {canary('field of a part')}", "", content]
    lines += ["--limit--", ""]
    return b"\r\n".join(line if isinstance(line, bytes) else line.encode() for line in lines)


def uploads(canary, request):
    """(media type, body) of a volume and the form part `request`, then of what is refused."""
    file, name, noise = volume(canary), canary("file name"), canary("no volume").encode() * 30
    gz = packed(file, canary("gzip's file name"))
    yield FILE, file
    yield "application/gzip", gz
    yield FORM, form(canary, ("volume", f"../{name}.nii", file), ("request", None, request))
    for dimensions in (0, 5, -1):
        yield FILE, file[:40] + struct.pack("<h", dimensions) + file[42:]
    for body in (file[:360], file[:-1], file + noise, gz[:-9], gz + noise, noise):
        yield FILE, body
    for parts in (
        [(canary("name of a part"), name, file)],
        [("volume", name, file), ("volume", name, file)],
        [("volume", name, noise), ("request", None, request)],
        [("volume", name, file), ("request", None, request[:-1] + noise)],
    ):
        yield FORM, form(canary, *parts)
    yield FORM, form(canary, ("volume", name, file))[:-30]


def inferences(canary, volume_id):
    """(media type, body, header field) of inference requests: tensors behind the JSON, in it, and some that are not right."""
    file, text = volume(canary), f"There is rib fracture, {canary('prompt')}".encode()

    def request(elements, more=None):
        inputs = [
            {"name": name, "shape": [1], "datatype": "BYTES", "parameters": {"binary_data_size": 4 + len(element)}}
            for name, element in elements.items()
        ]
        json_bytes = json.dumps({"id": canary("inference id"), "inputs": inputs} | (more or {})).encode()
        tensors = b"".join(struct.pack("<I", len(element)) + element for element in elements.values())
        return FILE, json_bytes + tensors, f"Inference-Header-Content-Length: {len(json_bytes)}"

    kept = volume_id.encode()
    yield request({"volume_id": kept, "prompts": text})
    yield request({"volume": file, "prompts": text})
    yield request({"volume": file, canary("name of a tensor"): text})
    yield request({"volume": file, "prompts": b"\xff" + canary("broken prompt").encode()})
    yield request({"volume": canary("no volume").encode() * 30, "prompts": text})
    yield request({"volume_id": canary("no id").encode(), "prompts": text})
    yield request({"volume_id": kept}, more={"parameters": {"prompt_set": canary("prompt set")}})
    yield request({"volume_id": kept, "prompts": text}, more={"outputs": [{"name": canary("name of an output")}]})
    yield request({"volume_id": kept, "prompts": text}, more={canary("unknown member"): canary("unknown value")})
    media, body, _ = request({"volume_id": kept, "prompts": text})
    yield media, body, f"Inference-Header-Content-Length: {canary('length of the JSON')}"
    yield media, body + canary("bytes behind").encode(), f"Inference-Header-Content-Length: {len(body)}"


def spoilt(canary, body):
    """(media type, body) of a JSON object, then of it in all ways that are refused."""
    yield JSON, json.dumps(body).encode()
    yield JSON, json.dumps(body | {canary("unknown member"): canary("unknown value")}).encode()
    for key in body:
        # No member is a list of lists, and none may have any member it likes.
        yield JSON, json.dumps(body | {key: [[canary("wrong value")]]}).encode()
        yield JSON, json.dumps(body | {key: {canary("wrong member") + " ": canary("wrong value")}}).encode()
    yield JSON, json.dumps(body).encode()[:-2]
    yield JSON, json.dumps(canary("no object")).encode() + b"\xff"


def bodies(canary, ids):
    """{operation: [(media type, body)]}; the first one is good. ids: {"model": its SHA-256, "volumes": id}."""
    def sentence(place):
        """The model has a word for it besides the canary; else it would be refused at once."""
        return f"There is rib fracture, {canary(place)}"

    detailed = {"label": canary("label"), "text": sentence("prompt"), "negative": sentence("negative")}
    asked = {"prompts": [sentence("prompt"), detailed]}
    metadata = {
        "tags": {canary("tag name"): canary("tag")}, "accession": canary("accession"),
        "study_uid": canary("study"), "series_uid": canary("series"),
    }  # fmt: skip
    condition = {"key": "tags.site", "match": canary("filter")}
    texts = sentence("calibration")
    entry = {"label": texts, "text": texts, "threshold": 0, "studies": 1, "positives": 0}
    calibration = {
        "format": "brgsa-calibration/1", "name": "ward-7", "model_sha256": ids["model"], "score": "cosine_mean",
        "method": texts, "cohort": {"name": texts, "studies": 1, "note": texts}, "thresholds": [entry],
    }  # fmt: skip
    report = f"FINDINGS: {sentence('report')}. {canary('report')}. No pneumothorax."
    searched = f"FINDINGS: {sentence('searched report')}. {canary('searched report')}."
    objects = {
        "POST /v1/diagnoses": [{"volume_id": ids["volumes"], **asked}],
        "PUT /v1/volumes/{id}/metadata": [metadata],
        "POST /v1/retrievals": [
            {"query": {"text": sentence("searched text")}, "filter": {"must": [condition]}},
            {"query": {"report": searched}, "target": "reports"},
        ],
        "POST /v1/embeddings": [{"input": [sentence("input")], "user": canary("user")}],
        "POST /v1/reports": [{"report": report, "tags": metadata["tags"]}],
        "PUT /v1/prompt-sets/{name}": [asked],
        "PUT /v1/calibrations/{name}": [calibration],
    }
    result = {
        operation: [pair for body in some for pair in spoilt(canary, body)] for operation, some in objects.items()
    }
    result["POST /v1/diagnoses"] += uploads(canary, json.dumps(asked).encode())
    result["POST /v1/volumes"] = list(uploads(canary, json.dumps(metadata).encode()))
    return result


def nonsense(word, host):
    """What is hardly a request. `host` is the field."""
    post = "POST /v1/embeddings HTTP/1.1\r\nContent-Type: application/json\r\n" + host
    texts = [
        f"{word} / HTTP/1.1\r\n{host}\r\n", f"GET /{word} HTTP/{word}\r\n{host}\r\n", f"GET {word} HTTP/1.1\r\n{host}\r\n",
        f"GET http://{word}/livez HTTP/1.1\r\n{host}\r\n", f"GET /livez {word} HTTP/1.1\r\n{host}\r\n", f"{word}\r\n\r\n",
        f"GET /{word * 2000} HTTP/1.1\r\n{host}\r\n", f"GET /{word * 20000} HTTP/1.1\r\n{host}\r\n",
        f"GET /livez HTTP/1.1\r\n{host}X: {word * 4000}\r\n\r\n", f"GET /livez HTTP/1.1\r\n{host}X: {word * 20000}\r\n\r\n",
        f"{post}Content-Length: 9\r\nContent-Length: {word}\r\n\r\n", f"{post}Transfer-Encoding: chunked\r\n\r\n{word}\r\n",
        f"{post}Content-Length: 900\r\n\r\n{word}", f"\x16\x03\x01\x02{word}",
    ]  # fmt: skip
    return [text.encode("latin-1") for text in texts]
