import Files
import Formats
public import Tensors

/// Writes a volume in HU as a NIfTI-1 file of 32-bit floats, with a new header.
public enum HounsfieldVolumeWriter {
  /// Writes header and voxels from the descriptor's position.
  ///
  /// - Parameters:
  ///   - volume: HU, `[X, Y, Z]`, x slowest; in the file, x is fastest. No extent exceeds 32767.
  ///   - affine: Index to RAS+ millimetres, three rows of four.
  ///   - fileDescriptor: Open for writing; it stays open.
  /// - Throws: ``VolumeError/inputOutput(errno:)``.
  /// - Complexity: Needs memory for one plane.
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

  /// Returns the header of 348 bytes and the empty extension flag after it, little-endian.
  ///
  /// - Parameters:
  ///   - type: The type of stored voxels.
  ///   - slope: The value of a stored 1.
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

  /// `NIFTI_UNITS_MM`.
  private static let millimetres: UInt8 = 2
  /// `NIFTI_XFORM_SCANNER_ANAT`, the sform's code.
  private static let scannerSpace: Int16 = 1
}
