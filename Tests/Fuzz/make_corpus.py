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
        "png": b"\x89PNG\r\n\x1a\n",
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


if __name__ == "__main__":
    make_heads()
    make_volumes()
    make_gzips()
    make_forms()
    make_texts()
    make_safetensors()
    make_words()
