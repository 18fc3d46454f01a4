"""NIfTI files for the tests of the viewer, made here, and a reader for the service's heat maps."""

import array
import gzip
import random
import struct

SHAPE, SPACING = (32, 30, 24), (10.0, 10.5, 11.0)  # Along right, front and head.
AXES = {"R": (0, 1), "L": (0, -1), "A": (1, 1), "P": (1, -1), "S": (2, 1), "I": (2, -1)}


def noise(seed=1, shape=SHAPE):
    """Random values from −1300 to 100 HU: each voxel differs from its neighbours. {(x, y, z): value}, in RAS order."""
    chance = random.Random(seed)
    width, height, depth = shape
    return {
        (x, y, z): chance.randint(-1000, 400)
        for z in range(depth)
        for y in range(height)
        for x in range(width)
    }


def nifti(values, orientation="RAS", form=1, scaling=(1, 0), shape=SHAPE, spacing=SPACING):
    """A NIfTI-1 file whose axes increase in the directions of `orientation`.

    `form` is its sform_code; `scaling` its scl_slope and scl_inter, which do not change the stored numbers.
    """
    axes = [AXES[letter] for letter in orientation]
    size = [shape[axis] for axis, _ in axes]
    header = bytearray(352)
    struct.pack_into("<i", header, 0, 348)
    struct.pack_into("<8h", header, 40, 3, *size, 1, 1, 1, 1)
    struct.pack_into("<2h", header, 70, 4, 16)  # 16-bit integers
    struct.pack_into("<4f", header, 76, 1, *(spacing[axis] for axis, _ in axes))
    struct.pack_into("<3f", header, 108, 352, *scaling)
    header[123] = 2  # millimetres
    struct.pack_into("<h", header, 254, form)
    if form:
        for column, (axis, sign) in enumerate(axes):
            struct.pack_into("<f", header, 280 + 16 * axis + 4 * column, sign * spacing[axis])
            struct.pack_into(
                "<f", header, 292 + 16 * axis, -sign * spacing[axis] * (size[column] - 1) / 2
            )
    header[344:348] = b"n+1\0"
    voxels = array.array("h")
    place = [0, 0, 0]
    for k in range(size[2]):
        for j in range(size[1]):
            for i in range(size[0]):
                for index, (axis, sign), count in zip((i, j, k), axes, size):
                    place[axis] = index if sign > 0 else count - 1 - index
                voxels.append(values[tuple(place)])
    return bytes(header) + voxels.tobytes()


class HeatMap:
    """A heat map of the service."""

    def __init__(self, packed):
        content = gzip.decompress(packed)
        self.shape = struct.unpack_from("<3h", content, 42)
        self.slope, self.intercept = struct.unpack_from("<2f", content, 112)
        self.rows = [struct.unpack_from("<4f", content, 280 + 16 * row) for row in range(3)]
        offset = int(struct.unpack_from("<f", content, 108)[0])
        self.voxels = array.array("h", content[offset:])

    def value(self, voxel):
        i, j, k = voxel
        return self.voxels[i + self.shape[0] * (j + self.shape[1] * k)] * self.slope + self.intercept

    def voxel(self, index):
        width, height, _ = self.shape
        return index % width, index // width % height, index // (width * height)

    def maximum(self):
        return self.voxel(max(range(len(self.voxels)), key=self.voxels.__getitem__))

    def place(self, voxel):
        """The centre of a voxel in millimetres."""
        return [sum(row[axis] * voxel[axis] for axis in range(3)) + row[3] for row in self.rows]
