"""The service's side: sends a series, waits for the job, fetches diagnosis and report."""

import json
import re

JOB_PATH = re.compile(r"/v1/jobs/[A-Za-z0-9_-]+")
DIAGNOSIS_PATH = re.compile(r"/v1/diagnoses/[A-Za-z0-9_-]+")

# What these say is about the settings or the way to the service, not about the series.
SETTINGS_STATUSES = frozenset([401, 403, 404, 405, 406, 407, 421])
SETTINGS_CODES = frozenset(["unknown-prompt-set", "unknown-field", "unsupported-media-type"])
# These pass by themselves, as every status from 500 on does.
PASSING_STATUSES = frozenset([408, 425, 429])

LONGEST_RETRY_AFTER = 3600
JOB_WAIT_SECONDS = 30


class TryLater(Exception):
    """The service does not do it now. `seconds` is what it asks to wait, 0 if it says nothing."""

    def __init__(self, reason, seconds=0):
        super().__init__(reason)
        self.seconds = seconds


class Refused(Exception):
    """The service will never take this series; `code` says why."""

    def __init__(self, code):
        super().__init__(code)
        self.code = code


class JobLost(Exception):
    """The job ended without a diagnosis that can be had; a new one may do better.

    `is_fault` if the same may well happen to the new one, so that they should be counted.
    """

    def __init__(self, code, is_fault):
        super().__init__(code)
        self.code = code
        self.is_fault = is_fault


class Service:
    """The routes of brgsa that are needed here, see openapi.yaml."""

    def __init__(self, endpoint):
        self.endpoint = endpoint

    def submit(self, archive, digest, prompt_set, key):
        """Sends a ZIP of a series and returns the path of its job; a key identifies one job."""
        headers = {
            "Content-Type": "application/zip",
            "Content-Digest": f"sha-256=:{digest}:",
            "Prefer": "respond-async",
            "Idempotency-Key": key,
        }
        answer = self.endpoint.request(
            "POST", f"/v1/diagnoses?prompt_set={prompt_set}", archive, headers)
        if answer.status == 200:
            raise TryLater("the service stores no results (--persist none), so it has no jobs")
        if answer.status != 202:
            self._raise(answer)
        return location(answer.headers.get("Location"), JOB_PATH)

    def wait(self, job):
        """Waits a while for a job, and returns the path of its diagnosis or None."""
        answer = self.endpoint.request("GET", job, None, {"Prefer": f"wait={JOB_WAIT_SECONDS}"})
        if answer.status in (404, 410):
            raise JobLost("job-expired", is_fault=False)
        document = self._document(answer)
        status = document.get("status")
        if status in ("queued", "running"):
            return None
        if status == "succeeded":
            return location(document.get("result"), DIAGNOSIS_PATH)
        if status == "cancelled":
            raise Refused("cancelled")
        problem = document.get("problem") or {}
        raise_failed(problem.get("status") or 500, problem.get("code") or "failed")

    def diagnosis(self, path):
        """Returns a diagnosis as JSON."""
        return self._document(self._kept(path, "application/json"))

    def report(self, path):
        """Returns a diagnosis as a structured report in the DICOM JSON model."""
        answer = self._kept(path, "application/dicom+json")
        if answer.json() is None:
            raise TryLater("the service's report is not JSON")
        return answer.json()

    def add_uids(self, volume, study_uid, series_uid):
        """Sends the UIDs of a volume's series to the service; its other metadata stay."""
        path = f"/v1/volumes/{volume}"
        known = self._document(self.endpoint.request("GET", path)).get("metadata") or {}
        known.update({"study_uid": study_uid, "series_uid": series_uid})
        headers = {"Content-Type": "application/json"}
        body = json.dumps(known).encode()
        self._document(self.endpoint.request("PUT", path + "/metadata", body, headers))

    def _kept(self, path, media_type):
        answer = self.endpoint.request("GET", path, None, {"Accept": media_type})
        if answer.status in (404, 410):
            raise JobLost("diagnosis-deleted", is_fault=True)
        if answer.status != 200:
            self._raise(answer)
        return answer

    def _document(self, answer):
        if answer.status != 200:
            self._raise(answer)
        document = answer.json()
        if not isinstance(document, dict):
            raise TryLater("the service's response is not a JSON object")
        return document

    def _raise(self, answer):
        """Raises the error of an unexpected response."""
        document = answer.json()
        code = document.get("code") if isinstance(document, dict) else None
        code = code or f"http-{answer.status}"
        if answer.status in SETTINGS_STATUSES or code in SETTINGS_CODES:
            raise TryLater(f"the service does not accept the settings: {code}")
        if code == "container-unsupported" and not self._reads_dicom():
            raise TryLater("the service reads no DICOM: dcm2niix is not installed there")
        if answer.status in PASSING_STATUSES or not 400 <= answer.status < 500:
            raise TryLater(code, retry_after(answer))
        if answer.status == 409:
            raise JobLost(code, is_fault=True)
        raise Refused(code)

    def _reads_dicom(self):
        answer = self.endpoint.request("GET", "/v1/info")
        document = answer.json()
        return answer.status != 200 or "dicom" in (document or {}).get("features", [])


def raise_failed(status, code):
    """Raises what the problem of a failed job means."""
    if 400 <= status < 500 and status not in PASSING_STATUSES:
        raise Refused(code)
    raise JobLost(code, is_fault=status not in PASSING_STATUSES and status not in (503, 507))


def location(value, pattern):
    """Returns a path that the service named, if it is one that is expected."""
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise TryLater("the service named no place of the result")
    return value


def retry_after(answer):
    """Returns the seconds of Retry-After, 0 without."""
    value = answer.headers.get("Retry-After") or ""
    return min(int(value), LONGEST_RETRY_AFTER) if value.isdecimal() else 0

