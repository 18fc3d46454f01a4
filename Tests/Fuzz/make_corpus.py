"""Writes the seeds of Tests/FuzzCorpus: small inputs, right and wrong, from which the fuzzer starts.

Run it anywhere: `python3 Tests/Fuzz/make_corpus.py`. It needs nothing but Python, writes the same bytes each
time, and leaves alone what a fuzzer has added. No byte comes from a patient.
"""

import json
import os
import struct
import zlib

CORPUS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "FuzzCorpus")


def write(target, name, data):
    folder = os.path.join(CORPUS, target)
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "seed-" + name), "wb") as file:
        file.write(data)


# Heads: a byte of flags (1: HTTP/1.0, 2: not local, 4: draining, 8: keys), then lines.

def head(flags, method, target, *fields):
    return bytes([flags]) + "\n".join([method, target, *fields]).encode("latin-1")


HOST = "Host:127.0.0.1:8080"


def make_heads():
    post = ["POST", "/v1/diagnoses?prompt=rib+fracture&a=%C3%A4", HOST]
    cases = {
        "get": head(0, "GET", "/healthz", HOST, "X-Request-ID:abcdefgh"),
        "head-old": head(1, "HEAD", "/v1/volumes/a%20b"),
        "options": head(0, "OPTIONS", "*", "Host:[::1]", "Origin:http://localhost:3000"),
        "metrics": head(10, "GET", "/metrics", HOST, "Authorization:Bearer secret"),
        "key": head(8, "DELETE", "/v1/volumes/1", "Host:x", "Authorization:bearer secret"),
        "raw": head(0, *post, "Content-Type:application/octet-stream", "Content-Length:100"),
        "gzip": head(0, *post, "Content-Type:application/gzip", "Content-Length:1001"),
        "chunked": head(0, *post, "Content-Type:application/gzip;a=b", "Transfer-Encoding:Chunked",
                        "Expect:100-continue", "Content-Encoding:identity"),
        "form": head(8, *post, 'Content-Type:multipart/form-data; boundary="a b"; x=y', "Content-Length:9",
                     "Authorization:Bearer secret"),
        "smuggled": head(0, *post, "Content-Length:5", "Transfer-Encoding:chunked"),
        "spaced": head(0, *post, "Content-Length :5"),
        "huge": head(0, *post, "Content-Length:99999999999999999999"),
        "draining": head(4, "GET", "/v1/volumes/x", "Host:CT.example", "Origin:https://ct.example"),
        "dots": head(0, "GET", "/v1/../%2e%2E/a%2fb", HOST),
        "escapes": head(0, "GET", "/v1/volumes/%00%zz\\#", HOST),
        "unknown": head(0, "PROPFIND", "/?&&=&x==&%41", HOST),
    }
    for name, data in cases.items():
        write("head", name, data)


# Volumes: 8 x 8 x 8 voxels, 60 to 80 mm wide, so that a file has some 900 bytes.

def nifti1(order="<", datatype=2, bits=8, voxels=None, dims=(3, 8, 8, 8, 1, 1, 1, 1),
           pixdim=(1, 8, 9, 10, 0, 0, 0, 0), offset=352.0, slope=4.0, intercept=-1000.0, units=2,
           qform=0, sform=1, quaternion=(0, 0, 0, 0, 0, 0),
           matrix=(-8, 0, 0, 10, 0, -9, 0, 20, 0, 0, 10, -30), magic=b"n+1\0", gap=b"\0\0\0\0"):
    header = bytearray(348)
    struct.pack_into(order + "i", header, 0, 348)
    struct.pack_into(order + "8h", header, 40, *dims)
    struct.pack_into(order + "2h", header, 70, datatype, bits)
    struct.pack_into(order + "8f", header, 76, *pixdim)
    struct.pack_into(order + "3f", header, 108, offset, slope, intercept)
    header[123] = units
    struct.pack_into(order + "2h", header, 252, qform, sform)
    struct.pack_into(order + "18f", header, 256, *quaternion, *matrix)
    header[344:348] = magic
    if voxels is None:
        voxels = bytes(index * 7 % 256 for index in range(512))
    return bytes(header) + gap + voxels


