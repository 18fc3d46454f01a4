"""Tests the page at / and the documentation at /docs in Debian's Chromium, headless, with a service of their own.

    python Tests/Page/run.py --brgsa .build/release/brgsa [--screenshots DIR] [-k PATTERN]

Needs the packages chromium and chromium-driver, and selenium of PyPI. With PyYAML, /openapi.json is compared
with openapi.yaml, too.
"""

import signal
import sys
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "Load"))

import page_case
from service import parser


def main():
    options = parser(__doc__)
    options.add_argument("--screenshots", type=Path, metavar="DIR", help="keep screenshots there")
    page_case.OPTIONS, rest = options.parse_known_args()
    if page_case.OPTIONS.screenshots:
        page_case.OPTIONS.screenshots.mkdir(parents=True, exist_ok=True)
    # A run that is terminated leaves neither a service nor a browser behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    unittest.main(None, argv=[sys.argv[0], "discover", "-s", str(HERE), *rest], verbosity=2)


if __name__ == "__main__":
    main()
