"""Gzip streams: a byte that says how large the pieces are, then members."""

import struct
import zlib


def framed(body, content, flags=0, extra=b""):
    start = bytes([0x1F, 0x8B, 8, flags, 0, 0, 0, 0, 0, 255]) + extra
    return start + body + struct.pack("<2I", zlib.crc32(content), len(content) & 0xFFFFFFFF)


def deflated(content, level=6):
    stream = zlib.compressobj(level, zlib.DEFLATED, -15)
    return stream.compress(content) + stream.flush()


def member(data):
    return framed(deflated(data), data)


def seeds():
    text = b"There is pleural effusion. " * 40
    one, empty = member(text), member(b"")
    named = framed(deflated(text), text, 8 | 16, b"name\0comment\0")
    cases = {
        "one": b"\x06" + one, "stored": b"\xff" + framed(deflated(text, 0), text),
        "two": b"\x00" + one + one, "empty": b"\x10" + empty, "empties": b"\x10" + empty * 4 + one,
        "too-many-empties": b"\x10" + empty * 5 + one, "named": b"\x07" + named,
        "extra": b"\x07" + framed(deflated(text), text, 4, b"\4\0abcd"),
        "long-name": b"\x07" + framed(deflated(text), text, 8, b"n" * 70 + b"\0"),
        "header-checksum": b"\x07" + framed(deflated(text), text, 2, b"\0\0"),
        "checksum": b"\x20" + framed(deflated(text), text[1:]), "cut": b"\x20" + one[:-9],
        "rubbish-after": b"\x20" + one + b"\0\0", "rubbish-inside": b"\x20" + one + b"\x1f" + one,
        "bomb": b"\xff" + member(bytes(300_000)),
        "wrong-method": b"\x20" + one[:2] + b"\7" + one[3:],
        "padded": b"\x20" + one + bytes(600), "padded-rubbish": b"\x20" + one + bytes(600) + b"x",
        "padded-between": b"\x20" + one + bytes(2) + one,
    }
    return cases