def nifti2(order="<"):
    header = bytearray(540)
    struct.pack_into(order + "i", header, 0, 540)
    header[4:12] = b"n+2\0\r\n\x1a\n"
    struct.pack_into(order + "2h", header, 12, 4, 16)
    struct.pack_into(order + "8q", header, 16, 3, 8, 8, 8, 1, 1, 1, 1)
    struct.pack_into(order + "8d", header, 104, -1, 8, 9, 10, 0, 0, 0, 0)
    struct.pack_into(order + "q", header, 168, 544)
    struct.pack_into(order + "2d", header, 176, 1, 0)
    struct.pack_into(order + "2i", header, 344, 1, 0)
    struct.pack_into(order + "18d", header, 352, 0, 0, 1, 5, 6, 7, *[0] * 12)
    struct.pack_into(order + "i", header, 500, 2)
    voxels = struct.pack(order + "512h", *(index * 7 % 2000 - 1000 for index in range(512)))
    return bytes(header) + bytes(4) + voxels


def framed(body, content, flags=0, extra=b""):
    start = bytes([0x1F, 0x8B, 8, flags, 0, 0, 0, 0, 0, 255]) + extra
    return start + body + struct.pack("<2I", zlib.crc32(content), len(content) & 0xFFFFFFFF)


def deflated(content, level=6):
    stream = zlib.compressobj(level, zlib.DEFLATED, -15)
    return stream.compress(content) + stream.flush()


def member(data):
    return framed(deflated(data), data)


def make_volumes():
    floats = [index * 3.5 - 900 for index in range(512)]
    good = nifti1()
    cases = {
        "uint8": good,
        "int16-big": nifti1(">", 4, 16, struct.pack(">512h", *range(512)), slope=0, qform=1),
        "float32": nifti1("<", 16, 32, struct.pack("<512f", *floats), slope=1, intercept=0),
        "float32-nan": nifti1("<", 16, 32, struct.pack("<512f", *floats[1:], float("nan")), slope=1),
        "float64": nifti1("<", 64, 64, struct.pack("<512d", *floats), slope=1, intercept=0),
        "int8": nifti1(datatype=256, bits=8),
        "int32": nifti1("<", 8, 32, struct.pack("<512i", *range(512))),
        "int64-big": nifti1(">", 1024, 64, struct.pack(">512q", *range(512))),
        "uint16": nifti1("<", 512, 16, struct.pack("<512H", *range(512)), slope=1),
        "uint32": nifti1("<", 768, 32, struct.pack("<512I", *range(512)), slope=1),
        "metres": nifti1(units=1, pixdim=(1, .008, .009, .01, 0, 0, 0, 0),
                         matrix=(-.008, 0, 0, 0, 0, -.009, 0, 0, 0, 0, .01, 0)),
        "oblique": nifti1(qform=1, sform=0, quaternion=(.1, .2, .3, -5, 6, 7)),
        "permuted": nifti1(matrix=(0, 9, 0, 0, 0, 0, -10, 0, 8, 0, 0, 0)),
        "extension": nifti1(offset=384.0, gap=b"\1\0\0\0" + struct.pack("<2i", 32, 6) + bytes(24)),
        "assumed": nifti1(sform=0, units=0, dims=(4, 8, 8, 8, 1, 0, 0, 0)),
        "flat": nifti1(voxels=bytes(512)),
        "short": good[:-1], "long": good + b"\0", "header": good[:348], "pair": nifti1(magic=b"ni1\0"),
        "nifti2": nifti2(), "nifti2-big": nifti2(">"),
        "gzip": member(good), "gzip-nifti2": member(nifti2()),
        "gzip-two": member(good[:400]) + member(good[400:]), "gzip-cut": member(good)[:-5],
        "gzip-long": member(good + b"\0"),
        "zip": b"PK\3\4" + bytes(20), "dicom": bytes(128) + b"DICM", "ascii": b"<nifti_image",
        "png": b"\x89PNG\r\n\x1a\n", "nrrd": b"NRRD0004\ntype: short\n", "meta": b"ObjectType = Image\n",
        "tar": b"ct.nii".ljust(257, b"\0") + b"ustar  \0", "mgh": struct.pack(">6i", 1, 8, 8, 8, 1, 4),
        "uint64": nifti1("<", 1280, 64, struct.pack("<512Q", *range(512)), slope=1),
        "pixdim-twice": nifti1(pixdim=(1, 16, 18, 20, 0, 0, 0, 0)),
        "pixdim-negative": nifti1(pixdim=(1, 8, -9, 10, 0, 0, 0, 0)), "gzip-padded": member(good) + bytes(512),
    }
    for name, data in cases.items():
        write("volume", name, data)


