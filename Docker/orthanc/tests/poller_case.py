"""A poller between the fakes, for the tests that need one."""

import io
import json
import logging
import os
import tempfile
import unittest

import poller
from brgsa_orthanc.settings import Settings
from brgsa_orthanc.watcher import Watcher
from tests.fakes import SERIES, FakeOrthanc, FakeService, end, served, with_no_headers


class PollerCase(unittest.TestCase):
    """A poller between both fakes. Tests call only `work`, so nothing waits."""

    def setUp(self):
        self.orthanc = FakeOrthanc()
        self.service = FakeService()
        self.service_url = self.enterContext(served(self.service.answer))
        self.orthanc_url = self.enterContext(served(
            lambda method, path, _, body: with_no_headers(self.orthanc.answer(method, path, body))))
        folder = self.enterContext(tempfile.TemporaryDirectory())
        self.state = os.path.join(folder, "position")
        self.lines = io.StringIO()
        self.log = logging.getLogger(self.id())
        self.log.propagate = False
        self.log.setLevel(logging.INFO)
        self.log.addHandler(logging.StreamHandler(self.lines))
        self.watcher = self.start()

    def start(self, **variables):
        """Returns a new poller, as after a restart."""
        settings = Settings.read({
            "BRGSA_URL": self.service_url, "BRGSA_ORTHANC_URL": self.orthanc_url,
            "BRGSA_KEY": "k", "BRGSA_STATE": self.state, "BRGSA_START": "all", **variables})
        made = poller.make_diagnoser(settings, self.log)
        self.addCleanup(end, made.service.endpoint, made.orthanc.endpoint)
        return Watcher(settings, made, poller.PositionFile(self.state), self.log)

    def mark(self, name=SERIES):
        """Returns the mark that the poller left on a series."""
        return json.loads(self.orthanc.metadata.get(name, b"{}"))
