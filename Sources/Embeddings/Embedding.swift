/// An embedding: a vector in the space that volumes and texts share.
///
/// Its shape is `[C]`. Its components are finite and not all zero. It is not normalised.
public struct Embedding: Sendable, Equatable {
  /// The C components.
  public let values: [Float]

  /// The Euclidean length, above zero.
  public let norm: Double

  /// Makes an embedding of `values`; nil if a value is not finite, or if all values are zero.
  public init?(_ values: [Float]) {
    let norm = values.reduce(into: 0.0) { $0 += Double($1) * Double($1) }.squareRoot()
    guard norm.isFinite, norm > 0 else { return nil }
    self.values = values
    self.norm = norm
  }

  /// Returns the cosine of the angle between this embedding and `other`, from −1 to 1. The sum is in double precision.
  ///
  /// Both must come from the same model. Different numbers of components trap.
  public func cosine(_ other: Embedding) -> Float {
    precondition(
      values.count == other.values.count,
      "Cosine of embeddings with \(values.count) and \(other.values.count) components")
    var product = 0.0
    for index in values.indices {
      product += Double(values[index]) * Double(other.values[index])
    }
    return Float(min(max(product / (norm * other.norm), -1), 1))
  }
}
