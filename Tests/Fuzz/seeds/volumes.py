"""Volumes: 8 x 8 x 8 voxels, 60 to 80 mm wide, so that a file has some 900 bytes."""

import struct

from .gzips import member


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


def seeds():
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
    return cases
