"""ZIP archives, as they are."""

import struct
import zlib

from .gzips import deflated


def zipped(entries, comment=b"", count=None, gap=b"", **ends):
    """entries: (name, content) with what is to be wrong or special in a third place."""
    file, directory = b"", b""
    for name, content, *rest in entries:
        lie = rest[0] if rest else {}
        method = lie.get("method", 8)
        body = lie.get("body", deflated(content) if method == 8 else content)
        name = name.encode("latin-1")
        extra, note, mode = lie.get("extra", b""), lie.get("comment", b""), lie.get("mode", 0o100644)
        fields = struct.pack(
            "<5H3I", 20, lie.get("flags", 0), method, 0, 0, lie.get("checksum", zlib.crc32(content)), len(body),
            lie.get("size", len(content)))
        start = lie.get("start", len(file))
        file += struct.pack("<I", 0x04034B50) + fields + struct.pack("<2H", len(name), 0) + name + body
        directory += struct.pack("<IH", 0x02014B50, 0x0314) + fields
        directory += struct.pack("<5H2I", len(name), len(extra), len(note), 0, 0, mode << 16, start)
        directory += name + extra + note
    count = len(entries) if count is None else count
    end = struct.pack("<I4H2IH", 0x06054B50, 0, 0, count, count, ends.get("size", len(directory)),
                      ends.get("start", len(file) + len(gap)), len(comment))
    return file + gap + directory + end + comment


def zipped64(entries, descriptor=False, **ends):
    """The same with sizes and places of 64 bits; `ends` are fields of the record that lie."""
    file, directory = b"", b""
    for name, content in entries:
        body, name = deflated(content), name.encode("latin-1")
        known = (zlib.crc32(content), 0xFFFFFFFF, 0xFFFFFFFF)
        local = (0, 0xFFFFFFFF, 0xFFFFFFFF) if descriptor else known
        fields = struct.pack("<5H", 45, 8 if descriptor else 0, 8, 0, 0)
        sizes = struct.pack("<2Q", len(content), len(body))
        extra = struct.pack("<2H", 1, 24) + sizes + struct.pack("<Q", len(file))
        file += struct.pack("<I", 0x04034B50) + fields + struct.pack("<3I", *local)
        file += struct.pack("<2H", len(name), 20) + name + struct.pack("<2H", 1, 16)
        file += (bytes(16) if descriptor else sizes) + body
        if descriptor:
            file += struct.pack("<2I2Q", 0x08074B50, zlib.crc32(content), len(body), len(content))
        directory += struct.pack("<IH", 0x02014B50, 0x032D) + fields + struct.pack("<3I", *known)
        directory += struct.pack("<5H2I", len(name), len(extra), 0, 0, 0, 0o100644 << 16, 0xFFFFFFFF)
        directory += name + extra
    here = len(file) + len(directory)
    record = struct.pack(
        "<IQ2H2I4Q", 0x06064B50, ends.get("length", 44), 0x032D, 45, ends.get("disk", 0), 0,
        ends.get("count", len(entries)), len(entries), ends.get("size", len(directory)), ends.get("start", len(file)))
    locator = struct.pack("<2IQI", 0x07064B50, 0, ends.get("place", here), ends.get("disks", 1))
    end = struct.pack("<I4H2IH", 0x06054B50, 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    return file + directory + record + locator + end


def seeds():
    text, a, b = b"There is pleural effusion. " * 9, ("a", b"alpha"), ("b/c.dcm", b"beta" * 40)
    whole = zipped([a, b])
    cases = {
        "two": whole, "stored": zipped([("a", text, {"method": 0}), b]), "none": zipped([]),
        "folder": zipped([("d/", b""), ("d/a", text)]), "comment": zipped([a], b"a comment PK\5\6"),
        "empty-file": zipped([("a", b"", {"method": 0}), ("b", b"")]),
        "extra": zipped([("a", text, {"extra": b"UT\5\0\1abcd", "comment": b"note"}), b]),
        "long-name": zipped([("n" * 65, text)]), "long-extra": zipped([("a", text, {"extra": b"e" * 65})]),
        "long-comment": zipped([("a", text, {"comment": b"c" * 65})]),
        "long-directory": zipped([(f"{index:060}", b"") for index in range(8)] + [("x" * 60, b"")]),
        "many": zipped([(f"{index}", b"x") for index in range(9)]),
        "most": zipped([(f"{index}", b"x") for index in range(8)]),
        "count-high": zipped([a, b], count=3), "count-low": zipped([a, b], count=1),
        "count-64": zipped([a, b], count=0xFFFF), "twice": zipped([a, a]), "up": zipped([("../a", text)]),
        "inside-up": zipped([("a/../../b", text)]), "backslash": zipped([("a\\..\\b", text)]),
        "absolute": zipped([("/a", text)]), "drive": zipped([("C:a", text)]), "zero-name": zipped([("a\0b", text)]),
        "dots": zipped([("...", text), ("a..", text), ("..b/c", text)]), "no-name": zipped([("", text)]),
        "link": zipped([("a", b"/etc", {"mode": 0o120777})]), "overlap": zipped([a, ("b", text, {"start": 0})]),
        "behind": zipped([a, ("b", text, {"start": 60_000})]), "password": zipped([("a", text, {"flags": 1})]),
        "lzma": zipped([("a", text, {"method": 14})]), "aes": zipped([("a", text, {"method": 99})]),
        "checksum": zipped([("a", text, {"checksum": 1})]), "short": zipped([("a", text, {"size": 10})]),
        "long": zipped([("a", text, {"size": 1000})]), "bomb": zipped([("a", bytes(60_000))]),
        "too-large": zipped([("a", text, {"size": 70_000})]), "size-64": zipped([("a", text, {"size": 0xFFFFFFFF})]),
        "no-deflate": zipped([("a", text, {"body": text})]), "gap": zipped([a], gap=b"gap"),
        "gap-unsaid": zipped([a], gap=b"gap", start=0), "cut": whole[:-1], "cut-more": whole[:-30],
        "behind-the-end": whole + b"x", "directory-size": zipped([a, b], size=46),
        "trailing-stream": zipped([("a", text, {"body": deflated(text) + b"xyz"})]),
        "two-streams": zipped([("a", text, {"body": deflated(text[:20]) + deflated(text[20:])})]),
        "padded": whole + bytes(700), "lines-behind": whole + b"\r\n\r\n", "padded-rubbish": whole + bytes(99) + b"x",
        "padded-comment": zipped([a], b"note\0\0") + bytes(30),
        "zip64": zipped64([a, b]), "zip64-pipe": zipped64([a, ("b", text)], descriptor=True),
        "zip64-padded": zipped64([a]) + bytes(512), "zip64-count": zipped64([a, b], count=1),
        "zip64-length": zipped64([a], length=1 << 63), "zip64-size": zipped64([a], size=(1 << 64) - 1),
        "zip64-start": zipped64([a], start=1 << 62), "zip64-place": zipped64([a], place=(1 << 64) - 20),
        "zip64-disks": zipped64([a], disks=2),
        "zip64-short": zipped([("a", text, {"size": 0xFFFFFFFF, "extra": struct.pack("<2HI", 1, 4, 9)})]),
    }
    return cases
