"""Writes store-NAME.sqlite.gz and store-NAME.json: a store as an earlier version left it, and the diagnosis in it.

    git worktree add --detach /tmp/brgsa-0.1.0 0a1401c
    swift build --package-path /tmp/brgsa-0.1.0
    python3 Tests/Fixtures/make_store.py /tmp/brgsa-0.1.0/.build/debug/brgsa 0.1.0

Commit 0a1401c is the last one of 0.1.0. The store "voxels" was made in the same way with commit c9f6fdf, which stored
voxels (--persist full) but no patch embeddings. The volume is phantom.nii.gz, ellipsoids and no patient, without its
orientation, so that there is a warning. The program serves the tiny model, gets a calibration, and makes one diagnosis:
a finding with a threshold, one without, and one of several sentences with a negative sentence. The JSON is the response
to that request.
"""

import gzip
import json
import signal
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path

FIXTURES = Path(__file__).parent
OPTIONS = {"0.1.0": [], "voxels": ["--persist", "full"]}
REQUEST = {
    "prompts": [
        "pleural effusion",
        {"label": "<b>, \"nodule\"", "text": "There is a lung nodule"},
        {
            "label": "emphysema",
            "texts": ["There is emphysema", "Emphysematous lungs"],
            "negative": "There is no emphysema",
        },
    ],
    "options": {"all_components": True, "include_embedding": True, "calibration": "ward"},
}


def calibration(model):
    return {
        "format": "brgsa-calibration/1", "name": "ward", "model_sha256": model, "score": "cosine_mean",
        "method": "by hand", "cohort": {"name": "none", "studies": 2, "note": ""},
        "thresholds": [
            {"label": "effusion", "text": "There is pleural effusion", "threshold": -0.5, "studies": 2, "positives": 1}
        ],
    }


def form(volume):
    parts = [("volume", "application/octet-stream", volume), ("request", "application/json", json.dumps(REQUEST).encode())]
    body = b""
    for name, kind, content in parts:
        head = f'--x1\r\nContent-Disposition: form-data; name="{name}"; filename="x"\r\nContent-Type: {kind}\r\n\r\n'
        body += head.encode() + content + b"\r\n"
    return body + b"--x1--\r\n"


def main(program, name):
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder, "store.sqlite")
        service = subprocess.Popen(
            [
                program, "serve", "--port", "0", "--model", str(FIXTURES / "tiny-model"), "--store", str(store),
                "--spool", f"{folder}/spool", "--calibrations", f"{folder}/calibrations", *OPTIONS[name],
            ],
            stderr=subprocess.PIPE, text=True)
        port = None
        for line in service.stderr:
            if "port=" in line:
                port = int("".join(c for c in line.split("port=")[-1] if c.isdigit()))
            if "] ready" in line:
                break

        def send(method, path, body=None, kind="application/json"):
            request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", data=body, method=method)
            if body is not None:
                request.add_header("Content-Type", kind)
            return urllib.request.urlopen(request).read()

        model = json.loads(send("GET", "/v1/info"))["model"]["sha256"]
        send("PUT", "/v1/calibrations/ward", json.dumps(calibration(model)).encode())
        volume = bytearray(gzip.decompress((FIXTURES / "phantom.nii.gz").read_bytes()))
        volume[252:256] = bytes(4)  # qform_code and sform_code
        response = send("POST", "/v1/diagnoses", form(bytes(volume)), "multipart/form-data; boundary=x1")
        service.send_signal(signal.SIGTERM)
        service.wait()
        (FIXTURES / f"store-{name}.sqlite.gz").write_bytes(gzip.compress(store.read_bytes(), 9, mtime=0))
        (FIXTURES / f"store-{name}.json").write_bytes(response)


main(*sys.argv[1:])
