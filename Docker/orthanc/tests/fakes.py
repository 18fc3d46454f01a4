"""Small fakes of Orthanc and of the service, for the tests."""

import contextlib
import hashlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from brgsa_orthanc.series import CT_IMAGE_STORAGE

SERIES = "5e51e5aa-00000000-00000000-00000000-00000000"
STUDY = "57d1e500-00000000-00000000-00000000-00000000"


class FakeOrthanc:
    """Orthanc's routes, in memory. Reports that are made become series of their own, as there."""

    def __init__(self):
        self.series = {}
        self.metadata = {}
        self.log = []
        self.reports = {}
        self.broken = set()  # paths that fail

    def add(self, name=SERIES, count=20, modality="CT", is_stable=True, **tags):
        """Takes a series in, and logs the change."""
        self.series[name] = {
            "modality": modality,
            "stable": is_stable,
            "images": [f"1.2.{index}" for index in range(count)],
            "tags": {
                "0008,0008": "ORIGINAL\\PRIMARY\\AXIAL",
                "0008,0016": CT_IMAGE_STORAGE,
                "0010,0010": "Doe^Jane",
                "0010,0020": "4711",
                "0020,000d": "1.2.840.1",
                "0008,0110": [{"0008,0102": "DCM"}],
                **tags,
            },
        }
        self.change("NewSeries", name)
        if is_stable:
            self.change("StableSeries", name)

    def change(self, kind, name):
        """Logs a change."""
        self.log.append({"ChangeType": kind, "ID": name, "Seq": len(self.log) + 1})

    def answer(self, method, path, body):
        """Returns status and body."""
        path, _, query = path.partition("?")
        parts = path.strip("/").split("/")
        if path in self.broken:
            return 500, b"{}"
        if parts == ["changes"]:
            return self.changes(query)
        if parts == ["tools", "create-dicom"]:
            return self.create(json.loads(body))
        if parts[0] == "series" and parts[1] in self.series:
            return self.one_series(method, parts[1], parts[2:], body)
        if parts[0] == "instances" and len(parts) > 2:
            return self.one_instance(parts[1], parts[2:])
        return 404, b"{}"

    def changes(self, query):
        """Answers two changes at a time, so that there are pages."""
        if query == "last":
            found = self.log[-1:]
        else:
            since = int(query.split("=")[1].split("&")[0])
            found = self.log[since:since + 2]
        last = found[-1]["Seq"] if found else 0
        return 200, encoded({"Changes": found, "Last": last, "Done": last == len(self.log)})

    def one_series(self, method, name, rest, body):
        """Answers for a series."""
        one = self.series[name]
        if rest[:1] == ["metadata"]:
            if method == "PUT":
                self.metadata[name] = body
                self.change("UpdatedMetadata", name)
                return 200, b""
            return (200, self.metadata[name]) if name in self.metadata else (404, b"{}")
        if rest == ["instances"]:
            # Not in the order of the UIDs, as Orthanc does not promise any.
            return 200, encoded([
                {"ID": f"{name}@{uid}", "MainDicomTags": {"SOPInstanceUID": uid}}
                for uid in reversed(one["images"])])
        return 200, encoded({
            "IsStable": one["stable"], "ParentStudy": STUDY, "Instances": one["images"],
            "MainDicomTags": {"Modality": one["modality"], "SeriesInstanceUID": "1.2.840.2"}})

    def one_instance(self, name, rest):
        """Answers for an instance."""
        series, _, uid = name.partition("@")
        if rest == ["file"]:
            return 200, f"DICM of {uid}".encode()
        if rest == ["tags"]:
            return 200, encoded(self.series[series]["tags"])
        return 200, self.series[series]["tags"]["0008,0016"].encode() + b"\n"

    def create(self, body):
        """Makes a report."""
        uid = body["Tags"]["00080018"]
        status = "AlreadyStored" if uid in self.reports else "Success"
        self.reports.setdefault(uid, body)
        self.add("5e51e5bb-report", count=1, modality="SR")
        return 200, encoded({"ID": "x", "ParentStudy": STUDY, "Status": status})


