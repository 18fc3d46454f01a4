"""A brgsa service of our own on a free loopback port, and the frame of a script: options, report and exit status.

Everything that a service writes lies in one new folder below /tmp, which goes when the script ends.
"""

import argparse
import json
import operator
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from client import Client, Lost

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60
COMMAND_SECONDS = 900
COMPARISONS = {"<=": operator.le, ">=": operator.ge, "==": operator.eq}


def parser(description):
    """A parser with the options that all scripts have."""
    result = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    result.add_argument("--brgsa", type=Path, default=ROOT / ".build/release/brgsa", metavar="PATH")
    result.add_argument("--model", type=Path, default=ROOT / "Models/phantom", metavar="DIR")
    return result


class Service:
    """A service with a store, spool and calibrations folder of its own; it may be started again and again.

    As a context it removes its folder at the end, and stops what still runs.
    """

    def __init__(self, options, *flags):
        self.folder = Path(tempfile.mkdtemp(prefix="brgsa-load-"))
        self.program, self.model = options.brgsa.resolve(), options.model.resolve()
        self.store, self.spool = self.folder / "store.sqlite", self.folder / "spool"
        self._flags = flags
        self._log = self.folder / "log"
        self.process, self.port = None, None

    def __enter__(self):
        # So that a script that is told to end leaves nothing behind.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
        return self

    def __exit__(self, *_):
        if self.process and self.process.poll() is None:
            self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def command(self, *arguments):
        """Runs a command of the program, such as ("db", "check"), on the store."""
        command = [self.program, *arguments, "--store", self.store]
        return subprocess.run(
            command, env=self._environment, capture_output=True, text=True, timeout=COMMAND_SECONDS
        )

    def new_key(self, file):
        """Makes a key that may do everything."""
        command = [self.program, "keys", "add", "everything", "--keys-file", file]
        command += ["--scopes", "infer,read,write,admin,metrics"]
        made = subprocess.run(command, env=self._environment, capture_output=True, text=True, check=True)
        return made.stdout.split()[-1]

    def start(self):
        """Starts the program and waits for its port, which is open before it is ready."""
        command = [self.program, "serve", "--port", "0", "--model", self.model, "--store", self.store]
        command += ["--spool", self.spool, "--calibrations", self.folder / "calibrations"]
        with open(self._log, "wb") as log:
            self.process = subprocess.Popen(
                [*command, *self._flags], env=self._environment, stdout=log, stderr=log
            )
        self.port = self._wait(self._listening_port)

    def start_ready(self):
        """Starts the program; seconds until it was ready."""
        begin = time.monotonic()
        self.start()
        self._wait(self._is_ready)
        return time.monotonic() - begin

    def kill(self):
        """kill -9."""
        self.process.kill()
        self.process.wait()

    def stop(self, timeout=40):
        """SIGTERM; the exit status and the seconds it took."""
        begin = time.monotonic()
        self.process.terminate()
        return self.process.wait(timeout), time.monotonic() - begin

    def client(self, timeout=120):
        return Client(self.port, timeout)

    def log(self):
        return self._log.read_text(errors="replace")

    @property
    def _environment(self):
        return {name: value for name, value in os.environ.items() if not name.startswith("BRGSA_")}

    def _wait(self, question):
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            if answer := question():
                return answer
            if self.process.poll() is not None:
                raise SystemExit(f"brgsa ended with {self.process.returncode}:\n{self.log()[-2000:]}")
            # Not more often: the asking would take a share of the two cores that the start needs.
            time.sleep(0.02)
        raise SystemExit(f"brgsa is not ready after {START_SECONDS} s:\n{self.log()[-2000:]}")

    def _listening_port(self):
        lines = (line for line in self.log().splitlines() if "listening" in line)
        found = re.search(r'\bport(?:=|":")(\d+)', next(lines, ""))
        return int(found[1]) if found else None

    def _is_ready(self):
        client = self.client(timeout=5)
        try:
            return client.request("GET", "/readyz").status == 200
        except Lost:
            return False
        finally:
            client.close()


def conclude(figures, bars):
    """Prints a table and, as the last line, all figures as JSON; 1 if a bar is missed, else 0.

    figures: {name: value}. bars: {name of a figure: ("<=", limit)}.
    """
    missed = [name for name, (sign, limit) in bars.items() if not COMPARISONS[sign](figures[name], limit)]
    for name, value in figures.items():
        bar = " ".join(map(str, bars.get(name, ())))
        print(f"{name:34} {value!s:>24}   {bar:12} {'MISSED' if name in missed else ''}".rstrip())
    print(json.dumps({**figures, "missed": missed}))
    return 1 if missed else 0