# Gzip streams: a byte that says how large the pieces are, then members.

def make_gzips():
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
    for name, data in cases.items():
        write("gzip", name, data)


# Forms: the content type, a line feed, the body.

def part(name, content, headers=""):
    return f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n{headers}\r\n{content}\r\n'


def make_forms():
    kind = "multipart/form-data; boundary=b\n"
    file = part("volume", "\r\n-\r\r\n--\r\n--c\r\n\r\n", "Content-Type: Application/Gzip; x=y\r\n")
    cases = {
        "one": kind + file + "--b--",
        "three": kind + file + part("prompt", "effusion") + part("options", "{}") + "--b--\r\nepilogue",
        "preamble": kind + "preamble\r\n" + file + "--b-- \r\n--b\r\n",
        "padded": kind + file.replace("--b\r\n", "--b \t\r\n") + "--b--",
        "marks": "1. 2. The lungs are clear",
    "quoted": 'multipart/form-data; boundary="a b"\n' + file.replace("--b", "--a b") + "--a b--",
        "escaped": kind + part('vol\\"ume\\\\', "x") + "--b--", "empty-body": kind,
        "empty-file": kind + part("volume", "") + "--b--", "twice": kind + file + file + "--b--",
        "unknown": kind + file + part("other", "x") + "--b--", "long": kind + part("prompt", "x" * 17) + "--b--",
        "many": kind + part("prompt", "") * 17 + "--b--", "cut": kind + file,
        "nested": kind + part("volume", "x", "Content-Type: multipart/mixed; boundary=c\r\n") + "--b--",
        "encoded": kind + part("volume", "x", "Content-Transfer-Encoding: base64\r\n") + "--b--",
        "binary": kind + part("volume", "x", "Content-Transfer-Encoding: BINARY\r\n") + "--b--",
        "bare-line-feed": kind + file.replace("\r\n", "\n") + "--b--",
        "delimiter-first": kind + part("volume", "--b") + "--b--",
    }
    for name, data in cases.items():
        write("form", name, data.encode())


def make_texts():
    nested = "[" * 16 + "]" * 16
    cases = {
        "object": '{"a": [1, -2.5e+3, 0.1E-2, true, false, null], "b": {"": "x"}}',
        "strings": r'["\"\\\/\b\f\n\r\t\u0041\u00e9\ud83e\udec1", "é🫁", "\u007f"]',
        "mark": "\ufeff 1 ", "deep": nested, "too-deep": f"[{nested}]", "twice": '{"a":1,"a":2}',
        "forms": '{"\u00e9":1,"e\u0301":2}', "lone": r'"\ud800"', "low": r'"\udc00"', "comma": "[1,]",
        "zero": "-0", "leading": "01", "huge": "[1e999,9223372036854775807,9223372036854775808]",
        "word": "nul", "control": '"\x01"', "open": '["',
    }
    for name, text in cases.items():
        write("json", name, text.encode())
    write("json", "encoding", b'"\xff\xc0\xaf"')


# Safetensors: 8 bytes of size, a JSON header, the tensors.

def tensors(entries, data, metadata=None, size=None):
    header = dict(entries)
    if metadata is not None:
        header["__metadata__"] = metadata
    text = header_text(header)
    return struct.pack("<Q", len(text) if size is None else size) + text + data


