"""A private place for a cluster: network namespaces, a control group and a folder, which all go at the end.

The script itself moves into the namespace "hub", whose loopback is its own, so ports cannot clash and nothing that it
starts can reach another network. Needs root.
"""

import atexit
import ctypes
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

CLONE_NEWNET = 0x40000000
PREFIX = "brgsa-cluster"
V1, V2 = Path("/sys/fs/cgroup/cpu"), Path("/sys/fs/cgroup")
PERIOD = 100_000
# The cluster's processes get most of the cores, also while something else keeps the machine busy.
SHARES, WEIGHT = 16_384, 10_000


def run(*command, **options):
    return subprocess.run(
        [str(part) for part in command], check=True, capture_output=True, text=True, **options
    ).stdout


class Site:
    """As a context: the script is in the hub, and at the end everything is removed, also after Ctrl-C and SIGTERM."""

    def __init__(self, logs=None):
        """`logs` is a folder that gets the logs of all programs at the end."""
        if os.geteuid() != 0:
            sys.exit("missing: root, for network namespaces and control groups")
        self._name = f"{PREFIX}-{os.getpid()}"
        self._groups = (V1 if V1.exists() else V2) / self._name
        self._processes, self._namespaces = [], []
        self.folder, self._logs = None, logs

    def __enter__(self):
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda caught, _: sys.exit(128 + caught))
        atexit.register(self.close)
        sweep()
        # Not below a home directory: the user postgres must reach it.
        self.folder = Path(tempfile.mkdtemp(prefix=f"{self._name}-"))
        self.folder.chmod(0o755)
        self._groups.mkdir()
        limit = ("cpu.shares", SHARES) if V1.exists() else ("cpu.weight", WEIGHT)
        if not V1.exists():
            (self._groups / "cgroup.subtree_control").write_text("+cpu")
        (self._groups / limit[0]).write_text(str(limit[1]))
        hub = self._namespace("hub")
        run("ip", "-n", hub, "link", "set", "lo", "up")
        with open(f"/run/netns/{hub}") as namespace:
            libc = ctypes.CDLL(None, use_errno=True)
            if libc.setns(namespace.fileno(), CLONE_NEWNET) != 0:
                raise OSError(ctypes.get_errno(), "setns")
        self.group("hub").write_text(str(os.getpid()))
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        atexit.unregister(self.close)
        if self.folder is None:
            return
        for process in self._processes:
            process.kill()
        for namespace in self._namespaces:
            if namespace.endswith("-hub"):
                continue
            kill_all(namespace)
        if self._logs:
            for file in self.folder.glob("**/*log"):
                if file.is_file():
                    name = "-".join(file.relative_to(self.folder).parts)
                    shutil.copyfile(file, self._logs / name)
        root = self._groups.parent / "cgroup.procs"
        root.write_text(str(os.getpid()))
        for group in [*self._groups.iterdir(), self._groups]:
            if group.is_dir():
                remove_group(group)
        for namespace in self._namespaces:
            subprocess.run(["ip", "netns", "del", namespace], check=False)
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder = None

    def group(self, name, cores=None):
        """The file into which a process writes its number to join a control group with so many cores."""
        group = self._groups / name
        group.mkdir(exist_ok=True)
        if cores is not None and V1.exists():
            (group / "cpu.cfs_quota_us").write_text(str(int(cores * PERIOD)))
        elif cores is not None:
            (group / "cpu.max").write_text(f"{int(cores * PERIOD)} {PERIOD}")
        return group / "cgroup.procs"

    def _namespace(self, name):
        full = f"{self._name}-{name}"
        run("ip", "netns", "add", full)
        self._namespaces.append(full)
        return full

    def bridge(self, address):
        """A switch in the hub, which is itself reachable at an address such as 10.1.0.1/24."""
        for words in ("add br0 type bridge", "set br0 up"):
            run("ip", "link", *words.split())
        run("ip", "address", "add", address, "dev", "br0")

    def machine(self, name, address):
        """A machine on the switch: a namespace with an address such as 10.1.0.11/24."""
        namespace = self._namespace(name)
        cable = f"{name[:8]}-cable"
        run("ip", "link", "add", cable, "type", "veth", "peer", "name", "eth0", "netns", namespace)
        run("ip", "link", "set", cable, "master", "br0", "up")
        for words in ("link set lo up", f"address add {address} dev eth0", "link set eth0 up"):
            run("ip", "-n", namespace, *words.split())
        return Machine(namespace, cable)

    def start(self, command, log, machine=None, user=None, cores=None, group="hub", environment=None):
        """Starts a program; its first process is the program itself, so that a signal reaches it."""
        words = ["sh", "-c", 'echo $$ >"$1"; shift; exec "$@"', "sh", self.group(group, cores)]
        if machine:
            words += ["ip", "netns", "exec", machine.namespace]
        words += ["setpriv", "--pdeathsig", "KILL"]
        if user:
            words += ["--reuid", user, "--regid", user, "--clear-groups"]
        with open(log, "ab") as file:
            process = subprocess.Popen(
                [str(word) for word in (*words, *command)],
                cwd=self.folder, stdin=subprocess.DEVNULL, stdout=file, stderr=file,
                env={**clean_environment(), **(environment or {})},
                # Ctrl-C is for the script, which then stops all in order.
                start_new_session=True,
            )  # fmt: skip
        self._processes = [other for other in self._processes if other.poll() is None] + [process]
        return process


