#!/usr/bin/env python3
"""Sends a CT volume to brgsa, follows the job and prints the findings. Requires only Python.

    python3 diagnose.py ct.nii.gz --prompt "pleural effusion" --prompt "lung nodule"
    BRGSA_KEY=… python3 diagnose.py series.zip --prompt-set ct-rate-18 --url https://ct-server:8080

Exit codes: 0 done, 1 refused or failed, 2 not reached.
"""
import argparse
import hashlib
import http.client
import json
import os
import sys
import time
import urllib.parse


class Refused(Exception):
    """The service responded with a problem (RFC 9457)."""

    def __init__(self, problem):
        super().__init__(problem.get("detail", ""))
        self.problem = problem

    def __str__(self):
        hint = self.problem.get("hint")
        text = f"{self.problem.get('detail', 'no response')} ({self.problem.get('code', '?')})"
        return text + (f"\n  {hint}" if hint else "")


class Client:
    """One service. Every request has its own connection, so a restart in between does no harm."""

    def __init__(self, url, key=None):
        self.parts = urllib.parse.urlsplit(url)
        self.key = key

    def request(self, method, target, body=None, headers=(), tries=8):
        """Returns status, headers and JSON; retries after 429 and 503 if the response asks for it."""
        for attempt in range(tries):
            status, found, content = self._once(method, target, body, dict(headers))
            if status not in (429, 503) or attempt + 1 == tries:
                break
            time.sleep(min(float(found.get("Retry-After") or 1), 60))
        answer = json.loads(content) if content else {}
        if status >= 400:
            raise Refused(answer)
        return status, found, answer

    def _once(self, method, target, body, headers):
        kinds = {"http": http.client.HTTPConnection, "https": http.client.HTTPSConnection}
        connection = kinds[self.parts.scheme](self.parts.netloc, timeout=120)
        if self.key:
            headers["Authorization"] = f"Bearer {self.key}"
        if hasattr(body, "seek"):
            body.seek(0)
        try:
            connection.request(method, target, body=body, headers=headers)
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            connection.close()

    def diagnose(self, file, query, told=lambda job: None):
        """Posts a file as a job and waits for its diagnosis.

        The same file with the same question is the same job, however often it is sent: a client that lost
        the connection simply calls again.
        """
        digest = hashlib.sha256(query.encode())
        for piece in iter(lambda: file.read(1 << 20), b""):
            digest.update(piece)
        size = file.tell()
        _, headers, job = self.request(
            "POST",
            f"/v1/diagnoses?{query}",
            file,
            {
                "Content-Type": "application/octet-stream",
                "Content-Length": str(size),
                "Prefer": "respond-async",
                "Idempotency-Key": digest.hexdigest(),
            },
        )
        if "findings" in job:  # a service that stores nothing responds at once
            return job
        place = headers["Location"]
        while job["status"] in ("queued", "running"):
            told(job)
            _, _, job = self.request("GET", place, headers={"Prefer": "wait=5"})
        if job["status"] != "succeeded":
            raise Refused(job.get("problem") or {"detail": f"The job is {job['status']}."})
        return self.request("GET", job["result"])[2]


def tell(job):
    progress = job.get("progress") or 0
    print(f"\r{job['status']} {progress:4.0%}", end="", file=sys.stderr, flush=True)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("volume", help=".nii, .nii.gz, or a ZIP of a DICOM series")
    parser.add_argument("--prompt", action="append", default=[], help="a finding; may be repeated")
    parser.add_argument("--prompt-set", help="a list of findings, such as ct-rate-18")
    parser.add_argument("--url", default="http://127.0.0.1:8080")
    parser.add_argument("--json", action="store_true", help="print the whole response")
    arguments = parser.parse_args()
    query = [("prompt", text) for text in arguments.prompt]
    if arguments.prompt_set:
        query.append(("prompt_set", arguments.prompt_set))
    client = Client(arguments.url, os.environ.get("BRGSA_KEY"))
    try:
        with open(arguments.volume, "rb") as file:
            told = tell if sys.stderr.isatty() else lambda job: None
            diagnosis = client.diagnose(file, urllib.parse.urlencode(query), told)
    except Refused as refusal:
        print(refusal, file=sys.stderr)
        return 1
    except OSError as error:
        # Not the URL: it may contain a password.
        print(f"{client.parts.hostname}: {error}", file=sys.stderr)
        return 2
    if arguments.json:
        print(json.dumps(diagnosis, indent=1))
        return 0
    print(f"# {diagnosis['notice']}")
    for warning in diagnosis["volume"]["warnings"]:
        print(f"# {warning['code']}: {warning['detail']}")
    for finding in diagnosis["findings"]:
        print(f"{finding['rank']:3}  {finding['score']:8.4f}  {finding['label']}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