def header_text(header):
    return json.dumps(header, separators=(",", ":")).encode()


def entry(format, shape, start, end):
    return {"dtype": format, "shape": shape, "data_offsets": [start, end]}


def make_safetensors():
    floats = struct.pack("<6f", *range(1, 7))
    matrix = {"a": entry("F32", [2, 3], 0, 24)}
    cases = {
        "matrix": tensors(matrix, floats, {"prompt": "There is {term}"}),
        "halves": tensors({"h": entry("F16", [4], 0, 8), "b": entry("BF16", [2, 2], 8, 16)},
                          struct.pack("<4e", 1, -2, 6e-8, 65504) + bytes.fromhex("803f00c001008040")),
        "integers": tensors({"i": entry("I32", [3], 0, 12)}, struct.pack("<3i", 1, -2, 3)),
        "scalar": tensors({"s": entry("F32", [], 0, 4), "n": entry("F32", [0, 5], 4, 4)},
                          struct.pack("<f", 1e-40)),
        "none": tensors({}, b""), "doubles": tensors({"d": entry("F64", [1], 0, 8)}, bytes(8)),
        "zero": tensors(matrix, bytes(24)), "nan": tensors(matrix, b"\xff" * 24),
        "hole": tensors({"a": entry("F32", [1], 4, 8)}, bytes(8)),
        "overlap": tensors({"a": entry("F32", [2], 0, 8), "b": entry("F32", [2], 4, 12)}, floats[:12]),
        "overflow": tensors({"a": entry("F32", [1 << 62, 1 << 62], 0, 24)}, floats),
        "wrapped": tensors({"a": entry("F32", [1 << 62, 4], 0, 0)}, b""),
        "negative": tensors({"a": entry("F32", [-1, -6], 0, 24)}, floats),
        "unknown": tensors({"a": entry("F8", [24], 0, 24)}, floats),
        "long-size": tensors(matrix, floats, size=1 << 63), "short": tensors(matrix, floats)[:-1],
        "metadata": tensors(matrix, floats, ["x"]), "list": struct.pack("<Q", 2) + b"[]",
        "zip": b"PK\3\4" + bytes(8), "pickle": b"\x80\x02" + bytes(8),
    }
    for name, data in cases.items():
        write("safetensors", name, data)


PROMPTS = {
    "sentence": "There is ground glass opacity in the left lung.",
    "question": "Is the heart enlarged?", "denial": "1) No evidence of pleural effusion.",
    "list": "- pneumothorax\n- rib fracture\n2. Nodule, 1.5 cm. r/o PE",
    "marks": "1. 2. The lungs are clear",
    "quoted": "\u201cWithout pneumonia\u2026\u201d is not seen?", "brackets": "(( no ) effusion ) absent .",
    "foreign": "\u80ba\u708e Pneumonie \u0130stanbul \u212a \ufb01brosis e\u0301_x__y ①", "one": "Pneumonia.",
    "long": "x" * 101 + " word " + "antidisestablishmentarianism " * 12,
}

REPORTS = {
    "report": """CHEST CT
Clinical history: cough, rule out pneumonia.
Technique: 1.5 mm slices with contrast.

Findings: Mild bilateral pleural effusion, larger on the right. No pneumothorax. A 12 mm nodule
in the left upper lobe (series 3, image 45); it was 10 mm on 3/4/2020. Mediastinal lymph nodes up
to 15 mm. No evidence of the following:
- consolidation
- emphysema
Status post sternotomy; port catheter.

Impression:
1. Nodule suspicious for malignancy. Recommend follow-up in 3 months.
2. Cardiomegaly cannot be excluded.
""",
    "plain": "Lungs clear. Heart size normal. Coronary calcification; hiatal hernia? Old rib fractures.",
}


