/// Table D, rows 1 to 18 and 27: sizes, dimensions, types, offsets, variants, byte order.
extension HostileVolumes {
  static let sizeCases: [HostileVolume] =
    [
      bytes("D1 empty", .refused("empty-body")) { [] },
      bytes("D1 11 bytes", .refused("not-nifti")) { Array(good().bytes().prefix(11)) },
      bytes("D1 347 bytes", .refused("not-nifti")) { Array(good().bytes().prefix(347)) },
      bytes("D1 header only", .refused("truncated-volume")) { Array(good().bytes().prefix(348)) },
      bytes("D1 header and flag only", .refused("truncated-volume")) {
        Array(good().bytes().prefix(352))
      },
      bytes("D1 539 bytes of NIfTI-2", .refused("not-nifti")) {
        Array(good(version: 2).bytes().prefix(539))
      },
      bytes("D1 gzip of nothing", .refused("not-nifti")) { NIfTIGzip().member([]) },
      bytes("D1 gzip of 347 bytes", .refused("not-nifti")) {
        NIfTIGzip().member(Array(good().bytes().prefix(347)))
      },
      bytes("D1 gzip of the header only", .refused("truncated-volume")) {
        NIfTIGzip().member(Array(good().bytes().prefix(352)))
      },
    ]
    + [0, 1, 347, 349, 539, 541, -1, .min, .max].map { (size: Int32) in
      refused("D2 sizeof_hdr \(size)", "not-nifti") { $0.sizeOfHeader = size }
    }

  static let dimensionCases: [HostileVolume] =
    [200, -50, -100_000, 8, .min].map { (count: Int64) in
      refused("D3 NIfTI-2 dim[0] \(count)", "dims-out-of-range", version: 2) { $0.dims[0] = count }
    }
    + [1, 2].map { (count: Int64) in
      refused("D3 NIfTI-2 dim[0] \(count)", "not-3d", version: 2) { $0.dims[0] = count }
    }
    + [0, 1, 2, 8, -1].map { (count: Int64) in
      refused("D4 dim[0] \(count)", "not-3d") { $0.dims[0] = count }
    }
    + [
      dims(
        "D5 3 × 6148914691236517206 × 8", [3, 6_148_914_691_236_517_206, 8], "dims-out-of-range"),
      dims("D5 2³² × 2³² × 8", [1 << 32, 1 << 32, 8], "dims-out-of-range"),
      dims("D5 largest extents", [.max, .max, .max], "dims-out-of-range"),
      bytes("D6 32767³ in 377 bytes", .refused("volume-too-large")) {
        var file = good()
        file.dims = [3, 32767, 32767, 32767, 1, 1, 1, 1]
        return Array(file.bytes().prefix(377))
      },
      refused("D7 dim[1] 0", "dims-out-of-range") { $0.dims[1] = 0 },
      refused("D7 dim[2] -1", "dims-out-of-range") { $0.dims[2] = -1 },
      refused("D7 dim[3] -32768", "dims-out-of-range") { $0.dims[3] = -32768 },
      accepted("D8 rubbish beyond dim[0]") { $0.dims = Array($0.dims[0...3]) + [5, -3, 99, 0] },
      accepted("D8 four dimensions, one volume") { $0.dims[0] = 4 },
      accepted("D8 unused dimensions 0") { $0.dims.replaceSubrange(4...7, with: [0, 0, 0, 0]) },
      refused("D9 two volumes", "not-3d") {
        $0.dims[0] = 4
        $0.dims[4] = 2
        $0.voxels += $0.voxels
      },
      refused("D9 three volumes along the fifth axis", "not-3d") {
        $0.dims[0] = 5
        $0.dims[5] = 3
      },
      dims("D10 4 × 4 × 4", [4, 4, 4], "too-few-slices", version: 1),
      dims("D10 512 × 512 × 1", [512, 512, 1], "too-few-slices", version: 1),
      dims("E14 1024 × 1024 × 1000", [1024, 1024, 1000], "volume-too-large", version: 1),
    ]

