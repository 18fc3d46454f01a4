/// A point in the space that volumes and texts share: `[C]` finite numbers, not normalised, not all zero.
public struct Embedding: Sendable, Equatable {
  /// The C components.
  public let values: [Float]

  /// Euclidean length, above zero.
  public let norm: Double

  /// Stores `values` if all are finite and not all are zero; nil otherwise.
  public init?(_ values: [Float]) {
    let norm = values.reduce(into: 0.0) { $0 += Double($1) * Double($1) }.squareRoot()
    guard norm.isFinite, norm > 0 else { return nil }
    self.values = values
    self.norm = norm
  }

  /// Cosine of the angle to `other`, in −1…1, summed in double precision.
  ///
  /// Embeddings of different models cannot be compared: different lengths trap.
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
