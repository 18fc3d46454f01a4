internal import Tensors

/// The learned knowledge bank B, shape `[K, C]`. It reduces the gap between the embeddings of images and texts. A model
/// may have no bank: the bridge of an embedding is then the embedding itself.
///
/// - Source: cross-modal knowledge bank and interaction, Lai et al., arXiv 2501.03565.
public struct KnowledgeBank: Sendable {
  private let bank: Tensor?

  init(_ file: SafetensorsFile, _ configuration: ModelConfiguration) throws(ModelError) {
    let embedding = configuration.embedding
    bank = try configuration.bank.map { (rows) throws(ModelError) in
      try file.take("dictionarylearning.dictionary.weight", shape: [rows, embedding])
    }
  }

  /// Returns the bridge of an embedding x: softmax(x · Bᵀ) · B, a weighted mean of the bank's rows. Without a bank,
  /// returns x.
  ///
  /// `embedding` and the result have the shape `[C]`. x is not normalised, and the products are not scaled. Each
  /// embedding is bridged separately, so the bits of the result do not depend on other embeddings.
  public func bridge(_ embedding: [Float]) -> [Float] {
    guard let bank else { return embedding }
    let kernels = Kernels.best
    let (rows, width) = (bank.shape[0], bank.shape[1])
    let memory = FloatBuffer(count: rows + 2 * width)
    let input = MatrixView(memory.pointer, rows: 1, columns: width, stride: width)
    let result = MatrixView(memory.pointer + width, rows: 1, columns: width, stride: width)
    let weights = MatrixView(memory.pointer + 2 * width, rows: 1, columns: rows, stride: rows)
    return withExtendedLifetime(memory) {
      _ = input.row(0).update(from: embedding)
      kernels.multiply(input, transposed: bank.matrix(rows: rows), into: weights)
      kernels.softmax(weights)
      kernels.multiply(weights, bank.matrix(rows: rows), into: result)
      return Array(result.row(0))
    }
  }
}
