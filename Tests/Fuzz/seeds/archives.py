"""Archives: volumes.jsonl, a zero, embeddings.safetensors."""

import struct

from .safetensors import entry, header_text, tensors


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


def seeds():
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
    return cases
