"""DICOM: files in sequence, without their preambles."""

import struct


LONG = ("OB", "OW", "SQ", "UN", "UT")


def element(tag, representation, value, length=None, order="<", implicit=False):
    value = value.encode("latin-1") if isinstance(value, str) else value
    value += b"\0" * (len(value) % 2) if representation in ("UI", "OB") else b" " * (len(value) % 2)
    length = len(value) if length is None else length
    head = struct.pack(order + "2H", tag >> 16, tag & 0xFFFF)
    if implicit:
        return head + struct.pack(order + "I", length) + value
    if representation in LONG:
        return head + representation.encode() + b"\0\0" + struct.pack(order + "I", length) + value
    return head + representation.encode() + struct.pack(order + "H", length & 0xFFFF) + value


EXPLICIT, IMPLICIT, BIG = "1.2.840.10008.1.2.1", "1.2.840.10008.1.2", "1.2.840.10008.1.2.2"


def slice_head(index, syntax=EXPLICIT, change=None, extra=b"", pixels=b"\0\0"):
    order, implicit = ">" if syntax == BIG else "<", syntax == IMPLICIT
    elements = {
        0x00080008: ("CS", "ORIGINAL\\PRIMARY\\AXIAL"), 0x00080018: ("UI", f"1.2.{index}"),
        0x00080060: ("CS", "CT"), 0x0020000D: ("UI", "1.2"), 0x0020000E: ("UI", "1.3"),
        0x00200011: ("IS", "4"), 0x00200032: ("DS", f"0\\0\\{3 * index}"),
        0x00200037: ("DS", "1\\0\\0\\0\\1\\0"), 0x00280002: ("US", 1), 0x00280010: ("US", 1),
        0x00280011: ("US", 1), 0x00280030: ("DS", "0.7\\0.7"), 0x00280100: ("US", 16), 0x00280101: ("US", 16),
        0x00280102: ("US", 15), 0x00280103: ("US", 1), 0x00281052: ("DS", "0"), 0x00281053: ("DS", "1"),
    } | (change or {})
    body = extra
    for tag, (representation, value) in sorted(elements.items()):
        if value is None:
            continue
        value = struct.pack(order + "H", value) if isinstance(value, int) else value
        body += element(tag, representation, value, order=order, implicit=implicit)
    body += element(0x7FE00010, "OW", pixels, order=order, implicit=implicit)
    return b"DICM" + element(0x00020010, "UI", syntax) + body


def stack(count=4, **rest):
    return b"".join(slice_head(index, **rest) for index in range(count))


