"""The Open Inference Protocol as NVIDIA's own client speaks it: are its scores those of POST /v1/diagnoses?

    python3 -m venv ~/.cache/brgsa-tritonclient
    ~/.cache/brgsa-tritonclient/bin/pip install "tritonclient[http]"
    ~/.cache/brgsa-tritonclient/bin/python Tests/Load/open_inference.py

tritonclient asks for liveness, readiness, metadata (by name, by version and as `brgsa`), and infers: a volume and prompts
as binary tensors, a kept volume's id and prompts within the JSON, and both mixed; outputs binary, within the JSON, chosen
and left out; prompts that are not ASCII; packed volumes, new ones, and one of 80 MB. Each score is compared with that of
/v1/diagnoses for the same file and prompts, and each embedding with the one that is kept. What is refused must come as
the client's own exception, with the sentence of the problem.
"""

import gzip
import sys
import time
from importlib.metadata import version as version_of

import numpy as np

from client import FILE
from service import Service, conclude, parser
from work import Chests, chest

try:
    import tritonclient.http as triton
    from tritonclient.utils import InferenceServerException
except ImportError:
    triton = None

PROMPTS = ["pleural effusion", "There is pneumothorax.", "Verschattung über der Lunge", "?rib fracture", "no effusion"]
MODEL = "brgsa"
OUTPUTS = ["scores", "volume_embedding", "labels"]
TOLERANCE = 1e-6
LARGE = (400, 400, 250)


def texts(name, values, is_binary):
    """A BYTES tensor."""
    tensor = triton.InferInput(name, [len(values)], "BYTES")
    elements = [value if isinstance(value, bytes) else value.encode() for value in values]
    tensor.set_data_from_numpy(np.array(elements, dtype=np.object_), binary_data=is_binary)
    return tensor


def wanted_of(service, file, prompts):
    """Scores in the order of the prompts, embedding and id, by the service's own route."""
    client = service.client()
    posted = client.expect(201, "POST", "/v1/volumes", file, FILE)
    body = {"volume_id": posted.json()["id"], "prompts": prompts, "options": {"include_embedding": True}}
    found = client.expect(200, "POST", "/v1/diagnoses", body).json()
    scores = {finding["index"]: finding["score"] for finding in found["findings"]}
    return [scores[index] for index in range(len(prompts))], found["embedding"], found["volume"]["id"]


class Comparison:
    """Inferences, and how far they were from what was wanted."""

    def __init__(self, client):
        self.client, self.count, self.furthest, self.wrong = client, 0, 0.0, []

    def infer(self, inputs, wanted, outputs=None, model=MODEL, **more):
        """One inference; outputs: [(name, is binary)], None for what the client asks for by itself."""
        scores, embedding, volume_id = wanted
        requested = outputs and [triton.InferRequestedOutput(name, binary_data=form) for name, form in outputs]
        answer = self.client.infer(model, inputs, outputs=requested, request_id="study-17", **more)
        whole = answer.get_response()
        self.count += 1
        self.expect("id", whole["id"] == "study-17")
        self.expect("volume_id", volume_id in (None, whole["parameters"]["volume_id"]))
        self.expect("notice", "Not a medical device" in whole["parameters"]["notice"])
        forms = dict(outputs or [(name, True) for name in OUTPUTS])
        self.expect("outputs", [output["name"] for output in whole["outputs"]] == list(forms))
        for output in whole["outputs"]:
            self.expect("form", ("data" not in output) == forms[output["name"]])
        for name, expected in (("scores", scores), ("volume_embedding", [embedding])):
            if name in forms:
                found = answer.as_numpy(name)
                self.expect(f"{name}'s shape", found.dtype == np.float32 and found.shape == np.shape(expected))
                self.furthest = max(self.furthest, float(np.abs(found - np.float32(expected)).max()))
        if "labels" in forms:
            labels = [label.decode() if isinstance(label, bytes) else label for label in answer.as_numpy("labels")]
            self.expect("labels", labels == PROMPTS)

    def refuse(self, inputs, status, words, model=MODEL):
        """An inference that must be refused."""
        try:
            self.client.infer(model, inputs)
            self.wrong.append(f"{words}: not refused")
        except InferenceServerException as refusal:
            self.expect(words, refusal.status() == str(status) and words in refusal.message())

    def expect(self, name, holds):
        if not holds:
            self.wrong.append(name)


