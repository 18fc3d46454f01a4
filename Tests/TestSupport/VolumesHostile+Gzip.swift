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
    bytes("C5 a single zero after the member", .refused("trailing-data")) {
      NIfTIGzip().member(good().bytes()) + [0]
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
    bytes("C9 pickle", .refused("not-nifti")) { [0x80, 4, 0x95] + filler },
  ]

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