def seeds():
    undefined, item, end = b"\xff" * 4, b"\xfe\xff\0\xe0", b"\xfe\xff\x0d\xe0\0\0\0\0"
    close = b"\xfe\xff\xdd\xe0\0\0\0\0"
    sequence = b"\x08\0\x15\x11SQ\0\0" + undefined
    inner = element(0x00200032, "DS", "9\\9\\9")
    def with_direction(text):
        return stack(change={0x00200037: ("DS", text)})
    def with_all(tag, representation, value):
        return stack(change={tag: (representation, value)})
    def varied(tag, representation, values):
        return b"".join(slice_head(index, change={tag: (representation, value)}) for index, value in enumerate(values))
    cases = {
        "stack": stack(), "implicit": stack(syntax=IMPLICIT), "big": stack(syntax=BIG), "few": stack(2),
        "deflated": stack(syntax="1.2.840.10008.1.2.1.99"), "lossy": stack(syntax="1.2.840.10008.1.2.4.51"),
        "huge-direction": with_direction("1e200\\1e200\\0\\1e200\\1e200\\0"),
        "zero-direction": with_direction("0\\0\\0\\0\\0\\0"), "same-direction": with_direction("1\\0\\0\\1\\0\\0"),
        "nan-direction": with_direction("nan\\0\\0\\0\\inf\\0"), "five-numbers": with_direction("1\\0\\0\\0\\1"),
        "tiny-direction": with_direction("1e-200\\0\\0\\0\\1e-200\\0"), "no-direction": with_all(0x00200037, "DS", None),
        "no-position": with_all(0x00200032, "DS", None), "one-place": with_all(0x00200032, "DS", "0\\0\\0"),
        "huge-positions": varied(0x00200032, "DS", ["0\\0\\-1e308", "0\\0\\0", "0\\0\\1e308"]),
        "gap": varied(0x00200032, "DS", ["0\\0\\0", "0\\0\\3", "0\\0\\6", "0\\0\\12", "0\\0\\15"]),
        "rounded": varied(0x00200032, "DS", ["0\\0\\0", "0\\0\\1", "0\\0\\1", "0\\0\\2", "0\\0\\3", "0\\0\\3"]),
        "rounded-tenths": varied(0x00200032, "DS", ["0\\0\\0", "0\\0\\0.6", "0\\0\\1.3", "0\\0\\1.9", "0\\0\\2.5"]),
        "kernels": stack(change={0x00181210: ("SH", "B70f")}) + stack(change={0x0020000E: ("UI", "1.4"), 0x00181210: ("SH", "FC51")}),
        "iodine": with_all(0x00281054, "LO", "MGML"), "torax": with_all(0x00180015, "CS", "T\u00d3RAX"),
        "uneven": varied(0x00200032, "DS", ["0\\0\\0", "0\\0\\3", "0\\0\\4", "0\\0\\9"]),
        "tilted": varied(0x00200032, "DS", [f"0\\{3 * index}\\{3 * index}" for index in range(4)]),
        "no-spacing": with_all(0x00280030, "DS", None), "zero-spacing": with_all(0x00280030, "DS", "0\\0"),
        "huge-spacing": with_all(0x00280030, "DS", "1e300\\1e300"), "negative-spacing": with_all(0x00280030, "DS", "-1\\1"),
        "two-series": stack() + stack(change={0x0020000E: ("UI", "1.4")}),
        "better-series": stack(3) + stack(change={0x0020000E: ("UI", "1.4"), 0x00180015: ("CS", "CHEST")}),
        "two-studies": stack(3) + stack(change={0x0020000D: ("UI", "1.5")}),
        "localizer": with_all(0x00080008, "CS", "ORIGINAL\\PRIMARY\\LOCALIZER"),
        "mr": with_all(0x00080060, "CS", "MR"), "colour": with_all(0x00280002, "US", 3),
        "frames": slice_head(0, change={0x00280008: ("IS", "12")}),
        "many-frames": slice_head(0, change={0x00280008: ("IS", "99999999999999999999")}),
        "negative-frames": slice_head(0, change={0x00280008: ("IS", "-5")}),
        "series-number": with_all(0x00200011, "IS", "-9223372036854775808"),
        "twice": stack() + stack(), "sizes": varied(0x00280010, "US", [1, 1, 2, 1]),
        "bits": with_all(0x00280100, "US", 12), "slope-zero": with_all(0x00281053, "DS", "0"),
        "slope-nan": with_all(0x00281053, "DS", "nan"), "long-rows": with_all(0x00280010, "US", b"\1\0\0\0"),
        "sequence": stack(extra=sequence + item + undefined + inner + end + close),
        "sequence-lengths": stack(extra=element(0x00081115, "SQ", item + struct.pack("<I", len(inner)) + inner)),
        "sequence-deep": slice_head(0, extra=(sequence + item + undefined) * 18),
        "sequence-open": slice_head(0, extra=sequence + item + undefined + inner),
        "unknown-sequence": stack(extra=b"\x09\0\x10\0UN\0\0" + undefined + item + undefined
                                  + element(0x00200032, "", "9\\9\\9", implicit=True) + end + close),
        "empty-elements": slice_head(0, extra=element(0x00090010, "LO", b"") * 300),
        "length-beyond": slice_head(0, extra=element(0x00090010, "UN", b"ab", length=0x7FFFFFFF)),
        "not-capital": slice_head(0, extra=b"\x09\0\x10\0lo\0\0"), "cut": stack()[:-40], "magic": b"DICM" * 5,
        "no-pixels": slice_head(0)[:-14], "pixel-lengths": varied(0x00280101, "US", [16, 12, 16, 16]),
    }
    return cases
