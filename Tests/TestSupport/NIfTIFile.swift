/// NIfTI datatype codes, those that no volume may have included.
public enum NIfTIDatatype: Int16, Sendable, CaseIterable {
  /// The raw values are those of nifti1.h.
  case uint8 = 2
  /// Readable scalars and, from `binary` on, what must be refused.
  case int16 = 4, int32 = 8, float32 = 16, float64 = 64, int8 = 256, uint16 = 512, uint32 = 768,
    int64 = 1024, uint64 = 1280
  /// Refused.
  case binary = 1, complex64 = 32, rgb24 = 128, float128 = 1536, complex128 = 1792,
    complex256 = 2048, rgba32 = 2304

  /// Bits of one voxel.
  public var bits: Int16 {
    switch self {
    case .binary: 1
    case .uint8, .int8: 8
    case .int16, .uint16: 16
    case .rgb24: 24
    case .int32, .uint32, .float32, .rgba32: 32
    case .int64, .uint64, .float64, .complex64: 64
    case .float128, .complex128: 128
    case .complex256: 256
    }
  }

  /// The types that the service reads.
  public static let readable: [NIfTIDatatype] = [
    .uint8, .int8, .int16, .uint16, .int32, .uint32, .int64, .uint64, .float32, .float64,
  ]
}

/// A NIfTI file that is built field by field, right or wrong; nothing is checked or derived.
public struct NIfTIFile: Sendable {
  /// 1 or 2.
  public var version = 1
  /// Byte order of header and voxels (see ``setVoxels(_:as:)``).
  public var isBigEndian = false
  /// The first field; nil for what the version demands.
  public var sizeOfHeader: Int32?
  /// `dim[0]` to `dim[7]`.
  public var dims: [Int64] = [3, 1, 1, 1, 1, 1, 1, 1]
  /// Datatype code.
  public var datatype = NIfTIDatatype.int16.rawValue
  /// `bitpix`.
  public var bitsPerVoxel: Int16 = 16
  /// qfac and the spacings.
  public var pixdim: [Double] = [1, 1, 1, 1, 0, 0, 0, 0]
  /// First byte of the voxels as declared; truncated to an integer in NIfTI-2.
  public var voxelOffset: Double = 352
  /// `scl_slope`.
  public var slope = 1.0
  /// `scl_inter`.
  public var intercept = 0.0
  /// `xyzt_units`; 2 is millimetres.
  public var units: UInt8 = 2
  /// `qform_code`.
  public var qformCode: Int16 = 0
  /// `sform_code`.
  public var sformCode: Int16 = 0
  /// b, c, d.
  public var quaternion: [Double] = [0, 0, 0]
  /// x, y, z.
  public var quaternionOffset: [Double] = [0, 0, 0]
  /// Three rows of four.
  public var sform = [Double](repeating: 0, count: 12)
  /// Four bytes in NIfTI-1, eight in NIfTI-2; nil for what the version demands.
  public var magic: [UInt8]?
  /// Written into `descrip`, `aux_file`, `intent_name` and `db_name`, as far as they reach.
  public var text: [UInt8] = []
  /// The four bytes after the header.
  public var extensionFlag: [UInt8] = [0, 0, 0, 0]
  /// What lies between the flag and the voxels.
  public var extensionBytes: [UInt8] = []
  /// The voxels as stored.
  public var voxels: [UInt8] = []

  /// Makes a header of version 1 for one voxel.
  public init() {}

  /// The file's bytes: header, flag, extension, voxels.
  public func bytes() -> [UInt8] {
    header() + extensionFlag + extensionBytes + voxels
  }

  private func header() -> [UInt8] {
    var header = FieldWriter(count: version == 1 ? 348 : 540, isBigEndian: isBigEndian)
    header.put(sizeOfHeader ?? (version == 1 ? 348 : 540), at: 0)
    version == 1 ? putFirst(&header) : putSecond(&header)
    return header.bytes
  }

  private func putFirst(_ header: inout FieldWriter) {
    for (index, dim) in dims.enumerated() {
      header.put(Int16(truncatingIfNeeded: dim), at: 40 + 2 * index)
    }
    header.put(datatype, at: 70)
    header.put(bitsPerVoxel, at: 72)
    header.putFloats(pixdim, at: 76)
    header.putFloats([voxelOffset, slope, intercept], at: 108)
    header.put(units, at: 123)
    header.putText(text, at: 14, room: 18)
    header.putText(text, at: 148, room: 80)
    header.putText(text, at: 228, room: 24)
    header.putText(text, at: 328, room: 16)
    header.put(qformCode, at: 252)
    header.put(sformCode, at: 254)
    header.putFloats(quaternion + quaternionOffset + sform, at: 256)
    header.putText(magic ?? [0x6e, 0x2b, 0x31, 0], at: 344, room: 4)
  }

  private func putSecond(_ header: inout FieldWriter) {
    header.putText(magic ?? [0x6e, 0x2b, 0x32, 0, 0x0d, 0x0a, 0x1a, 0x0a], at: 4, room: 8)
    header.put(datatype, at: 12)
    header.put(bitsPerVoxel, at: 14)
    for (index, dim) in dims.enumerated() { header.put(dim, at: 16 + 8 * index) }
    header.putDoubles(pixdim, at: 104)
    header.put(Int64(exactly: voxelOffset.rounded(.towardZero)) ?? .max, at: 168)
    header.putDoubles([slope, intercept], at: 176)
    header.putText(text, at: 240, room: 80)
    header.putText(text, at: 320, room: 24)
    header.put(Int32(qformCode), at: 344)
    header.put(Int32(sformCode), at: 348)
    header.putDoubles(quaternion + quaternionOffset + sform, at: 352)
    header.put(Int32(units), at: 500)
    header.putText(text, at: 508, room: 16)
  }
}

/// Puts numbers at fixed places in either byte order.
struct FieldWriter {
  private(set) var bytes: [UInt8]
  let isBigEndian: Bool

  init(count: Int, isBigEndian: Bool) {
    bytes = [UInt8](repeating: 0, count: count)
    self.isBigEndian = isBigEndian
  }

  mutating func put<Integer: FixedWidthInteger>(_ value: Integer, at offset: Int) {
    withUnsafeBytes(of: isBigEndian ? value.bigEndian : value.littleEndian) { raw in
      bytes.replaceSubrange(offset..<(offset + raw.count), with: raw)
    }
  }

  mutating func putFloats(_ values: [Double], at offset: Int) {
    for (index, value) in values.enumerated() {
      put(Float(value).bitPattern, at: offset + 4 * index)
    }
  }

  mutating func putDoubles(_ values: [Double], at offset: Int) {
    for (index, value) in values.enumerated() { put(value.bitPattern, at: offset + 8 * index) }
  }

  mutating func putText(_ text: [UInt8], at offset: Int, room: Int) {
    let kept = text.prefix(room)
    bytes.replaceSubrange(offset..<(offset + kept.count), with: kept)
  }
}
