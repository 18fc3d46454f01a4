#!/usr/bin/env python3
"""Renews niivue.js.gz and LICENSE from the wheel `ipyniivue` of PyPI, and writes their figures to SOURCE.json.

    python3 Sources/API/Page/niivue/renew.py [VERSION]

Without a version it makes the file again from the version in SOURCE.json, and refuses a wheel with other bytes. The
wheel carries NiiVue as a widget for notebooks in one ES module. The widget's export is replaced with the class Niivue.
"""

import gzip
import hashlib
import json
import re
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
SOURCE = HERE / "SOURCE.json"
WIDGET = "ipyniivue/static/widget.js"


def fetched(version, folder):
    """The wheel of this version, from PyPI."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder]
    subprocess.run([*command, f"ipyniivue=={version}"], check=True)
    return next(Path(folder).glob("*.whl"))


def module(widget):
    """The module that exports Niivue, and the version of NiiVue.

    The class is the last one that is assigned before its method `attachToCanvas`.
    """
    classes = re.findall(r"([\w$]+)=class\b", widget.partition("async attachToCanvas(")[0])
    changed, count = re.subn(r"export\{[\w$]+ as default\};\s*$", f"export{{{classes[-1]} as Niivue}};\n", widget)
    if count != 1:
        raise SystemExit("the widget does not end with its export: look at it and adapt this script")
    return changed, re.search(r'name:"@niivue/niivue",version:"([\d.]+)"', widget)[1]


def digest(content):
    return hashlib.sha256(content).hexdigest()


def main():
    known = json.loads(SOURCE.read_text()) if SOURCE.exists() else {}
    version = sys.argv[1] if len(sys.argv) > 1 else known["ipyniivue"]
    with tempfile.TemporaryDirectory() as folder:
        wheel = fetched(version, folder)
        wheel_digest = digest(wheel.read_bytes())
        if version == known.get("ipyniivue") and wheel_digest != known["wheel_sha256"]:
            raise SystemExit(f"{wheel.name} has the SHA-256 {wheel_digest}, not the one in {SOURCE.name}")
        with zipfile.ZipFile(wheel) as archive:
            text, niivue = module(archive.read(WIDGET).decode())
            license_name = next(name for name in archive.namelist() if name.endswith("licenses/LICENSE"))
            license_text = archive.read(license_name).decode().rstrip() + "\n"
    (HERE / "LICENSE").write_text(license_text)
    # The license asks that copies in binary form reproduce it: the program contains the module.
    text = f"/*!\nNiiVue {niivue}, https://github.com/niivue/niivue\n\n{license_text}*/\n{text}"
    packed = gzip.compress(text.encode(), 9, mtime=0)
    (HERE / "niivue.js.gz").write_bytes(packed)
    facts = {
        "ipyniivue": version,
        "niivue": niivue,
        "wheel_sha256": wheel_digest,
        "module_sha256": digest(text.encode()),
        "module_bytes": len(text.encode()),
        "gzip_bytes": len(packed),
    }
    SOURCE.write_text(json.dumps(facts, indent=2) + "\n")
    print(SOURCE.read_text(), end="")


if __name__ == "__main__":
    main()
