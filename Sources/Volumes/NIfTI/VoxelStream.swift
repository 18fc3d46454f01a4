import Files

/// The uncompressed bytes of a volume's voxels. They are read once and sequentially.
///
/// This is a class because it may own a ``GzipStream``. Only one task at a time may use it.
final class VoxelStream {
  private let file: FileRegion
  private let gzip: GzipStream?
  private let declared: Int
  /// Number of uncompressed bytes that have been read so far.
  private var position: Int

  /// Opens the file and skips everything before the voxels, including extensions.
  init(_ volume: NIfTIVolume) throws(VolumeError) {
    file = volume.file
    declared = volume.header.declaredByteCount
    guard volume.isCompressed else {
      gzip = nil
      position = volume.header.voxelOffset
      return
    }
    gzip = try GzipStream(file: volume.file, limits: volume.limits)
    position = 0
    let skipped = ScratchBuffer<UInt8>(count: volume.header.voxelOffset)
    try read(into: UnsafeMutableRawBufferPointer(skipped.elements))
  }

  /// Fills `buffer` completely.
  ///
  /// - Throws: ``VolumeError/truncatedVolume(found:declared:)``, and the errors of ``GzipStream``.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws(VolumeError) {
    let count: Int
    if let gzip {
      count = try gzip.read(into: buffer, declared: declared)
    } else {
      count = try VolumeError.from(try file.read(into: buffer, at: position))
    }
    position += count
    guard count == buffer.count else {
      throw .truncatedVolume(found: position, declared: declared)
    }
  }

  /// Checks that the file ends here. For a compressed file, also checks the checksums.
  func finish() throws(VolumeError) {
    try gzip?.expectEnd(declared: declared)
  }
}
