"""Thousands of requests made from openapi.yaml by schemathesis, right ones and wrong ones: is each answer one that the
document describes?

    python3 -m venv ~/.cache/brgsa-schemathesis
    ~/.cache/brgsa-schemathesis/bin/pip install schemathesis==4.32.5 numpy
    python3 Tests/Load/schema_cases.py --seed 1

Checked are status, media type, header fields and body of each answer. 500 fails; 503, 504 and 507 pass where the document
has them, and 501 is for methods that nobody knows. No keys are set, so that all requests get through to the handlers.
schema_hooks.py says what volumes and ids are. To see one failure again: --examples and --seed as they were.
"""

import json
import os
import random
import subprocess
import sys
from collections import Counter
from pathlib import Path

from client import FILE
from service import ROOT, Service, conclude, parser
from work import chest

CHECKS = [
    "not_a_server_error", "status_code_conformance", "content_type_conformance",
    "response_headers_conformance", "response_schema_conformance",
]  # fmt: skip
CONFIGURATION = '[checks]\nnot_a_server_error.expected-statuses = ["2xx", "3xx", "4xx", 501, 503, 504, 507]\n'
LEAST_CASES = 5000
LONGEST_LINE = 400


def keep(client):
    """Keeps one of each; {kind in the path: id}."""
    volume = client.expect(201, "POST", "/v1/volumes", chest(), FILE).json()["id"]
    asked = {"volume_id": volume, "prompts": ["pneumothorax"]}
    diagnosis = client.expect(200, "POST", "/v1/diagnoses", asked).json()["id"]
    report = client.expect(201, "POST", "/v1/reports", {"report": "FINDINGS: Rib fracture."}).json()["id"]
    prefer = {"Prefer": "respond-async"}
    job = client.expect(202, "POST", "/v1/diagnoses", asked, headers=prefer).json()["id"]
    return {"volumes": volume, "diagnoses": diagnosis, "reports": report, "jobs": job}


def schemathesis(options, service):
    """Runs it; its report, and {operation: {status: count}}."""
    folder = service.folder / "schemathesis"
    folder.mkdir()
    (folder / "configuration.toml").write_text(CONFIGURATION)
    report, counts = folder / "report.json", folder / "counts.json"
    command = [options.schemathesis, "--config-file", folder / "configuration.toml", "run", options.document]
    command += ["--url", f"http://127.0.0.1:{service.port}", "--checks", ",".join(CHECKS), "--no-color"]
    command += ["--max-examples", str(options.examples), "--seed", str(options.seed), "--continue-on-failure"]
    command += ["--generation-database", "none", "--report-json-path", report]
    environment = os.environ | {
        "SCHEMATHESIS_HOOKS": "schema_hooks", "PYTHONPATH": str(Path(__file__).parent),
        "BRGSA_SCHEMA_KEPT": json.dumps(keep(service.client())), "BRGSA_SCHEMA_COUNTS": str(counts),
    }  # fmt: skip
    run = subprocess.run(command, cwd=folder, env=environment, stdout=subprocess.PIPE, text=True)
    if not report.exists():
        raise SystemExit(f"schemathesis ended with {run.returncode}:\n{run.stdout[-2000:]}")
    if run.returncode:
        # Not the whole requests: some are half a megabyte long.
        print(*(line[:LONGEST_LINE] for line in run.stdout.splitlines() if line.strip()), sep="\n")
    return json.loads(report.read_text()), json.loads(counts.read_text())


def main():
    arguments = parser(__doc__)
    arguments.add_argument(
        "--schemathesis", type=Path, metavar="PATH",
        default=Path.home() / ".cache/brgsa-schemathesis/bin/st",
    )  # fmt: skip
    arguments.add_argument("--document", type=Path, default=ROOT / "openapi.yaml", metavar="FILE")
    arguments.add_argument("--examples", type=int, default=180, help="most of each operation and phase")
    arguments.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    options = arguments.parse_args()
    if not options.schemathesis.exists():
        raise SystemExit(f"{options.schemathesis} is not there; --help says how to install it")
    options.document = options.document.resolve()
    print(f"seed {options.seed}")
    with Service(options) as service:
        service.start_ready()
        report, counts = schemathesis(options, service)
        crashes = int(service.process.poll() is not None)
    statuses = sum(map(Counter, counts.values()), Counter())
    cases = report["test_cases"]
    figures = {
        "seed": options.seed, "operations": report["operations"]["tested"], "cases": cases["generated"],
        "statuses": dict(sorted(statuses.items())),
        "server_errors": sum(count for status, count in statuses.items() if status in ("500", "502")),
        "failures": cases["unique_failures"], "errors": len(report["errors"]) + cases["errored"],
        "left_to_the_library": report["filtered"], "is_complete": report["complete"], "crashes": crashes,
    }  # fmt: skip
    bars = {
        "cases": (">=", LEAST_CASES), "server_errors": ("==", 0), "failures": ("==", 0),
        "errors": ("==", 0), "is_complete": ("==", True), "crashes": ("==", 0),
    }  # fmt: skip
    return conclude(figures, bars)


if __name__ == "__main__":
    sys.exit(main())
