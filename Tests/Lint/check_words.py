#!/usr/bin/env python3
"""Refuses phrases that are not plain English, in everything that people read.

Usage: check_words.py     (from the root of the checkout; exit status 1 if a phrase is found)

"There is no effusion" in quotation marks is allowed: it is how prompts and reports deny a finding. Messages that
begin like this in lower case are refused; in Models/*.py they are words of a vocabulary.
"""

import re
import subprocess
from pathlib import Path

READ = ("Sources", "Docker", "openapi.yaml", "*.md", "Models/*.py")
BINARY = (".png", ".nii", ".gz", ".zip", ".safetensors", ".woff2", ".ico")

INSTEAD = {
    r"told of": "reported",
    r"(?:is|are) had": "is available",
    r"passed over": "skipped, ignored",
    r"anew": "again, from scratch",
    r"for who": "for clients that",
    r"(?:is|are) no(?! longer| more) \w+": "is not a",
    r"as many as may": "the limit is reached",
    r"wants a key": "requires a key",
    r"what would mend": "a suggested fix",
    r"stands in": "is listed in, is in",
    r"one behind the other": "sequentially",
    r"(?:file|upload|volume|map)s? in work": "being processed",
    r"of ours": "of this program",
    r"nobody else": "no other process or client",
    r"the way of": "the path of",
    r"places? among": "a place in the queue of",
    r"look-ups?": "lookup",
    r"small letters?": "lower-case letter",
    r"when (?:this|the) object goes": "when the object is released",
}
PHRASES = [(re.compile(r"\b" + phrase.replace(" ", r"\s+") + r"\b", re.IGNORECASE), instead)
           for phrase, instead in INSTEAD.items()]

MARK = re.compile(r"^[ \t]*(?:///?|#+|\*|>)", re.MULTILINE)
QUOTED = re.compile(r"\"[^\"\n]*\"|“[^”]*”|`[^`\n]*`")
DENIAL = re.compile(r"\bThere (is|are) no\b")
WORDS_OF_A_MODEL = re.compile(r"\bthere (is|are|is are) no\b", re.IGNORECASE)


def blank(match):
    return " " * len(match[0])


def found(text, denial=DENIAL):
    """(line, phrase, what to say instead) for each phrase of `text`; one may continue on the next line of a comment."""
    plain = MARK.sub(blank, text)
    plain = QUOTED.sub(lambda quoted: denial.sub(blank, quoted[0]), plain)
    hits = [(match.start(), match[0], instead) for phrase, instead in PHRASES for match in phrase.finditer(plain)]
    return [(text.count("\n", 0, start) + 1, " ".join(words.split()), instead) for start, words, instead in sorted(hits)]


def main():
    paths = subprocess.check_output(["git", "ls-files", "--", *READ], text=True).splitlines()
    paths = [Path(path) for path in paths if not path.endswith(BINARY)]
    hits = [(path, *hit) for path in paths if path.is_file() and not path.is_symlink()
            for hit in found(path.read_text("utf-8"), WORDS_OF_A_MODEL if path.suffix == ".py" else DENIAL)]
    for path, line, words, instead in hits:
        print(f"{path}:{line}: “{words}”; say: {instead}")
    print(f"{len(paths)} files, {len(hits)} phrases to rewrite")
    return 1 if hits else 0


if __name__ == "__main__":
    raise SystemExit(main())