def make_words():
    for name, text in PROMPTS.items():
        write("tokens", name, text.encode())
        write("report", name, text.encode())
    for name, text in REPORTS.items():
        write("report", name, text.encode())
    vocabulary = "[PAD]\n[UNK]\n[CLS]\n[SEP]\nlung\n##s\nn\n##o\n##dule\n_\n"
    write("tokens", "vocabulary", vocabulary.encode() + b"\0lungs nodule no_lung xyz")
    write("tokens", "repeated", vocabulary.encode() * 2 + b"\0lungs nodule")
    write("tokens", "encoding", b"caf\xe9 \xff\xfe lung nodule")


# ZIPs: the file as it is.

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


def make_zips():
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
    for name, data in cases.items():
        write("zip", name, data)


# DICOM: files one behind the other, without their preambles.

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


def make_dicom():
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
    for name, data in cases.items():
        write("dicom", name, data)


# Inference requests: two bytes of what the header says, then JSON and tensors.

def inference(request, tensors=b"", declared=True):
    text = request if isinstance(request, bytes) else header_text(request)
    length = len(text) if declared is True else (0xFFFF if declared is False else declared)
    return struct.pack("<H", length) + text + tensors


def sized(content, length=None):
    return struct.pack("<I", len(content) if length is None else length) + content


def tensor_input(name, count, size=None, data=None, datatype="BYTES"):
    entry = {"name": name, "shape": [count], "datatype": datatype}
    if size is not None:
        entry["parameters"] = {"binary_data_size": size}
    if data is not None:
        entry["data"] = data
    return entry


def make_inference():
    volume, texts = sized(b"volume bytes"), sized(b"effusion") + sized("r\u00f6mer".encode())
    binary = [tensor_input("volume", 1, len(volume)), tensor_input("prompts", 2, len(texts))]
    stored = [tensor_input("volume_id", 1, data=["sha256-" + "0" * 64]), tensor_input("prompts", 1, data=["a"])]
    both = {"inputs": binary}
    def sizes(*values):
        inputs = [tensor_input("volume", 1, values[0])] + [tensor_input("prompts", 2, size) for size in values[1:]]
        return inference({"inputs": inputs}, volume + texts)
    cases = {
        "binary": inference(both, volume + texts), "stored": inference({"inputs": stored}, declared=False),
        "id": inference({"id": "x", "inputs": stored}), "id-long": inference({"id": "x" * 257, "inputs": stored}),
        "set": inference({"inputs": stored[:1], "parameters": {"prompt_set": "ct-rate-18", "persist": False}}),
        "outputs": inference({"inputs": stored, "outputs": [
            {"name": "scores", "parameters": {"binary_data": True}}, {"name": "labels"}]}),
        "output-twice": inference({"inputs": stored, "outputs": [{"name": "scores"}, {"name": "scores"}]}),
        "output-unknown": inference({"inputs": stored, "outputs": [{"name": "CANARY"}]}),
        "binary-all": inference({"inputs": stored, "parameters": {"binary_data_output": True}}),
        "both-volumes": inference({"inputs": [*stored, tensor_input("volume", 1, len(volume))]}, volume),
        "no-volume": inference({"inputs": stored[1:]}), "no-inputs": inference({}), "list": inference([]),
        "input-twice": inference({"inputs": stored * 2}), "input-unknown": inference({"inputs": [tensor_input("CANARY", 1)]}),
        "member-unknown": inference({"CANARY": 1, "inputs": stored}), "shape": inference({"inputs": [
            {"name": "prompts", "shape": [1, 1], "datatype": "BYTES", "data": ["a"]}]}),
        "shape-huge": inference({"inputs": [tensor_input("prompts", 1 << 62, data=["a"])]}),
        "shape-negative": inference({"inputs": [tensor_input("prompts", -1, data=["a"])]}),
        "shape-real": inference({"inputs": [tensor_input("prompts", 1e300, data=["a"])]}),
        "shape-two": inference({"inputs": [tensor_input("prompts", 2, data=["a"]), stored[0]]}),
        "many-prompts": inference({"inputs": [stored[0], tensor_input("prompts", 9, data=["a"] * 9)]}),
        "floats": inference({"inputs": [tensor_input("prompts", 1, data=[0.5], datatype="FP32")]}),
        "volume-json": inference({"inputs": [tensor_input("volume", 1, data=["CANARY"])]}),
        "data-and-size": inference({"inputs": [tensor_input("prompts", 1, 5, ["a"])]}, sized(b"a")),
        "size-short": sizes(len(volume) - 1, len(texts) + 1), "size-long": sizes(len(volume), len(texts) + 1),
        "size-negative": sizes(-1, len(texts)), "size-huge": sizes(1 << 62, 1 << 62), "size-zero": sizes(0, len(texts)),
        "size-real": sizes(16.5, len(texts)), "bytes-left": inference(both, volume + texts + b"x"),
        "volume-length": inference(both, sized(b"volume bytes", 13) + texts),
        "text-length": inference(both, volume + sized(b"effusion", 0xFFFFFFFF) + texts[12:]),
        "text-encoding": inference({"inputs": [stored[0], tensor_input("prompts", 1, 6)]}, sized(b"\xff\xfe")),
        "text-empty": inference({"inputs": [stored[0], tensor_input("prompts", 1, 4)]}, sized(b"")),
        "json-longer": inference(both, declared=9999), "json-none": inference(both, volume + texts, declared=0),
        "json-cut": inference(header_text(both)[:-2]), "not-json": inference(b"CANARY"), "nothing": inference(b""),
        "texts-long": inference({"inputs": [stored[0], tensor_input("prompts", 1, 4054)]}, sized(b"x" * 4050)),
    }
    for name, data in cases.items():
        write("inference", name, data)


