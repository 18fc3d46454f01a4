/// The space of an embedding: one model with one recipe.
///
/// Embeddings of different spaces are never compared, and no function of ``Store`` mixes them.
public struct EmbeddingSpace: Hashable, Sendable {
  /// SHA-256 of the model's files, in hexadecimal digits.
  public internal(set) var modelSHA256: String
  /// Name and version of the steps that made the model's input.
  public internal(set) var recipe: String
  /// Number of components of an embedding.
  public internal(set) var components: Int

  /// Makes a space.
  public init(modelSHA256: String, recipe: String, components: Int) {
    self.modelSHA256 = modelSHA256
    self.recipe = recipe
    self.components = components
  }
}
