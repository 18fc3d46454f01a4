"""A real cluster on this machine: brgsa replicas, PostgreSQL 15 and HAProxy; etcd and Patroni for lost primaries.

    python3 Tests/Load/cluster.py replicas --kills 200
    make proof PROOFS=cluster            # all proofs, an hour

Everything runs in network namespaces of its own and is removed at the end, also after Ctrl-C. Needs root and the Debian
package postgresql-15. Other programs are downloaded as Debian packages once and are not installed. Each proof ends with
one line of figures, and with exit status 1 if a bar is missed.
"""

import argparse
import importlib
import subprocess
import sys
from pathlib import Path

from nodes import programs
from service import conclude, parser

RUNS = {
    "throughput": "volumes a second of 1, 2 and 4 replicas with 0.4 cores each behind HAProxy",
    "replicas": "kill -9 of replicas under jobs, uploads, deletions and searches",
    "primary": "loss of the database's primary under Patroni: kill, pulled cable, standbys cut off",
    "frozen": "a replica that stops for 60 s in a job",
    "poison": "a volume that ends the process, on both engines",
    "fresh": "write at one replica, search at another",
}


def main():
    arguments = parser(__doc__)
    arguments.add_argument("--logs", type=Path, metavar="DIR", help="an existing folder that gets all programs' logs")
    commands = arguments.add_subparsers(dest="run", metavar="PROOF")
    modules = {name: importlib.import_module(f"cluster_runs.{name}") for name in RUNS}
    for name, module in modules.items():
        command = commands.add_parser(
            name, help=RUNS[name], description=module.__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter
        )
        module.add(command)
    options = arguments.parse_args()
    if not options.run:
        # Each in a process of its own, which leaves its namespace at its end.
        ends = [subprocess.run([sys.executable, __file__, *sys.argv[1:], name], check=False).returncode for name in RUNS]
        return int(any(ends))
    programs.fetch()
    figures, bars = modules[options.run].run(options)
    return conclude(figures, bars)


if __name__ == "__main__":
    sys.exit(main())