# Archives: volumes.jsonl, a zero, embeddings.safetensors.

def described(**changes):
    return {
        "format": "nifti1", "shape": [512, 512, 300], "spacing_mm": [0.7, 0.7, 1], "orientation": "RAS",
        "affine": [0.7, 0, 0, 0, 0, 0.7, 0, 0, 0, 0, 1, 0], "slope": 1, "intercept": 0, "min": -1024, "max": 3071,
        "p01": -1000, "p99": 900.5, "voxels": 78643200, "warnings": [["lung-missing"], ["fov-short", 2, 180.5, 384]],
    } | changes


def archive_line(number, **changes):
    return {
        "id": f"sha256-{number:064x}", "created_at": 1_790_000_000, "bytes": 1000, "input_digest": f"{number:064x}",
        "description": described(), "tags": {"site": "a"}, "accession": None, "study_uid": "1.2", "series_uid": None,
    } | changes


def archive(lines, embeddings=b"", count=None, **changes):
    header = {"format": "brgsa-archive/1", "model_sha256": "a" * 64, "recipe": "r", "components": 2,
              "volumes": len(lines) if count is None else count} | changes
    return b"".join(header_text(line) + b"\n" for line in [header, *lines]) + b"\0" + embeddings


def matrices(rows, components=2, value=0.5):
    size = rows * components * 4
    entries = {"embeddings": entry("F32", [rows, components], 0, size),
               "search_rows": entry("F32", [rows, components], size, 2 * size)}
    return tensors(entries, struct.pack(f"<{2 * rows * components}f", *[value] * (2 * rows * components)))


