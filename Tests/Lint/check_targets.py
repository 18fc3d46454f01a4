#!/usr/bin/env python3
"""Compares the targets and imports on the Architecture page with Package.swift.

Usage: check_targets.py     (from the root of the checkout; exit status 1 if they differ)

The page has one section for each level, or for several, and one table row for each target. A target imports from the
sections above its own and from the rows above its own in the same section, so there is no circle.
"""

import re
from pathlib import Path

PACKAGE = Path("Package.swift")
PAGE = Path("Sources/API/Documentation.docc/Architecture.md")

TARGET = re.compile(r"\.(target|executableTarget|systemLibrary)\(\s*name: \"(\w+)\"(.*?)(?=\n    \.\w+\(|\n    //|\n    fuzzTarget|\n  \])", re.S)
PRODUCT = re.compile(r"^let (\w+) = Target\.Dependency\.product\(\s*name: \"\w+\", package: \"([\w.-]+)\"\)", re.M)
PACKAGES = {"GRDB.swift": "GRDB"}


def declared(text):
    """Target → the targets and packages that it imports, from the text of Package.swift."""
    products = {name: PACKAGES.get(package, package) for name, package in PRODUCT.findall(text)}
    targets = {}
    for _, name, body in TARGET.findall(text):
        if 'path: "Tests' in body:
            continue
        listed = re.search(r"dependencies: \[(.*?)\]", body, re.S)
        words = re.findall(r"\"?[\w]+\"?", listed[1]) if listed else []
        targets[name] = {word.strip('"') if word.startswith('"') else products[word] for word in words}
    return targets


def drawn(text):
    """(section, targets of a row, imports or None if the table has no such column), in the order of the page."""
    rows, section, has_imports = [], "", False
    for line in text.split("\n## Targets\n", 1)[-1].split("\n## ", 1)[0].splitlines():
        if line.startswith("### "):
            section = line[4:]
        elif line.startswith("| target"):
            has_imports = line.rstrip(" |").endswith("imports")
        elif line.startswith("| `"):
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            imports = None
            if has_imports:
                imports = {name.strip("` ") for name in cells[-1].split(",")} - {""}
            rows.append((section, re.findall(r"`(\w+)`", cells[0]), imports))
    return rows


def faults(package, page):
    targets, rows = declared(package), drawn(page)
    lower, found = set(), []
    for section, names, imports in rows:
        for name in names:
            if name not in targets:
                found.append(f"{name}: is on the page and not in Package.swift")
                continue
            if imports is not None and imports != targets[name]:
                for other in sorted(targets[name] - imports):
                    found.append(f"{name}: imports {other}, which the page does not say")
                for other in sorted(imports - targets[name]):
                    found.append(f"{name}: does not import {other}, as the page says")
            for other in sorted((targets[name] & targets.keys()) - lower):
                found.append(f"{name} ({section}): imports {other}, which is not above it on the page")
        lower |= set(names)
    named = {name for _, names, _ in rows for name in names}
    return found + [f"{name}: is not on the page" for name in sorted(targets.keys() - named)]


def main():
    found = faults(PACKAGE.read_text("utf-8"), PAGE.read_text("utf-8"))
    print(*found, f"{len(declared(PACKAGE.read_text('utf-8')))} targets, {len(found)} differences", sep="\n")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
