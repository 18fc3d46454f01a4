/// A NIfTI header that has passed all checks. No other code reads the header bytes of an upload.
///
/// All numbers are finite and within ``VolumeLimits``. The checks use only the header and the length of the file,
/// before any voxel is read (HostileInputs.md, rule 1).
public struct NIfTIHeader: Sendable, Equatable {
  /// The version of NIfTI, 1 or 2.
  public let version: Int

  /// The byte order of the header and the voxels.
  public let byteOrder: ByteOrder

  /// Number of voxels along the three axes of the file, fastest first.
  public let shape: [Int]

  /// The type of a stored voxel.
  public let voxelType: VoxelType

  /// How stored values are converted to HU.
  public let scaling: VoxelScaling

  /// The spacing, position and orientation of the voxels.
  public let geometry: VolumeGeometry

  /// The offset of the first voxel in the uncompressed file, in bytes.
  public let voxelOffset: Int

  /// Warnings about contradictions in the header, and about assumptions that were necessary.
  public let warnings: [VolumeWarning]

  /// Size in bytes of all voxels.
  public var voxelByteCount: Int { shape.reduce(voxelType.byteCount, *) }

  /// Size in bytes of the whole uncompressed file.
  public var declaredByteCount: Int { voxelOffset + voxelByteCount }

  /// Number of bytes that ``init(prefix:limits:)`` requires.
  public static let prefixByteCount = NIfTIFields.size(version: 2)

  /// Reads a header and checks all its fields.
  ///
  /// - Parameter prefix: The first ``prefixByteCount`` bytes of the uncompressed file, or the whole file if it is
  ///   shorter.
  /// - Throws: ``VolumeError``.
  public init(prefix: [UInt8], limits: VolumeLimits) throws(VolumeError) {
    let fields = try Self.fields(of: prefix)
    shape = try VolumeShape.check(fields, limits: limits)
    let type = try Self.voxelType(fields)
    voxelOffset = try Self.voxelOffset(fields, limits: limits)
    let units = Self.units(fields)
    let (geometry, conflicts) = try VolumeGeometry.check(
      fields, shape: shape, millimetresPerUnit: units.millimetres, limits: limits)
    self.geometry = geometry
    scaling = try VoxelScaling(slope: fields.slope, intercept: fields.intercept, limits: limits)
    version = fields.version
    byteOrder = fields.order
    voxelType = type
    warnings =
      (geometry.isAssumed ? [.orientationAssumed] : [])
      + (units.warning.map { [$0] } ?? [])
      + conflicts
    guard declaredByteCount <= limits.inflatedBytes else {
      throw .inflatedTooLarge(bytes: declaredByteCount, allowed: limits.inflatedBytes)
    }
  }

  private static func fields(of prefix: [UInt8]) throws(VolumeError) -> NIfTIFields {
    switch FileSignature(prefix: prefix) {
    case .nifti(let version, let order):
      guard prefix.count >= NIfTIFields.size(version: version) else { throw .notNIfTI }
      let fields = NIfTIFields(prefix: prefix, version: version, order: order)
      try checkMagic(fields)
      return fields
    case .ascii: throw .variantUnsupported(.ascii)
    case .container(let kind): throw .containerUnsupported(kind)
    case .gzip, .unknown: throw .notNIfTI
    }
  }

  private static func checkMagic(_ fields: NIfTIFields) throws(VolumeError) {
    let pair = Array("ni\(fields.version)".utf8)
    if fields.magic.starts(with: pair) { throw .variantUnsupported(.pair) }
    let single = Array("n+\(fields.version)".utf8)
    guard fields.magic.starts(with: single) else {
      // Analyze 7.5 has the same header size but no magic bytes. No other format has a header of 540 bytes.
      throw fields.version == 1 ? .variantUnsupported(.analyze) : .notNIfTI
    }
    let ending: [UInt8] = fields.version == 1 ? [0] : [0, 0x0d, 0x0a, 0x1a, 0x0a]
    guard fields.magic == single + ending else { throw .badHeader }
  }

  private static func voxelType(_ fields: NIfTIFields) throws(VolumeError) -> VoxelType {
    guard let type = VoxelType(rawValue: fields.datatype) else {
      throw .datatypeUnsupported(code: fields.datatype)
    }
    let expected = 8 * type.byteCount
    guard fields.bitsPerVoxel == expected else {
      throw .headerInconsistent(.bitsPerVoxel(found: fields.bitsPerVoxel, expected: expected))
    }
    return type
  }

  /// Checks the offset of the voxels. Extensions are padded to 16 bytes, so the offset must be a multiple of 16.
  private static func voxelOffset(
    _ fields: NIfTIFields, limits: VolumeLimits
  ) throws(VolumeError) -> Int {
    let first = Int64(NIfTIFields.firstVoxelByte(version: fields.version))
    let allowed = first...(first + Int64(limits.extensionBytes))
    guard let offset = fields.voxOffset, allowed.contains(offset), offset % 16 == 0 else {
      throw .voxOffsetOutOfRange(found: fields.voxOffset, allowed: allowed)
    }
    return Int(offset)
  }

  private static func units(
    _ fields: NIfTIFields
  ) -> (millimetres: Double, warning: VolumeWarning?) {
    switch fields.spatialUnit {
    case 1: (1000, .unitsConverted(millimetresPerUnit: 1000))
    case 2: (1, nil)
    case 3: (0.001, .unitsConverted(millimetresPerUnit: 0.001))
    default: (1, .unitsAssumedMillimetres)
    }
  }
}
