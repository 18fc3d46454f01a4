"""brgsa db move from a file to PostgreSQL and back: the rows must be the same, also after moves that were killed.

    python3 Tests/Load/move.py --rows 100000 --kills 20

With --model a directory of the published size (Models/random_model.py makes one) the rows have 768 components.
"""

import contextlib
import random
import shutil
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

from client import FILE
from database import Database
from ranking import Rows, bank_of
from service import Service, conclude, parser
from work import Chests

MEMORY_MIB = 300
MOVE_SECONDS = 1800


def fill(service, rows):
    """A store with volumes, and with some of what else a store has."""
    service.start_ready()
    client = service.client()
    model = client.expect(200, "GET", "/v1/info").json()["model"]
    chests = Chests()
    for number in range(20):
        volume = client.expect(201, "POST", "/v1/volumes", chests.fresh(), FILE).json()["id"]
        for method, path, body in [
            ("PUT", f"/v1/volumes/{volume}/metadata", {"tags": {"n": f"é\u0301 {number}"}}),
            ("POST", "/v1/diagnoses", {"volume_id": volume, "prompts": ["rib fracture"]}),
            ("POST", "/v1/reports", {"report": f"There is a nodule, {number} mm."}),
            ("PUT", f"/v1/prompt-sets/set{number}", {"prompts": ["pneumothorax"]}),
        ]:
            status = client.request(method, path, body).status
            if status not in (200, 201, 204):
                raise SystemExit(f"{method} {path}: {status}")
    service.stop()
    rows.write(service.folder / "archive", model)
    imported = service.command("db", "import", service.folder / "archive", "--model", service.model)
    if imported.returncode:
        raise SystemExit(f"db import: {imported.returncode} {imported.stderr}")
    shutil.rmtree(service.folder / "archive")


def move(program, source, target, kill_after=None):
    """(exit status, output, seconds, MiB of memory). `kill_after` seconds, the move is killed."""
    begin, memory = time.monotonic(), 0
    process = subprocess.Popen(
        [program, "db", "move", source, target], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    # The output has a few lines and fits into the pipe.
    while process.poll() is None:
        memory = max(memory, peak_mib(process.pid))
        if kill_after is not None and time.monotonic() - begin > kill_after:
            process.kill()
        time.sleep(0.02)
    return process.returncode, process.stdout.read(), time.monotonic() - begin, memory


def peak_mib(process):
    """The most memory that a process has had. Not that of `wait4`, which counts this script's own before the exec."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{process}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) // 1024
    return 0


def differing_tables(one, other):
    """The tables of two SQLite files whose rows differ."""
    first, second = (sqlite3.connect(f"file:{file}?mode=ro", uri=True) for file in (one, other))
    for connection in (first, second):
        connection.text_factory = bytes
    names = [name.decode() for (name,) in first.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'grdb%' ORDER BY 1")]
    return [name for name in names if not same_rows(first, second, f"SELECT * FROM {name} ORDER BY 1, 2, 3")]


def same_rows(first, second, sql):
    rows, others = first.execute(sql), second.execute(sql)
    while True:
        row, other = rows.fetchone(), others.fetchone()
        if row != other:
            return False
        if row is None:
            return True


def main():
    arguments = parser(__doc__)
    arguments.add_argument("--rows", type=int, default=100_000)
    arguments.add_argument("--kills", type=int, default=20)
    options = arguments.parse_args()
    bank = bank_of(options.model)
    figures = {"rows": options.rows, "components": bank.shape[1]}
    with Service(options, "--persist", "full") as service, Database() as database:
        fill(service, Rows(options.rows, bank))
        figures["file_mib"] = round(service.store.stat().st_size / 2**20)
        address, back = database.new("moved"), service.folder / "back.sqlite"
        for name, source, target in [("there", service.store, address), ("back", address, back)]:
            status, output, seconds, memory = move(service.program, source, target)
            if status:
                raise SystemExit(f"{name}: exit status {status}\n{output}")
            figures[f"{name}_seconds"], figures[f"{name}_mib"] = round(seconds, 1), round(memory)
        tables = [line for line in output.splitlines() if "sha256" in line]
        figures["tables"], figures["equal_tables"] = len(tables), sum("equal" in line for line in tables)
        figures["differing_tables"] = len(differing_tables(service.store, back))

        # Moves that are killed at any moment, and one that is not.
        generator = random.Random(1)
        for name, source, targets in [
            ("there", service.store, database.new("killed")), ("back", address, service.folder / "killed.sqlite"),
        ]:
            killed = 0
            for _ in range(options.kills // 2):
                status, *_ = move(
                    service.program, source, targets, generator.uniform(0.05, 0.6 * figures[f"{name}_seconds"]))
                killed += status == -9
            status, again, *_ = move(service.program, source, targets)
            figures[f"{name}_killed"] = killed
            figures[f"{name}_after_kills"] = "equal" if status == 0 and again == output else "different"
    return conclude(figures, {
        "differing_tables": ("==", 0), "equal_tables": ("==", figures["tables"]),
        "there_mib": ("<=", MEMORY_MIB), "back_mib": ("<=", MEMORY_MIB),
        "there_seconds": ("<=", MOVE_SECONDS), "back_seconds": ("<=", MOVE_SECONDS),
        "there_after_kills": ("==", "equal"), "back_after_kills": ("==", "equal"),
    })  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