def ask(service, options):
    """All that the client is asked; the figures."""
    begin = time.monotonic()
    name = service.client().expect(200, "GET", "/v1/info").json()["model"]["name"]
    client = triton.InferenceServerClient(f"127.0.0.1:{service.port}", network_timeout=300, connection_timeout=60)
    run = Comparison(client)
    run.expect("live", client.is_server_live())
    run.expect("ready", client.is_server_ready())
    run.expect("server metadata", client.get_server_metadata()["extensions"] == ["binary_tensor_data"])
    for asked in (name, MODEL):
        metadata = client.get_model_metadata(asked)
        run.expect("model metadata", metadata["name"] == name and metadata["platform"] == "brgsa")
        [version] = metadata["versions"]
        run.expect("model ready", client.is_model_ready(asked) and client.is_model_ready(asked, version))
        run.expect("version's metadata", client.get_model_metadata(asked, version) == metadata)
    run.expect("another model", not client.is_model_ready("another") and not client.is_model_ready(MODEL, "99"))

    chests = Chests()
    file = chests.fresh()
    wanted = wanted_of(service, file, PROMPTS)
    unknown = [*wanted[:2], None]
    for is_binary in (True, False):
        prompts = texts("prompts", PROMPTS, is_binary)
        volume, kept = texts("volume", [file], True), texts("volume_id", [wanted[2]], is_binary)
        packed = texts("volume", [gzip.compress(file, 1)], True)
        for inputs in ([volume, prompts], [prompts, volume], [kept, prompts], [packed, prompts]):
            expected = unknown if inputs[0] is packed else wanted
            run.infer(inputs, expected)
            run.infer(inputs, expected, [(output, True) for output in OUTPUTS], model=name)
            run.infer(inputs, expected, [(output, False) for output in OUTPUTS], model_version=version)
            run.infer(inputs, expected, [("labels", True), ("scores", False)])
    # Volumes that nobody saw before: these scores are made for this protocol first.
    for _ in range(options.volumes):
        fresh = chests.fresh()
        answer = client.infer(MODEL, [texts("volume", [fresh], True), texts("prompts", PROMPTS, True)])
        again = service.client().expect(200, "POST", "/v1/volumes", fresh, FILE).json()
        body = {"volume_id": again["id"], "prompts": PROMPTS}
        findings = service.client().expect(200, "POST", "/v1/diagnoses", body).json()["findings"]
        expected = [finding["score"] for finding in sorted(findings, key=lambda finding: finding["index"])]
        run.count += 1
        run.furthest = max(run.furthest, float(np.abs(answer.as_numpy("scores") - np.float32(expected)).max()))
    large = chest(LARGE, (0.9, 0.9, 1.3))
    started = time.monotonic()
    wanted_large = wanted_of(service, large, PROMPTS)
    own_seconds = time.monotonic() - started
    started = time.monotonic()
    run.infer([texts("volume", [large], True), texts("prompts", PROMPTS, True)], wanted_large)
    known_seconds = time.monotonic() - started

    prompts = texts("prompts", PROMPTS, True)
    run.refuse([texts("volume", [file], True), prompts], 404, "No model has this name", model="another")
    run.refuse([texts("volume_id", ["sha256-" + 64 * "0"], True), prompts], 404, "No volume with this id is stored")
    run.refuse([texts("volume", [b"no volume at all"], True), prompts], 400, "no NIfTI header")
    run.refuse([texts("volume", [file], True)], 422, "names no prompt")
    run.refuse([texts("volume", ["text"], False), prompts], 422, "A value is invalid")
    numbers = triton.InferInput("volume", [2], "FP32").set_data_from_numpy(np.zeros(2, np.float32))
    run.refuse([numbers, prompts], 422, "A value is invalid")
    metrics = service.client().expect(200, "GET", "/metrics").body.decode()
    run.expect("metrics", 'http_route="/v2/models/{name}/infer"' in metrics)
    client.close()
    return {
        "seconds": round(time.monotonic() - begin, 1), "tritonclient": version_of("tritonclient"),
        "inferences": run.count, "furthest_score": run.furthest, "large_mb": round(len(large) / 1e6, 1),
        "large_first_s": round(own_seconds, 2), "large_known_s": round(known_seconds, 2),
        "wrong": run.wrong, "wrong_count": len(run.wrong),
    }  # fmt: skip


def main():
    arguments = parser(__doc__)
    arguments.add_argument("--volumes", type=int, default=20, help="how many new volumes are inferred")
    options = arguments.parse_args()
    if triton is None:
        raise SystemExit("tritonclient is not installed for this Python; --help says how to get it")
    with Service(options) as service:
        service.start_ready()
        figures = ask(service, options)
    bars = {"inferences": (">=", 32), "furthest_score": ("<=", TOLERANCE), "wrong_count": ("==", 0)}
    return conclude(figures, bars)


if __name__ == "__main__":
    sys.exit(main())
