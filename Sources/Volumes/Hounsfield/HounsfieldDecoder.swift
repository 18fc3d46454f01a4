/// Converts the stored bytes of a plane to Hounsfield units (HU).
struct HounsfieldDecoder {
  let type: VoxelType
  let order: ByteOrder
  let scaling: VoxelScaling

  /// Decodes `hounsfield.count` voxels.
  ///
  /// - Parameters:
  ///   - stored: The bytes of the plane: `count · type.byteCount` bytes, 64-byte aligned. If the byte order of the file
  ///     differs from that of this machine, the bytes are swapped in place.
  ///   - hounsfield: The output in HU. A value beyond the range of a float becomes the largest finite float with the
  ///     same sign, so that only NaN and infinities in the file count as not finite.
  /// - Returns: The number of stored values that are NaN or infinite.
  func decode(
    _ stored: UnsafeMutableRawBufferPointer, into hounsfield: UnsafeMutableBufferPointer<Float>
  ) -> Int {
    turnBytes(stored)
    switch type {
    case .uint8: convert(stored.assumingMemoryBound(to: UInt8.self), into: hounsfield)
    case .int8: convert(stored.assumingMemoryBound(to: Int8.self), into: hounsfield)
    case .int16: convert(stored.assumingMemoryBound(to: Int16.self), into: hounsfield)
    case .uint16: convert(stored.assumingMemoryBound(to: UInt16.self), into: hounsfield)
    case .int32: convert(stored.assumingMemoryBound(to: Int32.self), into: hounsfield)
    case .uint32: convert(stored.assumingMemoryBound(to: UInt32.self), into: hounsfield)
    case .int64: convert(stored.assumingMemoryBound(to: Int64.self), into: hounsfield)
    case .uint64: convert(stored.assumingMemoryBound(to: UInt64.self), into: hounsfield)
    case .float32:
      return convertFloats(stored.assumingMemoryBound(to: Float.self), into: hounsfield)
    case .float64:
      return convertDoubles(stored.assumingMemoryBound(to: Double.self), into: hounsfield)
    }
    return 0
  }

  private func turnBytes(_ stored: UnsafeMutableRawBufferPointer) {
    guard order != .native else { return }
    switch type.byteCount {
    case 2: turn(stored.assumingMemoryBound(to: UInt16.self))
    case 4: turn(stored.assumingMemoryBound(to: UInt32.self))
    case 8: turn(stored.assumingMemoryBound(to: UInt64.self))
    default: break
    }
  }

  @inline(__always)
  private func turn<Word: FixedWidthInteger>(_ words: UnsafeMutableBufferPointer<Word>) {
    for index in 0..<words.count { words[index] = words[index].byteSwapped }
  }

  /// Converts in double precision and rounds once, as ITK does. A float cannot represent the product of a slope and a
  /// 16-bit number exactly.
  @inline(__always)
  private func convert<Stored: FixedWidthInteger>(
    _ stored: UnsafeMutableBufferPointer<Stored>, into hounsfield: UnsafeMutableBufferPointer<Float>
  ) {
    if scaling.isIdentity {
      for index in 0..<hounsfield.count { hounsfield[index] = Float(stored[index]) }
    } else {
      let (slope, intercept) = (scaling.slope, scaling.intercept)
      for index in 0..<hounsfield.count {
        hounsfield[index] = Self.clamped(Double(stored[index]) * slope + intercept)
      }
    }
  }

  private func convertFloats(
    _ stored: UnsafeMutableBufferPointer<Float>, into hounsfield: UnsafeMutableBufferPointer<Float>
  ) -> Int {
    let exponent: UInt32 = 0x7f80_0000
    var nonFinite = 0
    for index in 0..<hounsfield.count {
      nonFinite &+= stored[index].bitPattern & exponent == exponent ? 1 : 0
    }
    let (slope, intercept) = (scaling.slope, scaling.intercept)
    for index in 0..<hounsfield.count {
      hounsfield[index] = Self.clamped(Double(stored[index]) * slope + intercept)
    }
    return nonFinite
  }

  private func convertDoubles(
    _ stored: UnsafeMutableBufferPointer<Double>, into hounsfield: UnsafeMutableBufferPointer<Float>
  ) -> Int {
    let exponent: UInt64 = 0x7ff0_0000_0000_0000
    var nonFinite = 0
    for index in 0..<hounsfield.count {
      nonFinite &+= stored[index].bitPattern & exponent == exponent ? 1 : 0
    }
    let (slope, intercept) = (scaling.slope, scaling.intercept)
    for index in 0..<hounsfield.count {
      hounsfield[index] = Self.clamped(stored[index] * slope + intercept)
    }
    return nonFinite
  }

  /// Rounds to the nearest finite float. Uses comparisons, because the compiler does not vectorise `min` and `max`.
  @inline(__always)
  private static func clamped(_ value: Double) -> Float {
    let bound = Double(Float.greatestFiniteMagnitude)
    let upper = value > bound ? bound : value
    return Float(upper < -bound ? -bound : upper)
  }
}
