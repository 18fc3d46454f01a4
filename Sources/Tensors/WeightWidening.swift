internal import CKernels

/// Storage formats of weights that can be widened to single precision without loss.
public enum HalfFormat: Sendable {
  /// IEEE 754 binary16.
  case half
  /// The upper 16 bits of a single-precision float.
  case bfloat16
}

extension UnsafeMutableBufferPointer<Float> {
  /// Widens 16-bit weights exactly.
  ///
  /// - Parameter bits: One 16-bit pattern for each float, in this machine's byte order.
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
  /// Number of elements that are NaN or infinite.
  public var nonFiniteCount: Int { baseAddress.map { brgsa_count_non_finite($0, count) } ?? 0 }
}