class FakeService:
    """The service's routes, in memory."""

    def __init__(self):
        self.posts = []  # what was sent: key, SHA-256 and size
        self.jobs = {}
        self.refusals = []  # responses to the next posts: status, code and headers
        self.outcomes = []  # documents of the next jobs
        self.metadata = {"tags": {"site": "A"}}
        self.features = ["dicom"]
        self.authorizations = set()

    def answer(self, method, path, headers, body):
        """Returns status, headers and body."""
        self.authorizations.add(headers.get("Authorization"))
        if method == "POST" and path.startswith("/v1/diagnoses"):
            return self.accept(path, headers, body)
        if path in self.jobs:
            return 200, {}, encoded(self.jobs[path])
        if path.startswith("/v1/diagnoses/dx_"):
            is_report = headers["Accept"] == "application/dicom+json"
            return 200, {}, encoded([report()] if is_report else diagnosis())
        if path.startswith("/v1/volumes/"):
            if method == "PUT":
                self.metadata = json.loads(body)
            return 200, {}, encoded({"metadata": self.metadata})
        if path == "/v1/info":
            return 200, {}, encoded({"features": self.features})
        return problem(404, "not-found")

    def accept(self, path, headers, body):
        """Takes a series as a job, the same one for the same key."""
        key = headers["Idempotency-Key"]
        self.posts.append((key, hashlib.sha256(body).hexdigest(), len(body), path))
        if self.refusals:
            return problem(*self.refusals.pop(0))
        location = "/v1/jobs/job_" + hashlib.sha256(key.encode()).hexdigest()[:8]
        if location not in self.jobs:
            done = {"status": "succeeded", "result": "/v1/diagnoses/dx_1", "problem": None}
            self.jobs[location] = self.outcomes.pop(0) if self.outcomes else done
        return 202, {"Location": location}, encoded({"status": "queued"})


def encoded(document):
    """Returns JSON as bytes."""
    return json.dumps(document).encode()


def problem(status, code, headers=None):
    """Returns the response of a problem."""
    return status, headers or {}, encoded({"code": code, "status": status})


def diagnosis():
    """Returns what is needed of a diagnosis."""
    return {"id": "dx_1", "volume": {"id": "sha256-1"},
            "model": {"sha256": "ab", "calibration": None},
            "findings": [{"label": "gas", "text": "There is gas"}]}


def report():
    """Returns a data set that has each kind of element."""
    code = {"00080100": {"vr": "SH", "Value": ["126000"]}}
    return {
        "00080005": {"vr": "CS", "Value": ["ISO_IR 192"]},
        "00080016": {"vr": "UI", "Value": ["1.2.840.10008.5.1.4.1.1.88.33"]},
        "00080018": {"vr": "UI", "Value": ["2.25.1"]},
        "00081111": {"vr": "SQ"},
        "00100010": {"vr": "PN", "Value": [{"Alphabetic": "Somebody^Else"}]},
        "00181020": {"vr": "LO", "Value": ["1", None, "3"]},
        "00200013": {"vr": "IS", "Value": [1]},
        "0040a043": {"vr": "SQ", "Value": [code]},
        "0040A30A": {"vr": "DS", "Value": [-1.25e-05]},
    }


@contextlib.contextmanager
def served(answer):
    """Serves a function of method, path, headers and body, and gives the URL."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do(self):
            length = int(self.headers.get("Content-Length") or 0)
            status, headers, body = answer(
                self.command, self.path, self.headers, self.rfile.read(length))
            self.send_response(status)
            for name, value in {**headers, "Content-Length": len(body)}.items():
                self.send_header(name, str(value))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_PUT = do_POST = do

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # A client that stops breaks connections.
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def end(*endpoints):
    """Closes connections."""
    for endpoint in endpoints:
        endpoint.close()
        if endpoint.connection is not None:
            endpoint.connection.close()


def with_no_headers(answer):
    """Returns a response of the fake Orthanc with headers."""
    return answer[0], {}, answer[1]
