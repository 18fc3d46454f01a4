internal import CKernels

/// A 16-bit format of weights. Its numbers can be converted to single precision without loss.
public enum HalfFormat: Sendable {
  /// The format binary16 of IEEE 754.
  case half
  /// The format that consists of the upper 16 bits of a single-precision float.
  case bfloat16
}

extension UnsafeMutableBufferPointer<Float> {
  /// Converts 16-bit weights to these floats, without loss.
  ///
  /// - Parameter bits: The bits of each weight, in this machine's byte order. Their number must be that of the floats.
  public func widen(_ bits: UnsafeBufferPointer<UInt16>, from format: HalfFormat) {
    precondition(count == bits.count, "\(count) floats from \(bits.count) 16-bit values")
    guard let source = bits.baseAddress, let target = baseAddress else { return }
    switch format {
    case .half: brgsa_widen_half(source, target, bits.count)
    case .bfloat16: brgsa_widen_bfloat16(source, target, bits.count)
    }
  }
}

extension UnsafeBufferPointer<Float> {
  /// The number of elements that are NaN or infinite.
  public var nonFiniteCount: Int { baseAddress.map { brgsa_count_non_finite($0, count) } ?? 0 }
}
