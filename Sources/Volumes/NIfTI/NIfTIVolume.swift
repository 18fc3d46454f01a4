import Files

/// A volume whose header passed its check. Its voxels are still in the file.
///
/// The file descriptor is borrowed. Its owner keeps it open, and the file unchanged, while the
/// volume is used. The file is read only with `pread`, so any number of readers may share it.
public struct NIfTIVolume: Sendable {
  /// The checked header.
  public let header: NIfTIHeader

  /// True if the file is gzip-compressed.
  public let isCompressed: Bool

  /// What is known about the positions of the slices.
  public let slicePositions: SlicePositionKnowledge

  let file: FileRegion
  let limits: VolumeLimits

  /// "nifti1" or "nifti2".
  public var format: String { "nifti\(header.version)" }

  /// Voxels along the file's axes, fastest first: three numbers.
  public var shape: [Int] { header.shape }

  /// Millimetres between voxel centres along the file's axes, fastest first.
  public var spacing: [Double] { header.geometry.spacing }

  /// The directions of the file's axes, such as "RAS".
  public var orientation: String { header.geometry.orientation }

  /// The matrix from a voxel index to RAS+ millimetres: three rows of four.
  public var affine: [Double] { header.geometry.affine }

  /// The conversion of stored values to HU.
  public var scaling: VoxelScaling { header.scaling }

  /// The type of a stored voxel.
  public var voxelType: VoxelType { header.voxelType }

  /// The byte order of header and voxels.
  public var byteOrder: ByteOrder { header.byteOrder }

  /// Assumptions about the header, and contradictions in it.
  public var warnings: [VolumeWarning] { header.warnings }

  /// Reads the first bytes of a file and checks its header.
  ///
  /// The first bytes show whether the file is compressed; names and media types do not count. The
  /// check finds every fault that is visible in the header and the byte count.
  ///
  /// - Parameters:
  ///   - fileDescriptor: Open for reading; it stays open.
  ///   - offset: The file's start within the open file.
  ///   - byteCount: Length of the file.
  ///   - slicePositions: What is known about the positions of the slices.
  /// - Throws: ``VolumeError``.
  /// - Complexity: One read of a plain file. Of a compressed file, only the header is inflated.
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

  /// Throws if the header declares more bytes than a DEFLATE stream of this length can contain.
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
    // A file that ends at the smallest offset is truncated. A file that ends before the larger
    // offset that it states was never valid.
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
  /// Nothing is known: the file states one spacing for all slices, as every NIfTI file does.
  case unknown
  /// Each position was read from the series. Missing or uneven slices would have been refused.
  case checked
}
