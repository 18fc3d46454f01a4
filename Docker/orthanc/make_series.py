#!/usr/bin/env python3
"""Writes a bundled phantom as a DICOM series of CT images, for test.sh.

    make_series.py FOLDER

The phantom is a drawing (Models/phantom): it shows nobody. A file for each axial slice.
"""

import gzip
import pathlib
import struct
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
PHANTOM = ROOT / "Models/phantom/samples/volumes/phantom_4_00003.nii.gz"
CT_IMAGE = "1.2.840.10008.5.1.4.1.1.2"
EXPLICIT_LITTLE_ENDIAN = "1.2.840.10008.1.2.1"
STUDY = "2.25.329800735698586629295641978511506172918"
LONG_FORM = ("OB", "OW")


def element(tag, form, value):
    """Returns an element in explicit little-endian encoding."""
    if isinstance(value, int):
        value = struct.pack("<H", value)
    elif isinstance(value, str):
        value = value.encode("ascii")
    value += (b"\0" if form in ("UI", "OB") else b" ") * (len(value) % 2)
    head = struct.pack("<HH", tag >> 16, tag & 0xFFFF) + form.encode("ascii")
    if form in LONG_FORM:
        return head + struct.pack("<HI", 0, len(value)) + value
    return head + struct.pack("<H", len(value)) + value


def image(number, position, spacing, rows, columns, pixels):
    """Returns the file of one slice; `position` and `spacing` are in mm, x to the left, y to posterior."""
    uid = f"{STUDY}.1.{number}"
    elements = [
        (0x00080008, "CS", "ORIGINAL\\PRIMARY\\AXIAL"), (0x00080016, "UI", CT_IMAGE),
        (0x00080018, "UI", uid), (0x00080020, "DA", "20250102"), (0x00080030, "TM", "101112"),
        (0x00080050, "SH", "PHANTOM"), (0x00080060, "CS", "CT"), (0x00080070, "LO", "brgsa"),
        (0x00080090, "PN", ""), (0x00100010, "PN", "PHANTOM^DRAWN"), (0x00100020, "LO", "PHANTOM-4-3"),
        (0x00100030, "DA", ""), (0x00100040, "CS", "O"), (0x00180015, "CS", "CHEST"),
        (0x00180050, "DS", f"{spacing[2]:.6f}"), (0x00180060, "DS", "120"),
        (0x0020000D, "UI", STUDY), (0x0020000E, "UI", f"{STUDY}.1"), (0x00200010, "SH", "1"),
        (0x00200011, "IS", "1"), (0x00200013, "IS", str(number)),
        (0x00200032, "DS", "\\".join(f"{value:.6f}" for value in position)),
        (0x00200037, "DS", "1\\0\\0\\0\\1\\0"), (0x00200052, "UI", f"{STUDY}.2"),
        (0x00201040, "LO", ""), (0x00280002, "US", 1), (0x00280004, "CS", "MONOCHROME2"),
        (0x00280010, "US", rows), (0x00280011, "US", columns),
        (0x00280030, "DS", f"{spacing[1]:.6f}\\{spacing[0]:.6f}"), (0x00280100, "US", 16),
        (0x00280101, "US", 16), (0x00280102, "US", 15), (0x00280103, "US", 1),
        (0x00281052, "DS", "0"), (0x00281053, "DS", "1"), (0x7FE00010, "OW", pixels),
    ]
    meta = b"".join(element(*entry) for entry in (
        (0x00020001, "OB", b"\0\1"), (0x00020002, "UI", CT_IMAGE), (0x00020003, "UI", uid),
        (0x00020010, "UI", EXPLICIT_LITTLE_ENDIAN), (0x00020012, "UI", f"{STUDY}.3")))
    length = element(0x00020000, "UL", struct.pack("<I", len(meta)))
    return b"\0" * 128 + b"DICM" + length + meta + b"".join(element(*entry) for entry in elements)


def series():
    """Yields the files of the phantom's slices, from feet to head."""
    volume = gzip.decompress(PHANTOM.read_bytes())
    columns, rows, slices = struct.unpack_from("<3h", volume, 42)
    spacing = struct.unpack_from("<3f", volume, 80)
    start = int(struct.unpack_from("<f", volume, 108)[0])
    # The phantoms lie as DICOM has it; NIfTI's x and y point the other way.
    origin = [-struct.unpack_from("<f", volume, 292)[0], -struct.unpack_from("<f", volume, 308)[0],
              struct.unpack_from("<f", volume, 324)[0]]
    size = 2 * rows * columns
    for index in range(slices):
        position = (origin[0], origin[1], origin[2] + index * spacing[2])
        pixels = volume[start + index * size:start + (index + 1) * size]
        yield image(index + 1, position, spacing, rows, columns, pixels)


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for number, content in enumerate(series(), 1):
        (folder / f"{number:03}.dcm").write_bytes(content)


if __name__ == "__main__":
    main()
