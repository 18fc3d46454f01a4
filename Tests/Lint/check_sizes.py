#!/usr/bin/env python3
"""Refuses source files over 400 lines, and folders under Sources with more than 15 Swift files.

Usage: check_sizes.py     (from the root of the checkout; exit status 1 if a file or folder is too large)
"""

import subprocess
from collections import Counter
from pathlib import Path

LINES = 400
FILES = 15
SOURCES = (".swift", ".py", ".c", ".h", ".js")

# Files that may be larger, each with the reason. The pages are HTML with their script in one file, because the service
# sends each as one response; HTML is not in SOURCES.
EXCEPTIONS = {
    "Docker/orthanc/test_brgsa_orthanc.py": "the tests of one plugin that is one file",
    "Tests/Fuzz/make_corpus.py": "one function for each format of the corpus",
    "Tests/Page/test_page.py": "one browser session, in which each test needs the pages of the ones before",
}


def main():
    paths = [Path(path) for path in subprocess.check_output(["git", "ls-files"], text=True).splitlines()]
    paths = [path for path in paths if path.suffix in SOURCES and path.is_file()]
    faults = []
    for path in paths:
        lines = len(path.read_text("utf-8").splitlines())
        if lines > LINES and str(path) not in EXCEPTIONS:
            faults.append(f"{path}: {lines} lines, at most {LINES}; split it by its ideas")
        if lines <= LINES and str(path) in EXCEPTIONS:
            faults.append(f"{path}: {lines} lines; remove it from the exceptions of check_sizes.py")
    folders = Counter(path.parent for path in paths if path.suffix == ".swift" and path.parts[0] == "Sources")
    faults += [f"{folder}: {count} Swift files, at most {FILES}; name its ideas by folders"
               for folder, count in sorted(folders.items()) if count > FILES]
    print(*faults, f"{len(paths)} files, {len(folders)} folders, {len(faults)} too large", sep="\n")
    return 1 if faults else 0


if __name__ == "__main__":
    raise SystemExit(main())
