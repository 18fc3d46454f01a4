internal import CKernels

extension Tensor {
  /// Storage formats of weights that can be widened to single precision without loss.
  public enum HalfFormat: Sendable {
    /// IEEE 754 binary16.
    case half
    /// The upper 16 bits of a single-precision float.
    case bfloat16
  }

  /// Widens 16-bit weights exactly.
  ///
  /// - Parameter bits: The product of `shape` many 16-bit patterns, in this machine's byte order.
  public init(shape: [Int], widening bits: UnsafeBufferPointer<UInt16>, from format: HalfFormat) {
    precondition(
      shape.reduce(1, *) == bits.count, "Tensor \(shape) from \(bits.count) 16-bit values")
    self.init(shape: shape) { destination in
      guard let source = bits.baseAddress, let target = destination.baseAddress else { return }
      switch format {
      case .half: brgsa_widen_half(source, target, bits.count)
      case .bfloat16: brgsa_widen_bfloat16(source, target, bits.count)
      }
    }
  }

  /// How many elements are NaN or infinite.
  public var nonFiniteCount: Int {
    withElements { elements in
      elements.baseAddress.map { brgsa_count_non_finite($0, elements.count) } ?? 0
    }
  }
}
