#!/usr/bin/env python3
"""Refuses source files over 400 lines, and folders under Sources with more than 15 Swift files.

Usage: check_sizes.py     (from the root of the checkout; exit status 1 if a file or folder is too large)
"""

import subprocess
from collections import Counter
from pathlib import Path

LINES = 400
FILES = 15
SOURCES = (".swift", ".py", ".c", ".h", ".js", ".html", ".css")


def faults(sizes):
    """What is too large; `sizes` are the numbers of lines by path."""
    folders = Counter(path.parent for path in sizes if path.suffix == ".swift" and path.parts[0] == "Sources")
    return [f"{path}: {lines} lines, at most {LINES}; split it by its ideas"
            for path, lines in sizes.items() if lines > LINES] + [
        f"{folder}: {count} Swift files, at most {FILES}; name its ideas by folders"
        for folder, count in sorted(folders.items()) if count > FILES]


def main():
    paths = [Path(path) for path in subprocess.check_output(["git", "ls-files"], text=True).splitlines()]
    sizes = {path: len(path.read_text("utf-8").splitlines())
             for path in paths if path.suffix in SOURCES and path.is_file()}
    found = faults(sizes)
    print(*found, f"{len(sizes)} files, {len(found)} faults", sep="\n")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