def make_archives():
    one = [archive_line(1)]
    def with_description(**changes):
        return archive([archive_line(1, description=described(**changes))])
    cases = {
        "one": archive(one), "three": archive([archive_line(n) for n in (1, 2, 3)]), "none": archive([]),
        "file": archive(one, matrices(1)), "twice": archive(one * 2), "same-input": archive(
            [archive_line(1), archive_line(2, input_digest=f"{1:064x}")]),
        "count-high": archive(one, count=2), "count-low": archive(one * 2, count=1), "count-huge": archive(one, count=1 << 62),
        "count-negative": archive(one, count=-1), "other-model": archive(one, model_sha256="b" * 64),
        "other-recipe": archive(one, recipe="s"), "other-components": archive(one, components=3),
        "other-format": archive(one, format="brgsa-archive/2"), "capital-id": archive([archive_line(1, id="sha256-" + "A" * 64)]),
        "short-id": archive([archive_line(1, id="sha256-1")]), "foreign-id": archive([archive_line(1, id="md5-" + "1" * 64)]),
        "digest": archive([archive_line(1, input_digest="xyz")]), "no-tags": archive([archive_line(1, tags=None)]),
        "tag-number": archive([archive_line(1, tags={"a": 1})]), "time-early": archive([archive_line(1, created_at=-1 << 62)]),
        "time-late": archive([archive_line(1, created_at=(1 << 63) - 1)]), "bytes-negative": archive([archive_line(1, bytes=-1)]),
        "bytes-huge": archive([archive_line(1, bytes=1 << 62)]), "no-affine": with_description(affine=None),
        "affine-short": with_description(affine=[1, 2]), "format-unknown": with_description(format="other"),
        "warning-unknown": with_description(warnings=[["other"]]), "shape-two": with_description(shape=[512, 512]),
        "shape-real": with_description(shape=[512.5, 512, 300]), "shape-negative": with_description(shape=[-1, 512, 300]),
        "shape-huge": with_description(shape=[1 << 40, 1 << 40, 1]), "spacing-huge": with_description(spacing_mm=[1e300, 1, 1]),
        "intensity-huge": with_description(max=1e300), "voxels-huge": with_description(voxels=1 << 62),
        "warning-huge": with_description(warnings=[["fov-short", 2, 1e300, 384]]),
        "warning-count": with_description(warnings=[["series-chosen", 1e300]]), "nan": archive(one, matrices(1, value=float("nan"))),
        "zero": archive(one, matrices(1, value=0)), "long-rows": archive(one, matrices(1, value=2)),
        "rows-two": archive(one, matrices(2)), "cut": archive(one, matrices(1)[:-1]), "header-long": archive(
            one, struct.pack("<Q", 1 << 40)), "not-json": b"x\n\0", "empty": b"\0", "no-end": archive(one)[:-2],
    }
    for name, data in cases.items():
        write("archive", name, data)


# Documents of the store: a letter, then the document.

def diagnosis(**changes):
    finding_ = {"rank": 1, "index": 0, "label": "Pleural effusion", "text": "There is pleural effusion.", "score": 0.25,
                "components": {"direct": 0.5, "bridged": 0}, "margin": None, "percentile": 0.5, "threshold": 0.125,
                "positive": True, "tokens": 7, "truncated": False}
    return {
        "id": "dx_" + "0" * 32, "created_at": "2026-01-02T03:04:05Z",
        "volume": {"id": "sha256-" + "0" * 64, "warnings": [{"code": "lung-missing", "detail": "x"}]},
        "model": {"name": "m", "version": "1", "sha256": "a" * 64, "recipe": "r", "compute": "f32", "calibration": None},
        "findings": [finding_, finding_ | {"index": 1, "label": "=1+1", "texts": ["a", "b"], "score": -0.5}],
        "notice": "Research use only.",
    } | changes


def job(**changes):
    order = {"upload": {"bytes": 30, "sha256": list(range(32)), "type": "application/zip", "parts": [10, 20]},
             "query": [["prompt", "rib fracture"]], "request": '{"prompts":["a"]}'} | changes
    return {"fingerprint": "f" * 64, "order": order}


