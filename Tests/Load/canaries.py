"""Strings that occur nowhere else, in everything that a client can send: does one of them come out where none should?

    python3 Tests/Load/canaries.py

Each place of a request (a field, a file name, a prompt, a report, a tag, a key, a path, the header of a volume …) has a
canary of its own, and each operation of the service's own openapi.yaml is asked, well and badly, with every one of them:
with keys and without, at the log levels and in the formats that show most. Searched, as they stand, in base64 and in
hexadecimal: what the program wrote to its outputs, /metrics, every problem, the audit log, and the spool folder, of which
the names during the run and everything after it. Answers may repeat what was asked about, the store may have what it was
asked to keep; the words of a report are none of that. Logs have neither a volume's id nor a right key.

A finding names the place that the client had put the canary into.
"""

import base64
import contextlib
import json
import os
import re
import socket
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

from canary_requests import ANSWERED, KEPT, PARAMETERS, bodies, fields, inferences, nonsense, volume
from client import FILE, JSON
from service import Service, conclude, parser
from work import Chests

MARK = b"zqcanary"
LEVELS_AND_FORMATS = [("trace", "text"), ("trace", "json"), ("debug", "text"), ("debug", "json")]
SOCKET_SECONDS = 60
POLL_SECONDS = 0.02
JOBS_SECONDS = 60
NAME = "ward-7"
# Always means the model that is loaded.
MODEL = "brgsa"
ORDER = ["POST", "PUT", "GET", "DELETE"]


class Canaries:
    """Makes one for each place, and finds them again."""

    def __init__(self):
        self.places = {}
        # In base64 the letters depend on where in three bytes they begin; those of shared bytes are left out.
        beginnings = [base64.b64encode(bytes(lead) + MARK)[4 * (lead > 0) :][:8] for lead in range(3)]
        self._disguises = [*beginnings, MARK.hex().encode()]

    def __call__(self, place):
        """Twelve letters and digits."""
        return f"{MARK.decode()}{self.places.setdefault(place, len(self.places)):04}"

    def found(self, content):
        """The places whose canaries are in it."""
        if any(disguise in content for disguise in self._disguises):
            return {"something in base64 or hexadecimal"}
        content = content.lower()
        if MARK not in content:
            return set()
        numbers = {int(number) for number in re.findall(MARK + rb"(\d{4})", content)}
        return {place for place, number in self.places.items() if number in numbers} or {"a part of a canary"}


