internal import CKernels

/// A 16-bit format of weights. Every number in it can be converted to a 32-bit float without loss.
public enum HalfFormat: Sendable {
  /// IEEE 754 binary16.
  case half
  /// The upper 16 bits of a 32-bit float.
  case bfloat16
}

extension UnsafeMutableBufferPointer<Float> {
  /// Converts 16-bit weights to floats without loss, and stores them in this buffer.
  ///
  /// - Parameter bits: The bits of each weight, in the byte order of this machine. There must be as many as floats in
  ///   this buffer.
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
