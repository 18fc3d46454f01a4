import ArgumentParser
import CheckedNumbers
import CommandLineSupport
import Files
import Formats
import Volumes

/// A synthetic CT for `brgsa bench`: a body with two lungs, and noise.
///
/// It has 512 x 512 x 141 voxels of 16 bits and is compressed with gzip level 6. Its file is about as large as that of
/// a real CT.
enum BenchVolume {
  private static let shape = [512, 512, 141]
  /// The affine matrix, row by row, in millimetres. The axes point right, anterior and superior.
  private static let affine = [0.7, 0, 0, 0, 0, 0.7, 0, 0, 0, 0, 2.5, 0]

  /// Writes the volume to a new temporary file.
  ///
  /// - Returns: The path of the file. The caller must remove the file.
  /// - Throws: `CommandFailure` if the file cannot be written.
  static func make() throws -> String {
    Console.note("making a CT of \(shape[0]) x \(shape[1]) x \(shape[2]) voxels")
    let path = "/tmp/brgsa-bench-\(UInt64.random(in: .min ... .max))"
    do throws(VolumeError) {
      let gzip = try GzipWriter(level: 6)
      try gzip.append(HounsfieldVolumeWriter.header(shape: shape, affine: affine, type: .int16))
      try gzip.append(voxels())
      let bytes = try gzip.finish()
      try VolumeError.from(try AtomicFile.write(bytes, to: path))
    } catch {
      throw CommandFailure("\(path): cannot be made (\(error))", .cannotCreate)
    }
    return path
  }

  /// Returns the voxels in HU: air, a body of soft tissue, two lungs, and noise of about 15 HU.
  private static func voxels() -> [UInt8] {
    var noise = BenchNoise(seed: 7)
    var bytes = [UInt8](repeating: 0, count: 2 * shape.reduce(1, *))
    var place = 0
    for z in 0..<shape[2] {
      for y in 0..<shape[1] {
        for x in 0..<shape[0] {
          let value = Int16(
            nearest: (tissue(x, y, z) + 25 * noise.next()).rounded(.towardZero),
            clampedTo: -2000...2000)
          bytes.put(littleEndian: value, at: place)
          place += 2
        }
      }
    }
    return bytes
  }

  private static func tissue(_ x: Int, _ y: Int, _ z: Int) -> Float {
    let (right, back) = (Float(x - 256) / 230, Float(y - 256) / 170)
    guard right * right + back * back < 1 else { return -1000 }
    let (side, up) = ((abs(right) - 0.45) / 0.33, Float(z - 70) / 80)
    return side * side + back * back / 0.5 + up * up < 1 ? -850 : 40
  }
}