class Run:
    """All requests to one service. `found` counts {(where, place): times}, `never_done` has what was always refused."""

    def __init__(self, options, canary, flags, has_keys):
        self.found, self.statuses, self.never_done = Counter(), Counter(), set()
        self._canary, self._key = canary, None
        with tempfile.TemporaryDirectory(prefix="brgsa-canaries-") as folder:
            self._audit, keys = Path(folder) / "audit", Path(folder) / "keys"
            flags = [*flags, "--persist", "embeddings", "--audit-log", self._audit]
            with Service(options, *flags, *(["--keys-file", keys] if has_keys else [])) as self._service:
                if has_keys:
                    self._key = self._service.new_key(keys)
                self._service.start_ready()
                self._ask_everything()
                self._wait_for_jobs()
                self._service.stop()
                self._search_what_is_left()

    def _ask_everything(self):
        is_over = threading.Event()
        watcher = threading.Thread(target=self._watch_the_spool, args=(is_over,))
        watcher.start()
        try:
            self._keep()
            document = self._ask("GET", "/openapi.yaml").decode()
            # First what makes something, last what takes it away.
            for method, path in sorted(operations(document), key=lambda operation: ORDER.index(operation[0])):
                self._ask_about(method, path)
            for request in nonsense(self._canary("nonsense"), f"Host: localhost:{self._service.port}\r\n"):
                self._exchange(request, ends=True)
            metrics = self._ask("GET", "/metrics")
            self._search("metrics", metrics)
            self._search_secrets("metrics", metrics)
        finally:
            is_over.set()
            watcher.join()

    def _keep(self):
        """One of each, so that ids lead to something."""
        model = json.loads(self._ask("GET", "/v1/info"))["model"]["sha256"]
        file = volume(self._canary)
        self._ids = {"model": model, "volumes": Chests.identity(file)}
        self._ask("POST", "/v1/volumes", FILE, file)
        asked = json.dumps({"volume_id": self._ids["volumes"], "prompts": ["gas"]}).encode()
        report = b'{"report": "Rib fracture."}'
        for kind, path, body, more in (
            ("diagnoses", "/v1/diagnoses", asked, ""), ("jobs", "/v1/diagnoses", asked, "Prefer: respond-async"),
            ("reports", "/v1/reports", report, ""),
        ):  # fmt: skip
            self._ids[kind] = json.loads(self._ask("POST", path, JSON, body, more))["id"]
        self._bodies = bodies(self._canary, self._ids)

    def _ask_about(self, method, path):
        """One operation with all its bodies, and the first of them with all parameters, paths and fields."""
        kind = path.split("/")[2] if path.startswith("/v1/") else ""
        plain = path.replace("{id}", self._ids.get(kind, "")).replace("{slug}", "bad-uri").replace("{version}", "1")
        plain = plain.replace("{name}", MODEL if path.startswith("/v2/") else NAME)
        # Files say nothing of prompts.
        target = f"{plain}?prompt=rib+fracture" if kind == "diagnoses" and method == "POST" else plain
        some = self._bodies.get(f"{method} {path}", [(None, None)])
        before = self.statuses["200"] + self.statuses["201"] + self.statuses["204"]
        for media, body in some:
            self._ask(method, target, media, body)
            if method == "POST":
                self._ask(method, target, media, body, "Prefer: respond-async")
        if path.endswith("/infer"):
            for media, body, line in inferences(self._canary, self._ids["volumes"]):
                self._ask(method, target, media, body, line)
        if before == self.statuses["200"] + self.statuses["201"] + self.statuses["204"]:
            self.never_done.add(f"{method} {path}")
        media, body = some[0]
        for name in PARAMETERS:
            value = "rib+fracture+" * (name == "prompt") + self._canary(f"query {name}")
            self._ask(method, f"{plain}?{name}={value}", media, body)
        self._ask(method, f"{plain}?{self._canary('name of a parameter')}=1", media, body)
        # A name that something can be kept under is an id, which the audit log has to tell.
        word = self._canary("path") + ("" if method == "GET" else ".nii")
        for other in (re.sub(r"\{\w+\}", word, path), f"{plain}/{word}", f"/{word}", f"{plain}/{word}%00"):
            self._ask(method, other, media, body)
        for name, line in fields(self._canary):
            self._ask(method, target, media, body, line, replaced=name)

    def _ask(self, method, target, media=None, body=None, more="", replaced=""):
        """The answer's body."""
        head = {
            "Connection": "close", "Host": f"localhost:{self._service.port}",
            "Authorization": self._key and f"Bearer {self._key}", "Content-Type": media,
            "Content-Length": None if body is None or replaced == "transfer-encoding" else len(body),
        }  # fmt: skip
        lines = [f"{name}: {value}" for name, value in head.items() if value is not None and name.lower() != replaced]
        lines = [f"{method} {target} HTTP/1.1", *lines, *([more] if more else []), "", ""]
        answer = self._exchange("\r\n".join(lines).encode("latin-1") + (body or b""))
        return answer.partition(b"\r\n\r\n")[2]

    def _exchange(self, request, ends=False):
        """The whole answer, which is searched. ends: half-closes, so that nobody waits for the rest of a request."""
        answer = b""
        with socket.create_connection(("127.0.0.1", self._service.port), SOCKET_SECONDS) as connection:
            try:
                connection.sendall(request)
                if ends:
                    # The service may have closed the connection already; what it said can still be read.
                    with contextlib.suppress(OSError):
                        connection.shutdown(socket.SHUT_WR)
                while piece := connection.recv(1 << 16):
                    answer += piece
            except ConnectionError:
                pass
        status = answer[9:12].decode("latin-1") or "none"
        self.statuses[status] += 1
        if status.startswith("2"):
            self._search("answers", answer, besides=ANSWERED)
        else:
            self._search("problems", answer)
        return answer

    def _watch_the_spool(self, is_over):
        while not is_over.wait(POLL_SECONDS):
            self._search("spool", "\n".join(os.listdir(self._service.spool)).encode())

    def _wait_for_jobs(self):
        """A job's upload is there until it has ended."""
        end = time.monotonic() + JOBS_SECONDS
        while os.listdir(self._service.spool) and time.monotonic() < end:
            time.sleep(POLL_SECONDS)

    def _search_what_is_left(self):
        log = self._service.log().encode()
        self._search("log", log)
        self._search_secrets("log", log)
        audit = self._audit.read_bytes()
        self._search("audit log", audit)
        self._search_secrets("audit log", audit, ids=False)
        for file in self._service.spool.iterdir():
            self.found["spool", "a file that was left"] += 1
            self._search("spool", file.read_bytes())
        for file in self._service.folder.glob("store.sqlite*"):
            self._search("store", file.read_bytes(), besides=KEPT)

    def _search(self, where, content, besides=frozenset()):
        for place in self._canary.found(content) - besides:
            self.found[where, place] += 1

    def _search_secrets(self, where, content, ids=True):
        """A right key, and a volume's id, which tells who knows the file that it is here."""
        if self._key and self._key.encode() in content:
            self.found[where, "a right key"] += 1
        if ids and self._ids["volumes"].removeprefix("sha256-").encode() in content:
            self.found[where, "a volume's id"] += 1


def operations(document):
    """(method, path) of each operation of an openapi.yaml."""
    path = None
    for line in document.partition("\ncomponents:")[0].splitlines():
        if match := re.fullmatch(r"  (/\S*):", line):
            path = match[1]
        elif match := re.fullmatch(r"    (get|put|post|delete):", line):
            yield match[1].upper(), path


def main():
    options = parser(__doc__).parse_args()
    canary, found, statuses, never_done, begin = Canaries(), Counter(), Counter(), set(), time.monotonic()
    for level, log_format in LEVELS_AND_FORMATS:
        for has_keys in (True, False):
            run = Run(options, canary, ["--log-level", level, "--log-format", log_format], has_keys)
            found, statuses = found + run.found, statuses + run.statuses
            never_done |= run.never_done
    hits = Counter()
    for (where, place), count in sorted(found.items()):
        print(f"found in {where}: {place} ({count} times)")
        hits[where] += count
    figures = {
        "seconds": round(time.monotonic() - begin, 1), "places": len(canary.places),
        "requests": statuses.total(), "statuses": dict(sorted(statuses.items())), "never_done": sorted(never_done),
        "hits_where": dict(hits), "hits": hits.total(),
    }  # fmt: skip
    return conclude(figures, {"hits": ("==", 0)})


if __name__ == "__main__":
    sys.exit(main())
