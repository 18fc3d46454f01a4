import Files
import Formats
public import Tensors

/// Writes a volume in HU as a NIfTI-1 file with a new header and 32-bit float voxels.
public enum HounsfieldVolumeWriter {
  /// Writes header and voxels at the current position of the descriptor.
  ///
  /// - Parameters:
  ///   - volume: HU as `[X, Y, Z]`, x slowest. In the file, x is the fastest axis. No extent may exceed 32767.
  ///   - affine: The matrix that maps an index to RAS+ millimetres: three rows of four numbers.
  ///   - fileDescriptor: A descriptor that is open for writing. It stays open.
  /// - Throws: ``VolumeError/inputOutput(errno:)``.
  /// - Complexity: Uses memory for one plane.
  public static func write(
    _ volume: Tensor, affine: [Double], to fileDescriptor: Int32
  ) throws(VolumeError) {
    precondition(
      volume.shape.count == 3 && volume.shape.allSatisfy { (1...32767).contains($0) },
      "HounsfieldVolumeWriter of shape \(volume.shape)")
    precondition(affine.count == 12, "HounsfieldVolumeWriter affine of \(affine.count) numbers")
    let file = OpenFile(borrowing: fileDescriptor)
    try VolumeError.from(try file.write(header(shape: volume.shape, affine: affine)))
    let (extentX, extentY, extentZ) = (volume.shape[0], volume.shape[1], volume.shape[2])
    try volume.withElements { elements throws(VolumeError) in
      var plane: [UInt8] = []
      plane.reserveCapacity(4 * extentX * extentY)
      for z in 0..<extentZ {
        plane.removeAll(keepingCapacity: true)
        for y in 0..<extentY {
          for x in 0..<extentX {
            plane.append(littleEndian: elements[(x * extentY + y) * extentZ + z].bitPattern)
          }
        }
        try VolumeError.from(try file.write(plane))
      }
    }
  }

  /// Returns the 348-byte header followed by the empty extension flag, in little-endian order.
  ///
  /// - Parameters:
  ///   - type: The type of the stored voxels.
  ///   - slope: The value that a stored 1 represents.
  package static func header(
    shape: [Int], affine: [Double], type: VoxelType = .float32, slope: Double = 1
  ) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: NIfTIFields.firstVoxelByte(version: 1))
    func put(_ value: some FixedWidthInteger, at offset: Int) {
      bytes.put(littleEndian: value, at: offset)
    }
    func put(_ value: Double, at offset: Int) {
      put(Float(value).bitPattern, at: offset)
    }
    put(Int32(NIfTIFields.size(version: 1)), at: 0)
    for (index, extent) in ([3] + shape + [1, 1, 1, 1]).enumerated() {
      put(Int16(truncatingIfNeeded: extent), at: 40 + 2 * index)
    }
    put(Int16(type.rawValue), at: 70)
    put(Int16(8 * type.byteCount), at: 72)
    for axis in 0..<3 {
      let length = (0..<3).reduce(0.0) { $0 + affine[4 * $1 + axis] * affine[4 * $1 + axis] }
      put(length.squareRoot(), at: 80 + 4 * axis)
    }
    put(1.0, at: 76)
    put(Double(bytes.count), at: 108)
    put(slope, at: 112)
    bytes[123] = millimetres
    put(scannerSpace, at: 254)
    for (index, value) in affine.enumerated() { put(value, at: 280 + 4 * index) }
    bytes.replaceSubrange(344..<347, with: "n+1".utf8)
    return bytes
  }

  /// The unit code `NIFTI_UNITS_MM`.
  private static let millimetres: UInt8 = 2
  /// The sform code `NIFTI_XFORM_SCANNER_ANAT`.
  private static let scannerSpace: Int16 = 1
}