  static let typeCases: [HostileVolume] =
    [.binary, .complex64, .rgb24, .float128, .complex128, .complex256, .rgba32].map {
      (type: NIfTIDatatype) in
      refused("D11 \(type)", "datatype-unsupported") {
        $0.datatype = type.rawValue
        $0.bitsPerVoxel = type.bits
      }
    }
    + [0, 99, -4].map { (code: Int16) in
      refused("D11 datatype \(code)", "datatype-unsupported") { $0.datatype = code }
    }
    + [8, 0, 32, -16].map { (bits: Int16) in
      refused("D12 bitpix \(bits) for int16", "header-inconsistent") { $0.bitsPerVoxel = bits }
    }

  static let offsetCases: [HostileVolume] =
    [.nan, .infinity, 1e30, -1, 0, 347, 351.5, 353, 65_888, 65_904].map { (offset: Double) in
      refused("D13 vox_offset \(offset)", "vox-offset-out-of-range") { $0.voxelOffset = offset }
    }
    + [352, 543, 66_080, 66_096, -1].map { (offset: Double) in
      refused("D13 NIfTI-2 vox_offset \(offset)", "vox-offset-out-of-range", version: 2) {
        $0.voxelOffset = offset
      }
    }
    + [
      accepted("D13 vox_offset at the limit") { extend(&$0, by: 65_536) },
      accepted("D13 NIfTI-2 vox_offset at the limit", version: 2) { extend(&$0, by: 65_536) },
      accepted("D14 extension flag without extension") { $0.extensionFlag = [1, 0, 0, 0] },
      accepted("D14 an extension that is longer than its room") {
        extend(&$0, by: 16)
        $0.extensionFlag = [1, 0, 0, 0]
        $0.extensionBytes = [255, 255, 255, 127] + [UInt8](repeating: 6, count: 12)
      },
      bytes("D15 160,000 tiny extensions", .refused("vox-offset-out-of-range")) {
        var file = good()
        extend(&file, by: 16 * 160_000)
        file.extensionFlag = [1, 0, 0, 0]
        return NIfTIGzip().member(file.bytes())
      },
      refused("D15 one extension of 2 GB", "vox-offset-out-of-range") {
        $0.extensionFlag = [1, 0, 0, 0]
        $0.voxelOffset = 2_147_483_648
      },
    ]

  static let variantCases: [HostileVolume] = [
    refused("D16 ni1 in a single file", "nifti-variant-unsupported") {
      $0.magic = Array("ni1".utf8) + [0]
    },
    refused("D16 ni2 in a single file", "nifti-variant-unsupported", version: 2) {
      $0.magic = Array("ni2".utf8) + [0, 0x0d, 0x0a, 0x1a, 0x0a]
    },
    refused("D16 ANALYZE", "nifti-variant-unsupported") { $0.magic = [0, 0, 0, 0] },
    bytes("D16 nia", .refused("nifti-variant-unsupported")) {
      Array("<nifti_image\n  image_offset='352'\n/>".utf8)
    },
    refused("D16 NIfTI-2 after a transfer as text", "bad-header", version: 2) {
      $0.magic = Array("n+2".utf8) + [0, 0x0a, 0x1a, 0x0a, 0]
    },
    bytes("D17 big-endian size, little-endian rest", .refused("header-inconsistent")) {
      var bytes = good().bytes()
      bytes[0..<4].reverse()
      return bytes
    },
    twin("D18 big-endian", isBigEndian: true),
    twin("D18 NIfTI-2", version: 2),
    twin("D18 NIfTI-2 big-endian", version: 2, isBigEndian: true),
    accepted("D27 a name, control codes and invalid UTF-8 in the text fields") {
      $0.text = Array("DOE^JANE MRN 12345 \u{1b}[31m".utf8) + [0xff, 0xfe, 0xc0]
    },
  ]

  private static func dims(
    _ row: String, _ extents: [Int64], _ code: String, version: Int = 2
  ) -> HostileVolume {
    refused(row, code, version: version) { $0.dims.replaceSubrange(1...3, with: extents) }
  }

  private static func extend(_ file: inout NIfTIFile, by count: Int) {
    file.voxelOffset += Double(count)
    file.extensionBytes = [UInt8](repeating: 0x20, count: count)
  }

  private static func twin(
    _ row: String, version: Int = 1, isBigEndian: Bool = false
  ) -> HostileVolume {
    bytes(row, .accepted(warnings: []), equalsGood: true) {
      VolumesPhantom.small.stored(as: "LPS")
        .file(version: version, isBigEndian: isBigEndian).bytes()
    }
  }
}
