"""Processes one series: has it diagnosed, writes the report, and marks the series."""

import hashlib
import json
import threading

from . import structured_report
from .archive import NotFound, OrthancError
from .series import content_digest, pack, read_series
from .service import JobLost, Refused, TryLater

# After this many failed jobs the series itself is at fault.
MOST_FAULTS = 3
JOB_PAUSE_SECONDS = 1


class Stopped(Exception):
    """Someone asked to stop."""


class Diagnoser:
    """Has series diagnosed, one at a time. Repeated work has the same result."""

    def __init__(self, settings, orthanc, service, log):
        self.settings = settings
        self.orthanc = orthanc
        self.service = service
        self.log = log
        self.stop_asked = threading.Event()
        self.lost = {}  # series → jobs that ended without a diagnosis
        self.faults = {}  # series → those of them that count against the series

    def stop(self):
        """Ends the current work soon; callable from any thread."""
        self.stop_asked.set()
        self.service.endpoint.close()
        self.orthanc.close()

    def require_running(self):
        """Raises if someone asked to stop."""
        if self.stop_asked.is_set():
            raise Stopped

    def deal_with(self, name, again=False):
        """Returns whether a series is finished; otherwise retry it.

        `again` passes over the mark of an earlier time.
        """
        self.require_running()
        try:
            document = self.orthanc.series(name)
        except NotFound:
            self.log.info("series %s: deleted in the meantime", short(name))
            return True
        if not document["IsStable"]:
            return False
        series, reason = read_series(self.orthanc, name, document, self.settings)
        if series is None:
            self.log.info("series %s: skipped (%s)", short(name), reason)
            return True
        if again or self.mark(series).get("images") != series.fingerprint:
            self.diagnose_or_refuse(series)
        return True

    def diagnose_or_refuse(self, series):
        """Makes the report of a series, or marks it as refused."""
        try:
            self.diagnose(series)
        except Refused as refusal:
            self.log.warning("series %s: refused (%s)", short(series.name), refusal.code)
            self.set_mark(series, {"state": "refused", "code": refusal.code})
        self.lost.pop(series.name, None)
        self.faults.pop(series.name, None)

    def diagnose(self, series):
        """Has a series diagnosed, writes the report and marks the series."""
        try:
            path = self.finished_job(series)
            diagnosis = self.service.diagnosis(path)
            if self.settings.send_uids:
                self.send_uids(series, diagnosis)
            report = self.service.report(path)
        except JobLost as loss:
            self.count(series.name, loss)
            raise
        sop_uid, is_new = self.write(series, diagnosis, report)
        self.set_mark(series, {"state": "done", "diagnosis": diagnosis["id"], "report": sop_uid})
        outcome = "report written" if is_new else "the report was there already"
        self.log.info("series %s: %s", short(series.name), outcome)

    def finished_job(self, series):
        """Sends a series, waits for its job, and returns the path of the diagnosis."""
        file, digest = pack(self.orthanc, series)
        with file:
            self.log.info("series %s: %d images to send", short(series.name), len(series.images))
            key = self.idempotency_key(series, digest.hexdigest())
            job = self.service.submit(
                file, content_digest(digest), self.settings.prompt_set, key)
        while True:
            self.require_running()
            path = self.service.wait(job)
            if path:
                return path
            # A stopping service responds at once.
            self.stop_asked.wait(JOB_PAUSE_SECONDS)

    def idempotency_key(self, series, digest):
        """Returns the key of a request; the same images and prompts have the same key."""
        text = f"{digest}\n{self.settings.prompt_set}\n{self.lost.get(series.name, 0)}"
        return "orthanc-" + hashlib.sha256(text.encode()).hexdigest()

    def count(self, name, loss):
        """Makes the next try a new job; a fault that repeats becomes a refusal."""
        self.lost[name] = self.lost.get(name, 0) + 1
        if loss.is_fault:
            self.faults[name] = self.faults.get(name, 0) + 1
        if self.faults.get(name, 0) >= MOST_FAULTS:
            raise Refused(loss.code)

    def write(self, series, diagnosis, report):
        """Writes the report; returns its SOP Instance UID and whether it is new."""
        source = (series.uid, series.fingerprint, *origin(diagnosis))
        sop_uid = structured_report.uid("instance", *source)
        evidence = structured_report.evidence_sequence(
            series.study_uid, series.uid, series.references)
        body = structured_report.create_dicom_body(
            report, series.tags, evidence, structured_report.uid("series", *source), sop_uid)
        answer = self.orthanc.create(body)
        if answer.get("ParentStudy") != series.study:
            raise OrthancError("Orthanc put the report into another study")
        return sop_uid, answer.get("Status") != "AlreadyStored"

    def send_uids(self, series, diagnosis):
        """Sends the UIDs of study and series to the service. A failure does not stop the work."""
        try:
            self.service.add_uids(diagnosis["volume"]["id"], series.study_uid, series.uid)
        except (TryLater, Refused, JobLost) as error:
            self.log.warning("series %s: UIDs not sent (%s)", short(series.name), error)

    def mark(self, series):
        """Returns the mark of a series; empty without one."""
        text = self.orthanc.metadata(series.name, self.settings.metadata)
        try:
            mark = json.loads(text or "{}")
        except ValueError:
            return {}
        return mark if isinstance(mark, dict) else {}

    def set_mark(self, series, mark):
        """Marks a series with its outcome and the images that were used."""
        text = json.dumps({**mark, "images": series.fingerprint}, sort_keys=True)
        self.orthanc.set_metadata(series.name, self.settings.metadata, text)


def origin(diagnosis):
    """Returns texts that are equal for diagnoses with the same model, thresholds and prompts."""
    model = diagnosis["model"]
    calibration = (model.get("calibration") or {}).get("sha256", "")
    prompts = sorted(f"{one['label']}\t{one['text']}" for one in diagnosis["findings"])
    return model["sha256"], calibration, *prompts


def short(name):
    """Returns enough of Orthanc's series name to find it, and too little to identify a patient."""
    return name[:8]
