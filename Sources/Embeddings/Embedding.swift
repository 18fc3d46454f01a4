/// An embedding: a vector in the space that volumes and texts share.
///
/// It has the shape `[C]` and is not normalised. All components are finite, and at least one is not zero.
public struct Embedding: Sendable, Equatable {
  /// The C components.
  public let values: [Float]

  /// The Euclidean length, which is greater than 0.
  public let norm: Double

  /// Makes an embedding; nil if a component is not finite or all components are zero.
  public init?(_ values: [Float]) {
    let norm = values.reduce(into: 0.0) { $0 += Double($1) * Double($1) }.squareRoot()
    guard norm.isFinite, norm > 0 else { return nil }
    self.values = values
    self.norm = norm
  }

  /// Returns the cosine of the angle between two embeddings, from −1 to 1. It is computed in double precision.
  ///
  /// Both embeddings must come from the same model. Different numbers of components trap.
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
