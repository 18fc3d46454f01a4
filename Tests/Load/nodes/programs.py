"""Programs that only the cluster needs: HAProxy, etcd and Patroni, Debian's packages unpacked into a private folder.

Nothing is installed. PostgreSQL 15 is the machine's own (`make deps` with its test packages).
"""

import os
import subprocess
import sys
from pathlib import Path

FOLDER = Path(os.environ.get("BRGSA_CLUSTER_PROGRAMS", "/var/tmp/brgsa-cluster-programs"))
PACKAGES = """
    haproxy liblua5.3-0 libopentracing-c-wrapper0 libopentracing1 etcd-server patroni python3-cdiff python3-click
    python3-dateutil python3-dnspython python3-etcd python3-prettytable python3-psutil python3-psycopg2 python3-six
    python3-urllib3 python3-wcwidth python3-yaml""".split()
POSTGRES = Path("/usr/lib/postgresql/15/bin")
LIBRARIES = FOLDER / "root/usr/lib/x86_64-linux-gnu"
PYTHON = "/usr/bin/python3"
HAPROXY = ["env", f"LD_LIBRARY_PATH={LIBRARIES}", str(FOLDER / "root/usr/sbin/haproxy")]
ETCD = [str(FOLDER / "root/usr/bin/etcd")]
PATRONI = ["env", f"PYTHONPATH={FOLDER / 'root/usr/lib/python3/dist-packages'}", PYTHON, "-m", "patroni"]


def fetch():
    """Downloads and unpacks what is missing; the only thing here that uses a network."""
    if not (POSTGRES / "postgres").exists():
        sys.exit("missing: apt-get install postgresql-15")
    if (FOLDER / "complete").exists():
        return
    archives = FOLDER / "archives"
    archives.mkdir(parents=True, exist_ok=True)
    subprocess.run(["apt-get", "-qq", "download", *PACKAGES], cwd=archives, check=True, stderr=subprocess.DEVNULL)
    for archive in sorted(archives.glob("*.deb")):
        subprocess.run(["dpkg-deb", "-x", archive, FOLDER / "root"], check=True)
    # The user postgres runs Patroni and etcd.
    subprocess.run(["chmod", "-R", "a+rX", FOLDER], check=True)
    for command in ([*HAPROXY, "-v"], [*ETCD, "--version"], [*PATRONI, "--version"]):
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    (FOLDER / "complete").touch()
