"""A real brgsa on a port of its own."""

import os
import signal

from client import Client, Lost
from nodes.site import wait

START_SECONDS = 60
FIRST_PORT = 8101


class Replica:
    """One `brgsa serve`; it may be started again and again. Replicas have the numbers 0, 1, 2 …"""

    def __init__(self, site, options, number, store, cores=None, model=None, flags=(), environment=None):
        self.site, self.number = site, number
        self.port = FIRST_PORT + number
        self.folder = site.folder / f"brgsa-{number}"
        self.folder.mkdir()
        self.log = self.folder / "log"
        self.process = None
        self._cores, self._environment = cores, environment
        self._command = [
            options.brgsa.resolve(), "serve", "--port", self.port, "--model", (model or options.model).resolve(),
            "--store", store, "--spool", self.folder / "spool", "--calibrations", self.folder / "calibrations",
            "--threads", 1, *flags,
        ]  # fmt: skip

    def start(self):
        self.process = self.site.start(
            self._command, self.log, cores=self._cores, group=f"brgsa-{self.number}",
            environment={"BRGSA_MEMORY_RESERVE": "0", **(self._environment or {})},
        )  # fmt: skip

    def wait_ready(self):
        wait(self.is_ready, START_SECONDS, f"brgsa {self.number} is not ready, see {self.tail()}", self.process)

    def start_ready(self):
        self.start()
        try:
            self.wait_ready()
        except SystemExit as end:
            raise SystemExit(f"{end}\n{self.tail()}") from None

    def is_ready(self):
        client = self.client(timeout=5)
        try:
            return client.request("GET", "/readyz").status == 200
        except Lost:
            return False
        finally:
            client.close()

    def kill(self):
        self.process.kill()
        self.process.wait()

    def freeze(self):
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self):
        self.process.send_signal(signal.SIGCONT)

    def cpu_seconds(self):
        with open(f"/proc/{self.process.pid}/stat") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def is_running(self):
        return self.process is not None and self.process.poll() is None

    def client(self, timeout=120):
        return Client(self.port, timeout)

    def tail(self):
        return self.log.read_text(errors="replace")[-2000:] if self.log.exists() else ""