def make_documents():
    row = {"label": "l", "text": "t", "threshold": 0.5, "studies": 9, "positives": 4, "sensitivity": 0.5}
    table = {"format": "brgsa-calibration/1", "name": "site", "model_sha256": "a" * 64, "score": "cosine_mean",
             "method": "m", "cohort": {"name": "c", "studies": 9, "note": ""}, "thresholds": [row]}
    upload = job()["order"]["upload"]
    cases = {
        "d-two": diagnosis(), "d-time": diagnosis(created_at="today"), "d-none": diagnosis(findings=[]),
        "d-index": diagnosis(findings=[diagnosis()["findings"][0] | {"index": -1 << 62}]),
        "d-score": diagnosis(findings=[diagnosis()["findings"][0] | {"score": 1e300}]),
        "d-tiny": diagnosis(findings=[diagnosis()["findings"][0] | {"score": 1e-300}]),
        "d-label": diagnosis(findings=[diagnosis()["findings"][0] | {"label": "", "text": "\u0001"}]),
        "d-no-model": diagnosis(model=None), "d-wrong": [], "v-good": described(), "v-no-affine": described(affine=None),
        "v-warnings": described(warnings=[
            ["orientation-assumed"], ["units-assumed-mm"], ["qform-sform-conflict"], ["units-converted", 0.001],
            ["fov-long", 0, 999.5], ["hu-implausible", "inverted"], ["series-chosen", 3], ["slices-repeated", 2],
            ["slices-missing", 4, 1], ["spacing-conflict", 2, -4.5, 4.5]]),
        "v-shape-negative": described(shape=[-1, 2, 3]), "v-shape-huge": described(shape=[1 << 40, 1 << 40, 1]),
        "v-warning-huge": described(warnings=[["fov-long", 0, 1e300], ["units-converted", 1e300]]),
        "v-series": described(warnings=[["series-chosen", 3, [79, 311.0, 3.987], [16, 60.5, 4.0, "coverage"], [2, 0, 0, "count"]]]),
        "v-series-huge": described(warnings=[["series-chosen", 3, [1e300, -5, 1e300], [16, 60.5, 4.0, "none"]]]),
        "v-slices-huge": described(warnings=[["slices-missing", 1e300, -5]]), "v-intensity-huge": described(min=-1e300),
        "v-voxels": described(voxels=0.5), "v-axis": described(warnings=[["fov-long", 9, 1]]), "v-text": described(min="a"), "v-empty": {},
        "j-form": job(), "j-file": job(upload=upload | {"parts": []}), "j-old": job(upload={
            "bytes": 3, "sha256": [0] * 32, "type": None}), "j-volume": job(upload=None, request='{"volume_id":"x","prompts":["a"]}'),
        "j-parts": job(upload=upload | {"parts": [10, 21]}), "j-digest": job(upload=upload | {"sha256": [256] * 32}),
        "j-short-digest": job(upload=upload | {"sha256": [1]}), "j-negative": job(upload=upload | {"parts": [-10, 40]}),
        "j-query": job(query=[["a"]]), "j-huge-query": job(query=[["top_k", "99999999999999999999"]]),
        "j-ended": {"fingerprint": "f", "diagnosis": "dx_1"}, "j-failed": {"fingerprint": "f", "problem": {"code": "x"}},
        "j-cancelled": {"fingerprint": "f", "cancelled": True}, "j-none": {"fingerprint": 1}, "c-good": table,
        "c-name": table | {"name": "none"}, "c-twice": table | {"thresholds": [row, row]}, "c-none": table | {"thresholds": []},
        "c-beyond": table | {"thresholds": [row | {"threshold": 1.5}]},
        "c-positives": table | {"thresholds": [row | {"positives": 10}]},
        "c-studies": table | {"cohort": {"name": "c", "studies": 1e300, "note": ""}},
        "c-digits": table | {"thresholds": [row | {"threshold": 0.1234567890123456789}]},
        "p-words": {"prompts": ["rib fracture", "Is the heart enlarged?"]},
        "p-objects": {"prompts": [{"label": "l", "texts": ["a", "b"], "negative": "c"}, {"text": "a"}]},
        "p-both": {"prompts": [{"text": "a", "texts": ["b"]}]}, "p-blank": {"prompts": [" "]}, "p-none": {"prompts": []},
        "p-number": {"prompts": [1]},
    }
    for name, document in cases.items():
        write("documents", name, name[0].encode() + header_text(document))
    write("documents", "v-torn", b"v" + header_text(described())[:-9])


if __name__ == "__main__":
    make_heads()
    make_volumes()
    make_gzips()
    make_forms()
    make_texts()
    make_safetensors()
    make_words()
    make_zips()
    make_dicom()
    make_inference()
    make_archives()
    make_documents()
