import Files

/// A volume whose header has passed all checks. Its voxels have not been read yet.
///
/// The file descriptor is borrowed. While the volume is in use, the owner must keep the file open and must not change
/// it. The file is only read with `pread`, so any number of readers may share it.
public struct NIfTIVolume: Sendable {
  /// The checked header.
  public let header: NIfTIHeader

  /// True if the file is gzip-compressed.
  public let isCompressed: Bool

  /// What is known about the positions of the slices.
  public let slicePositions: SlicePositionKnowledge

  let file: FileRegion
  let limits: VolumeLimits

  /// The format of the file: "nifti1" or "nifti2".
  public var format: String { "nifti\(header.version)" }

  /// Number of voxels along the three axes of the file, fastest first.
  public var shape: [Int] { header.shape }

  /// Distance between voxel centres along the file's axes in millimetres, fastest axis first.
  public var spacing: [Double] { header.geometry.spacing }

  /// The directions of the file's axes, for example "RAS".
  public var orientation: String { header.geometry.orientation }

  /// The affine matrix that maps a voxel index to RAS+ millimetres: three rows of four numbers.
  public var affine: [Double] { header.geometry.affine }

  /// How stored values are converted to HU.
  public var scaling: VoxelScaling { header.scaling }

  /// The type of a stored voxel.
  public var voxelType: VoxelType { header.voxelType }

  /// The byte order of the header and the voxels.
  public var byteOrder: ByteOrder { header.byteOrder }

  /// Warnings about contradictions in the header, and about assumptions that were necessary.
  public var warnings: [VolumeWarning] { header.warnings }

  /// Opens a volume and checks its header.
  ///
  /// The first bytes show whether the file is compressed. Its name and media type are ignored. The check finds every
  /// fault that the header and the length of the file reveal.
  ///
  /// - Parameters:
  ///   - fileDescriptor: A descriptor that is open for reading. It stays open.
  ///   - offset: The position in the open file at which the volume starts.
  ///   - byteCount: Length of the volume's file in bytes.
  ///   - slicePositions: What is known about the positions of the slices.
  /// - Throws: ``VolumeError``.
  /// - Complexity: An uncompressed file is read once. In a compressed file, only the header is inflated.
  public static func open(
    fileDescriptor: Int32, offset: Int = 0, byteCount: Int,
    slicePositions: SlicePositionKnowledge = .unknown, limits: VolumeLimits = .standard
  ) throws(VolumeError) -> NIfTIVolume {
    guard byteCount > 0 else { throw .emptyBody }
    let file = FileRegion(descriptor: fileDescriptor, byteCount: byteCount, offset: offset)
    let prefix = try VolumeError.from(
      try file.bytes(at: 0, count: NIfTIHeader.prefixByteCount))
    let isCompressed = FileSignature(prefix: prefix) == .gzip
    let header = try NIfTIHeader(
      prefix: isCompressed ? inflatedPrefix(file, limits: limits) : prefix, limits: limits)
    if isCompressed {
      try checkRatio(header, byteCount: byteCount, limits: limits)
    } else {
      try checkLength(header, byteCount: byteCount)
    }
    return NIfTIVolume(
      header: header, isCompressed: isCompressed, slicePositions: slicePositions, file: file,
      limits: limits)
  }

  private static func inflatedPrefix(
    _ file: FileRegion, limits: VolumeLimits
  ) throws(VolumeError) -> [UInt8] {
    let gzip = try GzipStream(file: file, limits: limits)
    let buffer = ScratchBuffer<UInt8>(count: NIfTIHeader.prefixByteCount)
    let bytes = UnsafeMutableRawBufferPointer(buffer.elements)
    let count = try gzip.read(into: bytes, declared: bytes.count)
    return Array(buffer.elements[..<count])
  }

  /// Refuses a header that declares more bytes than a DEFLATE stream of this length can contain.
  private static func checkRatio(
    _ header: NIfTIHeader, byteCount: Int, limits: VolumeLimits
  ) throws(VolumeError) {
    let (possible, overflow) = byteCount.multipliedReportingOverflow(by: limits.gzipRatio)
    guard overflow || header.declaredByteCount <= possible else {
      throw .truncatedVolume(found: nil, declared: header.declaredByteCount)
    }
  }

  private static func checkLength(
    _ header: NIfTIHeader, byteCount: Int
  ) throws(VolumeError) {
    let first = NIfTIFields.firstVoxelByte(version: header.version)
    let declared = header.declaredByteCount
    // A file that is shorter than the smallest possible offset is truncated. A file that is shorter than its declared
    // offset was never valid.
    guard header.voxelOffset <= max(byteCount, first) else {
      throw .voxOffsetOutOfRange(
        found: Int64(header.voxelOffset), allowed: Int64(first)...Int64(max(byteCount, first)))
    }
    guard byteCount >= declared else {
      throw .truncatedVolume(found: byteCount, declared: declared)
    }
    guard byteCount == declared else { throw .trailingData(declared: declared) }
  }
}

/// What is known about the positions of a volume's slices.
public enum SlicePositionKnowledge: Sendable {
  /// Nothing is known. A NIfTI file contains only one spacing for all slices.
  case unknown
  /// Every position was read from the DICOM series and checked. Missing or uneven slices would have been refused.
  case checked
}
