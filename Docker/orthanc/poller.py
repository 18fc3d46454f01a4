#!/usr/bin/env python3
"""Diagnoses the CT series of an Orthanc from outside; see README.md.

`poller.py` follows /changes until it is stopped. `poller.py SERIES…` deals with some series now,
by Orthanc's names, whatever was written at them before.
"""

import logging
import os
import signal
import sys

from brgsa_orthanc.archive import RemoteOrthanc
from brgsa_orthanc.diagnoser import Diagnoser, Stopped, short
from brgsa_orthanc.endpoint import Endpoint
from brgsa_orthanc.service import Service
from brgsa_orthanc.settings import Settings, SettingsError
from brgsa_orthanc.watcher import EXPECTED, Watcher, in_words

# The same as those of brgsa.
DONE = 0
UNAVAILABLE = 69
BAD_CONFIGURATION = 78


class PositionFile:
    """Stores a sequence number in a file that is replaced atomically."""

    def __init__(self, path):
        self.path = path

    def load(self):
        """Returns the number; None if none is stored yet."""
        try:
            with open(self.path, encoding="ascii") as file:
                text = file.read().strip()
        except FileNotFoundError:
            return None
        if not text.isdecimal():
            raise SettingsError("the file of BRGSA_STATE does not hold a number; remove it to start from scratch")
        return int(text)

    def save(self, number):
        """Writes the number; the file is always either the old or the new one."""
        new = self.path + ".new"
        with open(new, "w", encoding="ascii") as file:
            file.write(f"{number}\n")
            file.flush()
            os.fsync(file.fileno())
        os.replace(new, self.path)


def make_diagnoser(settings, log):
    """Returns the watcher, with both sides by HTTP."""
    orthanc = Endpoint(
        settings.orthanc_url, settings.orthanc_authorization, settings.orthanc_ca_file,
        settings.timeout)
    service = Endpoint(settings.url, settings.authorization, settings.ca_file, settings.timeout)
    return Diagnoser(settings, RemoteOrthanc(orthanc), Service(service), log)


def follow(settings, diagnoser, log):
    """Follows the changes until it is told to stop."""
    position = PositionFile(settings.state)
    position.load()
    watcher = Watcher(settings, diagnoser, position, log)
    stop_with_signals(watcher.stop)
    log.info("following Orthanc's changes")
    watcher.run()
    log.info("stopped; %d series wait for the next start", len(watcher.waiting))
    return DONE


def deal_with(names, diagnoser, log):
    """Diagnoses the user's series once and returns the exit code."""
    stop_with_signals(diagnoser.stop)
    for name in names:
        try:
            if not diagnoser.deal_with(name, again=True):
                log.warning("series %s: not stable yet", short(name))
                return UNAVAILABLE
        except Stopped:
            return UNAVAILABLE
        except EXPECTED as error:
            log.error("series %s: %s", short(name), in_words(error))
            return UNAVAILABLE
    return DONE


def stop_with_signals(stop):
    """Makes SIGTERM and SIGINT call a function."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop())


def main(names):
    """Returns the exit code."""
    logging.basicConfig(
        level=logging.INFO, stream=sys.stderr, format="%(asctime)s %(levelname)s %(message)s")
    log = logging.getLogger("brgsa")
    try:
        settings = Settings.read(os.environ)
        diagnoser = make_diagnoser(settings, log)
        if names:
            return deal_with(names, diagnoser, log)
        return follow(settings, diagnoser, log)
    except (SettingsError, OSError) as error:
        log.error("%s", error)
        return BAD_CONFIGURATION


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
