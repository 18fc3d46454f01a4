"""Compressed images: encoding, rows - 1, columns - 1 and bits - 1, then the image."""

import struct

JPEG, JPEG2000, RUNS = 0, 1, 2
# Lengths of the codes of 0 to 16 bits.
LENGTHS = [2, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 16]


def predicted(values, place, columns, predictor, depth):
    row, column = divmod(place, columns)
    if place == 0:
        return 1 << (depth - 1)
    if row == 0:
        return values[place - 1]
    above = values[place - columns]
    if column == 0:
        return above
    left, corner = values[place - 1], values[place - columns - 1]
    return [left, above, corner, left + above - corner, left + ((above - corner) >> 1),
            above + ((left - corner) >> 1), (left + above) >> 1][(predictor - 1) % 7]


def coded(values, columns, predictor, depth, lengths):
    codes, code = {}, 0
    for length in range(1, 17):
        for size, own in enumerate(lengths):
            if own == length:
                codes[size] = format(code, f"0{length}b")
                code += 1
        code <<= 1
    bits = ""
    for place, value in enumerate(values):
        difference = (value - predicted(values, place, columns, predictor, depth) + 0x8000) % 0x10000 - 0x8000
        size = abs(difference).bit_length()
        bits += codes[size]
        if 0 < size < 16:
            bits += format(difference if difference > 0 else difference + (1 << size) - 1, f"0{size}b")
    bits += "1" * (-len(bits) % 8)
    return int(bits, 2).to_bytes(len(bits) // 8, "big").replace(b"\xff", b"\xff\0")


def segment(marker, content):
    return bytes([0xFF, marker]) + struct.pack(">H", len(content) + 2) + content


def jpeg(rows, columns, predictor=1, depth=16, lengths=LENGTHS, extra=b""):
    values = [(place * 2654435761 >> 7) % (1 << depth) if place % 3 else place for place in range(rows * columns)]
    order = sorted(range(17), key=lambda size: (lengths[size], size))
    table = bytes([0] + [lengths.count(length) for length in range(1, 17)] + order)
    return (b"\xff\xd8" + extra + segment(0xC3, struct.pack(">B2H4B", depth, rows, columns, 1, 1, 0x11, 0))
            + segment(0xC4, table) + segment(0xDA, bytes([1, 1, 0, predictor, 0, 0]))
            + coded(values, columns, predictor, depth, lengths) + b"\xff\xd9")


def seeds():
    def head(encoding, rows, columns, bits=16):
        return bytes([encoding, rows - 1, columns - 1, bits - 1])
    size = head(JPEG, 5, 7)
    whole = jpeg(5, 7)
    cases = {f"predictor-{predictor}": size + jpeg(5, 7, predictor) for predictor in range(1, 9)}
    cases |= {f"depth-{depth}": head(JPEG, 3, 4, depth) + jpeg(3, 4, depth=depth) for depth in (8, 9, 12, 15)}
    dimensions = struct.pack(">2H8IH3B", 41, 0, 4, 4, 0, 0, 4, 4, 0, 0, 1, 0x8F, 1, 1)
    tile = segment(0x90, struct.pack(">HI2B", 0, 34, 0, 1)) + b"\xff\x93" + bytes(20)
    stream = (b"\xff\x4f\xff\x51" + dimensions + segment(0x52, bytes([0, 0, 0, 1, 0, 5, 4, 4, 0, 1]))
              + segment(0x5C, b"\x40" + b"\x48" * 16) + tile + b"\xff\xd9")
    runs = struct.pack("<16I", 2, 64, 66, *[0] * 13) + b"\xf1\x01" + b"\xf1\x02"
    cases |= {
        "equal-codes": size + jpeg(5, 7, lengths=[5] * 17), "one-pixel": head(JPEG, 1, 1) + jpeg(1, 1),
        "one-row": head(JPEG, 1, 9) + jpeg(1, 9, 7), "one-column": head(JPEG, 9, 1) + jpeg(9, 1, 4),
        "cut": size + whole[:-9], "no-end": size + whole[:-2], "long": size + whole[:-2] + b"\1\2\3\xff\xd9",
        "other-size": head(JPEG, 7, 5) + whole, "huge": head(JPEG, 256, 256) + jpeg(5, 7).replace(b"\0\5\0\7", b"\1\0\1\0"),
        "restarts": size + jpeg(5, 7, extra=segment(0xDD, b"\0\7")),
        "no-restarts": size + jpeg(5, 7, extra=segment(0xDD, b"\0\0")),
        "two-tables": size + jpeg(5, 7, extra=segment(0xC4, bytes([1, 1] + [0] * 15 + [3]))),
        "codes-beyond": size + jpeg(5, 7, extra=segment(0xC4, bytes([0, 3] + [0] * 15 + [1, 2, 3]))),
        "fill": size + whole[:-2] + b"\xff\xff\xff\xd9", "jpeg2000": head(JPEG2000, 4, 4) + stream,
        "runs": head(RUNS, 4, 4) + runs, "runs-short": head(RUNS, 4, 4) + runs[:-1],
    }
    return cases
