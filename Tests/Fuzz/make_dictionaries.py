"""Writes libFuzzer's dictionaries: the words that the sources and the fixtures' vocabulary hold.

`python3 Tests/Fuzz/make_dictionaries.py FOLDER` makes FOLDER/<target>.dict. They are made again before each run, so
that a new word of the sources is tried at once; hashed look-ups hide their words from the fuzzer.
"""

import os
import re
import struct
import sys
from pathlib import Path

TESTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
# The targets whose code reads the input of a fuzz target.
SOURCES = {
    "head": ["HTTP"], "form": ["HTTP"], "json": ["StrictJSON"], "safetensors": ["Encoders"], "report": ["ReportText"],
    "configuration": ["Encoders"], "inference": ["OpenInferenceProtocol"], "archive": ["Archives", "StrictJSON"],
    "documents": ["API", "Archives", "Calibrations", "Diagnoses", "Jobs", "Volumes"],
}
# Signatures of a ZIP, and elements of a DICOM head with their value representations.
ZIP = {"PK\1\2", "PK\3\4", "PK\5\6", "PK\7\x08", "../", "\xff\xff\xff\xff", "\xff\xff"}
DICOM = {"DICM", "\xfe\xff\0\xe0", "\xfe\xff\r\xe0", "\xfe\xff\xdd\xe0", "\xff\xff\xff\xff", "SQ\0\0", "UN\0\0", "1e999", "nan",
         "1\\0\\0\\0\\1\\0"} | {
    struct.pack("<2H", group, element).decode("latin-1") + representation
    for group, element, representation in (
        (0x0002, 0x0010, "UI"), (0x0008, 0x0008, "CS"), (0x0008, 0x0060, "CS"), (0x0020, 0x000D, "UI"),
        (0x0020, 0x000E, "UI"), (0x0020, 0x0032, "DS"), (0x0020, 0x0037, "DS"), (0x0028, 0x0008, "IS"),
        (0x0028, 0x0010, "US"), (0x0028, 0x0011, "US"), (0x0028, 0x0030, "DS"), (0x7FE0, 0x0010, "OW"))}
MAGICS = {"\x1f\x8b\x08", "\x1f\x8b", "n+1\0", "n+2\0\r\n\x1a\n", "ni1\0", "\0\0\0\0\0"}
# Markers of JPEG and JPEG 2000.
FRAMES = {"\xff" + marker for marker in "\xd8\xd9\xc3\xc4\xda\xdd\x4f\x51\x52\x90\x93\0"}
LITERAL = re.compile(r'"((?:[^"\\\n]|\\.)+)"')


def read(*parts):
    with open(os.path.join(TESTS, *parts), encoding="utf-8") as file:
        return file.read()


def literals(module):
    """The text literals of a module's code, and their parts between commas; comments are left out."""
    found = set()
    for path in sorted(Path(TESTS, "..", "Sources", module).rglob("*.swift")):
        code = re.sub(r"^\s*///?.*$", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
        for literal in LITERAL.findall(code):
            found.update(part.strip() for part in literal.split(","))
    if not found:
        sys.exit(f"no text literal in Sources/{module}")
    return {text for text in found if text and "\\" not in text and len(text) <= 40}


def encoded(text):
    return text.encode("latin-1") if text in MAGICS | ZIP | DICOM | FRAMES else text.encode()


def quoted(text):
    return '"' + "".join(f"\\x{byte:02x}" for byte in encoded(text)) + '"\n'


def main(folder):
    words = {target: set().union(*map(literals, modules)) for target, modules in SOURCES.items()}
    words["tokens"] = set(read("Fixtures", "tokenization-vocabulary.txt").split())
    # Magic numbers of gzip and NIfTI; libFuzzer refuses a dictionary without a word.
    words["volume"] = words["gzip"] = MAGICS
    words["zip"], words["dicom"], words["frame"] = ZIP, DICOM, FRAMES
    os.makedirs(folder, exist_ok=True)
    for target, texts in words.items():
        with open(os.path.join(folder, target + ".dict"), "w") as file:
            file.writelines(quoted(text) for text in sorted(texts))


if __name__ == "__main__":
    main(sys.argv[1])
