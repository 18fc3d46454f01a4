public import Tensors
public import Testing

/// Failures name the instruction set, not the addresses of its functions.
extension Kernels: CustomTestStringConvertible {
  /// ``Kernels/name``.
  public var testDescription: String { name }
}
