/// Table C.
extension HostileVolumes {
  static let gzipCases: [HostileVolume] = [
    bytes("C1 300 MiB of zeros behind 8 × 8 × 8", .refused("trailing-data")) {
      let header = NIfTIFile(
        shape: [8, 8, 8], spacing: [20, 20, 20], values: [Double](repeating: 0, count: 512))
      return NIfTIGzip().member(header.bytes(), zeroMebibytes: 300)
    },
    bytes("C2 vox_offset of 300 MB in a small gzip", .refused("vox-offset-out-of-range")) {
      var file = good()
      file.voxelOffset = 3e8
      return NIfTIGzip().member(file.bytes(), zeroMebibytes: 290)
    },
    bytes("C3 more voxels than the gzip can hold", .refused("truncated-volume")) {
      var file = good()
      file.dims = [3, 512, 512, 400, 1, 1, 1, 1]
      file.pixdim = [1, 0.75, 0.75, 1, 0, 0, 0, 0]
      file.setSform([-0.75, 0, 0, 0, 0, -0.75, 0, 0, 0, 0, 1, 0])
      file.qformCode = 0
      return NIfTIGzip().member(file.bytes())
    },
    cut("C4 cut in the middle") { $0 / 2 },
    cut("C4 cut in the member's header") { _ in 9 },
    cut("C4 cut in the trailer") { $0 - 3 },
    gzip("C4 wrong CRC-32", .refused("gzip-corrupt")) { $0.breaksChecksum = true },
    gzip("C4 wrong length", .refused("gzip-corrupt")) { $0.breaksLength = true },
    bytes("C4 a block type that does not exist", .refused("gzip-corrupt")) {
      [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255, 0x07] + [UInt8](repeating: 0x55, count: 100)
    },
    gzip("C4 extra field of 64 KB", .refused("gzip-corrupt")) {
      $0.extraField = [UInt8](repeating: 0x41, count: 65_535)
    },
    gzip("C4 file name of 10 MB", .refused("gzip-corrupt")) {
      $0.name = [UInt8](repeating: 0x41, count: 10_000_000)
    },
    bytes("C5 garbage after the member", .refused("trailing-data")) {
      NIfTIGzip().member(good().bytes()) + Array("garbage".utf8)
    },
    bytes("C5 another member with content", .refused("trailing-data")) {
      NIfTIGzip().member(good().bytes()) + NIfTIGzip().member([0])
    },
    members("C6 two members", sizes: [5000]),
    members("C6 members that split the header", sizes: [1, 2, 3, 340, 1, 1, 4]),
    bytes("C6 blocks as bgzip writes them", .accepted(warnings: []), equalsGood: true) {
      var gzip = NIfTIGzip()
      gzip.extraField = [0x42, 0x43, 2, 0, 0xff, 0xff]
      let bytes = good().bytes()
      let blocks = stride(from: 0, to: bytes.count, by: 4096).map {
        gzip.member(Array(bytes[$0..<min($0 + 4096, bytes.count)]))
      }
      return blocks.flatMap { $0 } + gzip.member([])
    },
    bytes("C7 gzip inside gzip", .refused("not-nifti")) {
      NIfTIGzip().member(NIfTIGzip().member(good().bytes()))
    },
    accepted("C8 plain") { _ in },
    gzip("C8 gzip", .accepted(warnings: []), equalsGood: true) { _ in },
    gzip("C8 gzip with name and extra field", .accepted(warnings: []), equalsGood: true) {
      $0.name = Array("ct.nii".utf8)
      $0.extraField = [1, 2, 3, 4]
    },
  ]

  /// Zeros behind the last member are padding; nothing else is.
  static let paddingCases: [HostileVolume] =
    [1, 2, 511, 512, 10_240, 1 << 20].map { (count: Int) in
      bytes("C5 \(count) zeros after the member", .accepted(warnings: []), equalsGood: true) {
        NIfTIGzip().member(good().bytes()) + [UInt8](repeating: 0, count: count)
      }
    } + [
      bytes("C5 zeros after two members", .accepted(warnings: []), equalsGood: true) {
        let bytes = good().bytes()
        return NIfTIGzip().member(Array(bytes[..<700])) + NIfTIGzip().member(Array(bytes[700...]))
          + [0, 0, 0]
      },
      bytes("C5 garbage after zeros", .refused("trailing-data")) {
        NIfTIGzip().member(good().bytes()) + [UInt8](repeating: 0, count: 600_000) + [1]
      },
      bytes("C5 zeros between members", .refused("trailing-data")) {
        NIfTIGzip().member(good().bytes()) + [0, 0] + NIfTIGzip().member([])
      },
      bytes("C5 line ends after the member", .refused("trailing-data")) {
        NIfTIGzip().member(good().bytes()) + [0x0d, 0x0a]
      },
      bytes("C5 zeros after half of the voxels", .refused("truncated-volume")) {
        NIfTIGzip().member(Array(good().bytes().prefix(8000))) + [UInt8](repeating: 0, count: 9000)
      },
      bytes("C5 zeros instead of the trailer", .refused("gzip-corrupt")) {
        NIfTIGzip().member(good().bytes()).dropLast(8) + [UInt8](repeating: 0, count: 512)
      },
    ]