class Machine:
    """A namespace with a cable."""

    def __init__(self, namespace, cable):
        self.namespace, self.cable = namespace, cable

    def pull(self):
        run("ip", "link", "set", self.cable, "down")

    def plug(self):
        run("ip", "link", "set", self.cable, "up")

    def kill(self):
        """kill -9 of everything on it."""
        kill_all(self.namespace)


def kill_all(namespace):
    """Until none is left: a process may start another one meanwhile."""
    while numbers := subprocess.run(
        ["ip", "netns", "pids", namespace], capture_output=True, text=True, check=False
    ).stdout.split():
        for number in numbers:
            try:
                os.kill(int(number), signal.SIGKILL)
            except ProcessLookupError:
                pass
        time.sleep(0.02)


def remove_group(group):
    """Removes a control group as soon as its killed processes are gone."""
    for _ in range(200):
        try:
            group.rmdir()
            return
        except OSError:
            for number in (group / "cgroup.procs").read_text().split():
                os.kill(int(number), signal.SIGKILL)
            time.sleep(0.02)


def sweep():
    """Removes what a script left that was killed with -9."""
    for line in run("ip", "netns", "list").splitlines():
        name = line.split()[0]
        owner = name.removeprefix(f"{PREFIX}-").split("-")[0]
        if name.startswith(f"{PREFIX}-") and not Path("/proc", owner).exists():
            kill_all(name)
            subprocess.run(["ip", "netns", "del", name], check=False)
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}-*-*"):
        if not Path("/proc", folder.name.removeprefix(f"{PREFIX}-").split("-")[0]).exists():
            shutil.rmtree(folder, ignore_errors=True)
    for groups in (V1 if V1.exists() else V2).glob(f"{PREFIX}-*"):
        if not Path("/proc", groups.name.rsplit("-", 1)[1]).exists():
            for group in [*groups.iterdir(), groups]:
                if group.is_dir():
                    remove_group(group)


def clean_environment():
    """Without settings of brgsa and of PostgreSQL's clients."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("BRGSA_", "PG"))}


def wait(question, seconds, what, alive=None):
    """The first true response; ends the script if none came, or if a process that is needed has ended."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if response := question():
            return response
        if alive and alive.poll() is not None:
            raise SystemExit(f"{what}: the process ended with {alive.returncode}")
        time.sleep(0.05)
    raise SystemExit(f"{what}: not after {seconds} s")
