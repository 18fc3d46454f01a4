"""Follows the changes of an Orthanc, so that each new CT series is processed once.

Both variants, `plugin.py` and `poller.py`, run a `Watcher`. It stores the sequence number up to
which everything is done. A series that waits, because it still grows or because the service is
away, holds this number back: after any stop, the work goes on there.
"""

import threading

from .archive import OrthancError
from .diagnoser import Stopped
from .endpoint import Unreachable
from .service import JobLost, Refused, TryLater
from .structured_report import ReportError

# Both announce a series. Orthanc never reports as stable a series that grew while it was stopped.
CANDIDATES = frozenset(["NewSeries", "StableSeries"])

LONGEST_PAUSE = 300

EXPECTED = (OrthancError, Unreachable, TryLater, JobLost, Refused, ReportError, OSError)


class Watcher:
    """Reads changes and passes each series in them to a `Diagnoser`."""

    def __init__(self, settings, diagnoser, position, log):
        self.settings = settings
        self.diagnoser = diagnoser
        self.orthanc = diagnoser.orthanc
        self.position = position
        self.log = log
        self.something_new = threading.Event()
        self.waiting = {}  # series → sequence number of the change that announced it
        self.seen = None  # sequence number of the latest change that was read
        self.kept = None  # the stored one
        self.failures = 0  # in a row

    def run(self):
        """Works until `stop`."""
        stop_asked = self.diagnoser.stop_asked
        while not stop_asked.is_set():
            pause = self.work()
            if pause:
                stop_asked.wait(pause)
            else:
                self.something_new.wait(self.settings.poll_seconds)
            self.something_new.clear()

    def stop(self):
        """Ends `run` soon; unfinished work continues after the next start."""
        self.diagnoser.stop()
        self.something_new.set()

    def work(self):
        """Processes new and waiting series; returns seconds to pause after a failure."""
        try:
            self.read_changes()
            for name in list(self.waiting):
                self.attend(name)
            self.failures = 0
            return 0
        except Stopped:
            return 0
        except EXPECTED as error:
            return self.pause_after(error, in_words(error))
        except Exception as error:  # The thread must not end, whatever the others send.
            return self.pause_after(error, f"unexpected {type(error).__name__}")

    def attend(self, name):
        """Processes one series, which keeps waiting if it is not stable or something fails."""
        try:
            is_done = self.diagnoser.deal_with(name)
        except BaseException:
            # Other series come first next time, in case this one causes the failure.
            self.waiting[name] = self.waiting.pop(name)
            raise
        if is_done:
            del self.waiting[name]
            self.failures = 0
            self.keep_position()

    def pause_after(self, error, words):
        """Logs a failure and returns the pause, which grows each time."""
        if self.diagnoser.stop_asked.is_set():
            return 0
        if isinstance(error, OrthancError):
            self.seen = None  # It may be another Orthanc that comes back.
        pause = min(self.settings.retry_seconds * 2 ** min(self.failures, 10), LONGEST_PAUSE)
        pause = max(pause, getattr(error, "seconds", 0))
        self.failures += 1
        self.log.warning(
            "%s; %d series wait, next try in %d s", words, len(self.waiting), pause)
        return pause

    def read_changes(self):
        """Reads all changes since the last time."""
        if self.seen is None:
            self.seen = self.first_position()
        is_last = False
        while not is_last:
            self.diagnoser.require_running()
            page = self.orthanc.changes(self.seen)
            for change in page["Changes"]:
                if change["ChangeType"] in CANDIDATES:
                    self.waiting.setdefault(change["ID"], change["Seq"])
            self.seen = max(self.seen, page["Last"])
            is_last = page["Done"] or not page["Changes"]
        self.keep_position()

    def first_position(self):
        """Returns the start: the stored position, or the one of the settings."""
        last = self.orthanc.last_sequence()
        self.kept = self.position.load()
        if self.kept is None:
            return 0 if self.settings.from_start else last
        if self.kept > last:
            self.log.warning("the position is beyond Orthanc's last change; begin at its first")
            return 0
        return self.kept

    def keep_position(self):
        """Stores the number up to which everything is done."""
        number = min(self.waiting.values()) - 1 if self.waiting else self.seen
        if number != self.kept:
            self.position.save(number)
            self.kept = number


def in_words(error):
    """Describes an expected failure for the log, without any data that was sent."""
    if isinstance(error, Unreachable):
        return f"the service is not reached: {error}"
    if isinstance(error, JobLost):
        return f"a job ended without a diagnosis: {error}"
    if isinstance(error, OSError):
        return f"a local file failed: {error.strerror}"
    return str(error)
