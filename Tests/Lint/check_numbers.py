#!/usr/bin/env python3
"""Finds conversions of outside numbers that trap: floating-point numbers and texts that are made integers.

Swift's `Int(x)` ends the process for NaN, an infinity or a number that is too large, and `Int(text)` takes what no
format allows, such as a plus sign. Sources use `CheckedNumbers` instead. The check reads the index of the last debug
build, so it sees types and not spellings.

Usage: check_numbers.py [BUILD_FOLDER]     (after `swift build --build-tests`; default .build/debug)
"""

import os
import re
import subprocess
import sys

from index_store import IndexStore

INTEGER = r"(?:U?Int(?:8|16|32|64|128)?|FixedWidthInteger|BinaryInteger)"
FORBIDDEN = [
    # Int(1.5), UInt8(Float(x)), T(x) with a generic floating-point x
    re.compile(r"\b" + INTEGER + r"\.init(?:<[^>]*>)?\(_?:? ?(?:Swift\.)?(?:Double|Float|Float16|Float80)\b"),
    re.compile(r"\b" + INTEGER + r"\.init<.*BinaryFloatingPoint.*>\((?!exactly)"),
    # Int("5"), Int(text, radix: 10)
    re.compile(r"\b" + INTEGER + r"\.init(?:<[^>]*>)?\([^)]*\bString\b"),
    re.compile(r"\b" + INTEGER + r"\.init<.*StringProtocol.*>\("),
]
# The checked conversions themselves, and where they are written.
CHECKED = "(extension in CheckedNumbers)"
ALLOWED = ("Sources/CheckedNumbers/",)


def demangled(usrs):
    """The declarations of Swift symbols by their USRs, which are mangled names behind `s:`."""
    names = [usr for usr in usrs if usr.startswith("s:")]
    lines = subprocess.run(
        ["swift", "demangle", "--compact"], input="\n".join("$s" + name[2:] for name in names),
        capture_output=True, text=True, check=True).stdout.splitlines()
    return dict(zip(names, lines))


def main():
    build = sys.argv[1] if len(sys.argv) > 1 else ".build/debug"
    root = os.path.realpath(os.path.join(os.path.dirname(__file__), "..", ".."))
    sources = os.path.join(root, "Sources") + os.sep
    try:
        uses = {
            (file, line, usr) for file, line, usr, name in IndexStore(
                os.path.join(build, "index", "store")).uses(sources) if name.startswith("init(")}
    except FileNotFoundError as error:
        print(f"check_numbers: {error}", file=sys.stderr)
        return 2
    declarations = demangled({usr for _, _, usr in uses})
    found = sorted(
        (os.path.relpath(file, root), line, declarations[usr]) for file, line, usr in uses
        if CHECKED not in declarations.get(usr, CHECKED) and any(rule.search(declarations[usr]) for rule in FORBIDDEN))
    found = [use for use in found if not use[0].startswith(ALLOWED)]
    for file, line, declaration in found:
        print(f"{file}:{line}: {declaration}: use CheckedNumbers")
    print(f"check_numbers: {len(uses)} initialisers used in Sources, {len(found)} unchecked")
    return 1 if found or not uses else 0


if __name__ == "__main__":
    sys.exit(main())