  static let containerCases: [HostileVolume] = [
    container("zstd", [0x28, 0xb5, 0x2f, 0xfd]),
    container("bzip2", Array("BZh9".utf8)),
    container("xz", [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]),
    bytes("C9 zip", .refused("container-unsupported")) {
      ZipFile([("a.nii", filler)]).bytes()
    },
    container("7z", [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c]),
    container("PNG", [0x89, 0x50, 0x4e, 0x47]),
    container("JPEG", [0xff, 0xd8, 0xff, 0xe0]),
    container("PDF", Array("%PDF-1.7".utf8)),
    container("DICOM", [UInt8](repeating: 0, count: 128) + Array("DICM".utf8)),
    container("RAR", Array("Rar!".utf8) + [0x1a, 7, 1, 0]),
    container("tar", tarHead),
    bytes("C9 tar.gz", .refused("container-unsupported")) { NIfTIGzip().member(tarHead + filler) },
    container("MetaImage", Array("ObjectType = Image\nNDims = 3\n".utf8)),
    container("MetaImage without a type", Array("NDims = 3\nDimSize = 4 4 4\n".utf8)),
    container("NRRD", Array("NRRD0004\ntype: short\n".utf8)),
    bytes("C9 NRRD in gzip", .refused("container-unsupported")) {
      NIfTIGzip().member(Array("NRRD0005\n".utf8) + filler)
    },
    container("MGH", mghHead),
    bytes("C9 MGZ", .refused("container-unsupported")) { NIfTIGzip().member(mghHead + filler) },
    container("HDF5", [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a]),
    container("MINC", Array("CDF".utf8) + [1, 0, 0, 0, 0]),
    container("VTK", Array("# vtk DataFile Version 3.0\n".utf8)),
    container("NumPy", [0x93] + Array("NUMPY".utf8) + [1, 0]),
    container("MATLAB", Array("MATLAB 5.0 MAT-file, Platform".utf8)),
    container("a program", Array("MZ".utf8) + [0x90, 0]),
    container("HTML", Array("\n<!DOCTYPE HTML><html>".utf8)),
    container("HTML with a mark", [0xef, 0xbb, 0xbf] + Array("<html lang=en>".utf8)),
    container("JSON", Array("{\"error\":\"not found\"}".utf8)),
    bytes("C9 DICOM in gzip", .refused("container-unsupported")) {
      NIfTIGzip().member([UInt8](repeating: 0, count: 128) + Array("DICM".utf8) + filler)
    },
    bytes("C9 text", .refused("not-nifti")) { Array("Dear colleague,\n".utf8) + filler },
    bytes("C9 pickle", .refused("not-nifti")) { [0x80, 4, 0x95] + filler },
  ]

  /// The first block of a tar as GNU tar writes it: a name, numbers in octal, and the format at byte 257.
  private static let tarHead: [UInt8] = {
    var block = [UInt8](repeating: 0, count: 512)
    for (place, text) in [(0, "ct.nii"), (100, "0000644"), (124, "00000002000"), (257, "ustar  ")] {
      block.replaceSubrange(place..<(place + text.utf8.count), with: text.utf8)
    }
    return block
  }()

  /// Version 1, 64 × 64 × 79 voxels, one volume, short integers.
  private static let mghHead: [UInt8] = [1, 64, 64, 79, 1, 4].flatMap { [0, 0, 0, $0] }

  private static let filler = [UInt8](repeating: 0x2a, count: 1000)

  private static func container(_ name: String, _ magic: [UInt8]) -> HostileVolume {
    bytes("C9 \(name)", .refused("container-unsupported")) { magic + filler }
  }

  private static func gzip(
    _ row: String, _ outcome: HostileVolume.Outcome, equalsGood: Bool = false,
    _ change: @escaping @Sendable (inout NIfTIGzip) -> Void
  ) -> HostileVolume {
    bytes(row, outcome, equalsGood: equalsGood) {
      var gzip = NIfTIGzip()
      change(&gzip)
      return gzip.member(good().bytes())
    }
  }

  private static func cut(
    _ row: String, at length: @escaping @Sendable (Int) -> Int
  ) -> HostileVolume {
    bytes(row, .refused("gzip-corrupt")) {
      let bytes = NIfTIGzip().member(good().bytes())
      return Array(bytes.prefix(length(bytes.count)))
    }
  }

  private static func members(_ row: String, sizes: [Int]) -> HostileVolume {
    bytes(row, .accepted(warnings: []), equalsGood: true) {
      var rest = good().bytes()[...]
      var result: [UInt8] = []
      for size in sizes {
        result += NIfTIGzip().member(Array(rest.prefix(size)))
        rest = rest.dropFirst(size)
      }
      return result + NIfTIGzip().member(Array(rest))
    }
  }
}
