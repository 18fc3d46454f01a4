#!/usr/bin/env python3
"""Checks that every relative link and anchor of the repository's Markdown files leads somewhere.

Usage: check_links.py     (from the root of the checkout; exit status 1 if a link is broken)
"""

import os
import re
import subprocess
import sys
from pathlib import Path

LINK = re.compile(r"\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#{1,6} (.*)")


def prose(path):
    """The lines of a page that are neither indented code nor inside a code fence."""
    fenced = False
    for line in Path(path).read_text("utf-8").splitlines():
        if line.startswith("```"):
            fenced = not fenced
        elif not fenced and not line.startswith("    "):
            yield line


def anchor(heading):
    """The anchor that code hosts give a heading."""
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).strip().lower()
    return re.sub(r"[^\w\- ]", "", text).replace(" ", "-")


def anchors(path):
    """The anchors of a page; equal headings are numbered."""
    seen, found = {}, set()
    for line in prose(path):
        if heading := HEADING.match(line):
            name = anchor(heading[1])
            count = seen.get(name, 0)
            seen[name] = count + 1
            found.add(f"{name}-{count}" if count else name)
    return found


def main():
    pages = subprocess.check_output(["git", "ls-files", "*.md"], text=True).split()
    links = [(page, link) for page in pages for link in LINK.findall("\n".join(prose(page)))]
    relative = [(page, link) for page, link in links if not re.match(r"[a-z]+:", link)]
    broken = 0
    for page, link in relative:
        path, _, name = link.partition("#")
        target = os.path.normpath(os.path.join(os.path.dirname(page), path)) if path else page
        if not os.path.exists(target):
            print(f"{page}: {link}: no such file")
        elif name and name not in anchors(target):
            print(f"{page}: {link}: no such heading")
        else:
            continue
        broken += 1
    print(f"{len(pages)} pages, {len(relative)} relative links, {broken} broken")
    sys.exit(1 if broken else 0)


if __name__ == "__main__":
    main()
