"""Diagnoses the CT series of an Orthanc from inside it; see README.md.

Orthanc calls `on_change` in a thread of its own, which must go on at once: it only wakes the
thread that does the work.
"""

import logging
import os
import sys
import threading

import orthanc

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from brgsa_orthanc.archive import InnerOrthanc  # noqa: E402
from brgsa_orthanc.diagnoser import Diagnoser  # noqa: E402
from brgsa_orthanc.endpoint import Endpoint  # noqa: E402
from brgsa_orthanc.service import Service  # noqa: E402
from brgsa_orthanc.settings import Settings, SettingsError  # noqa: E402
from brgsa_orthanc.watcher import Watcher  # noqa: E402

STOP_SECONDS = 5


class PositionProperty:
    """Stores a sequence number as a global property of Orthanc's database."""

    def __init__(self, number):
        self.number = number

    def load(self):
        """Returns the number; None if none is stored yet."""
        text = orthanc.GetGlobalProperty(self.number, "")
        return int(text) if text.isdecimal() else None

    def save(self, number):
        """Writes the number."""
        orthanc.SetGlobalProperty(self.number, str(number))


class OrthancLog(logging.Handler):
    """Writes to Orthanc's log."""

    def emit(self, record):
        """Writes a line; warnings appear without --verbose."""
        text = "brgsa: " + record.getMessage()
        if record.levelno >= logging.ERROR:
            orthanc.LogError(text)
        elif record.levelno >= logging.WARNING:
            orthanc.LogWarning(text)
        else:
            orthanc.LogInfo(text)


class Plugin:
    """The worker thread, and the events that Orthanc sends it."""

    def __init__(self, settings, log):
        service = Endpoint(settings.url, settings.authorization, settings.ca_file, settings.timeout)
        diagnoser = Diagnoser(settings, InnerOrthanc(orthanc), Service(service), log)
        self.watcher = Watcher(settings, diagnoser, PositionProperty(settings.metadata), log)
        self.thread = threading.Thread(target=self.watcher.run, name="brgsa", daemon=True)

    def on_change(self, change, _level, _resource):
        """Called by Orthanc for every event."""
        if change == orthanc.ChangeType.STABLE_SERIES:
            self.watcher.something_new.set()
        elif change == orthanc.ChangeType.ORTHANC_STARTED:
            self.thread.start()
        elif change == orthanc.ChangeType.ORTHANC_STOPPED:
            self.watcher.stop()
            self.thread.join(STOP_SECONDS)


def start():
    """Registers with Orthanc; with invalid settings Orthanc runs without the plugin."""
    log = logging.getLogger("brgsa")
    log.setLevel(logging.INFO)
    log.propagate = False
    log.addHandler(OrthancLog())
    try:
        plugin = Plugin(Settings.read(os.environ), log)
    except (SettingsError, OSError) as error:
        log.error("no series will be diagnosed: %s", error)
        return
    orthanc.RegisterOnChangeCallback(plugin.on_change)


start()
