/// The header fields that the service uses. They are decoded but not yet checked.
///
/// The text fields (`descrip`, `aux_file`, `intent_name`, `db_name`) are never read.
///
/// - Source: the byte offsets in nifti1.h and nifti2.h.
struct NIfTIFields {
  let version: Int
  let order: ByteOrder

  /// The values `dim[0]` to `dim[7]`.
  let dims: [Int64]
  /// `dim[0]` in the opposite byte order. It shows whether a header mixes byte orders.
  let swappedDimensionCount: Int64
  let datatype: Int
  let bitsPerVoxel: Int
  /// The values `pixdim[0]` to `pixdim[7]`. The first one is qfac.
  let pixdim: [Double]
  /// The offset of the voxels in bytes. NIfTI-1 stores it as a float; nil if that float is not a whole number.
  let voxOffset: Int64?
  let slope: Double
  let intercept: Double
  /// The spatial part of `xyzt_units`: 0 for unknown, 1 for metres, 2 for millimetres, 3 for micrometres.
  let spatialUnit: Int
  let qformCode: Int
  let sformCode: Int
  /// The components b, c and d of the quaternion.
  let quaternion: [Double]
  let quaternionOffset: [Double]
  /// The sform matrix: three rows of four numbers.
  let sform: [Double]
  let magic: [UInt8]

  /// Length of the header in bytes, without the extension flag.
  static func size(version: Int) -> Int { version == 1 ? 348 : 540 }

  /// The smallest valid offset of the voxels. The header and the four bytes of the extension flag come first.
  static func firstVoxelByte(version: Int) -> Int { size(version: version) + 4 }

  /// Decodes the fields.
  ///
  /// - Parameter prefix: The start of the file, at least ``size(version:)`` bytes.
  init(prefix: [UInt8], version: Int, order: ByteOrder) {
    let header = HeaderBytes(bytes: prefix, order: order)
    let swapped = HeaderBytes(bytes: prefix, order: order == .little ? .big : .little)
    self.version = version
    self.order = order
    if version == 1 {
      dims = header.integers(Int16.self, at: 40, count: 8)
      swappedDimensionCount = Int64(swapped.integer(Int16.self, at: 40))
      datatype = Int(header.integer(Int16.self, at: 70))
      bitsPerVoxel = Int(header.integer(Int16.self, at: 72))
      pixdim = header.floats(at: 76, count: 8)
      voxOffset = Int64(exactly: header.floats(at: 108, count: 1)[0])
      slope = header.floats(at: 112, count: 1)[0]
      intercept = header.floats(at: 116, count: 1)[0]
      spatialUnit = Int(prefix[123] & 7)
      qformCode = Int(header.integer(Int16.self, at: 252))
      sformCode = Int(header.integer(Int16.self, at: 254))
      quaternion = header.floats(at: 256, count: 3)
      quaternionOffset = header.floats(at: 268, count: 3)
      sform = header.floats(at: 280, count: 12)
      magic = Array(prefix[344..<348])
    } else {
      dims = header.integers(Int64.self, at: 16, count: 8)
      swappedDimensionCount = swapped.integer(Int64.self, at: 16)
      datatype = Int(header.integer(Int16.self, at: 12))
      bitsPerVoxel = Int(header.integer(Int16.self, at: 14))
      pixdim = header.doubles(at: 104, count: 8)
      voxOffset = header.integer(Int64.self, at: 168)
      slope = header.doubles(at: 176, count: 1)[0]
      intercept = header.doubles(at: 184, count: 1)[0]
      spatialUnit = Int(header.integer(Int32.self, at: 500) & 7)
      qformCode = Int(header.integer(Int32.self, at: 344))
      sformCode = Int(header.integer(Int32.self, at: 348))
      quaternion = header.doubles(at: 352, count: 3)
      quaternionOffset = header.doubles(at: 376, count: 3)
      sform = header.doubles(at: 400, count: 12)
      magic = Array(prefix[4..<12])
    }
  }
}
