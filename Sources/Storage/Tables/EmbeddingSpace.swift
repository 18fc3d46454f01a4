/// The vector space of an embedding. One model and one recipe define a space.
///
/// Embeddings from different spaces are never compared. No function of ``Store`` mixes them.
public struct EmbeddingSpace: Hashable, Sendable {
  /// SHA-256 of the model's files, in hexadecimal digits.
  public internal(set) var modelSHA256: String
  /// The name and version of the recipe, the steps that make the model's input.
  public internal(set) var recipe: String
  /// The number of components of an embedding.
  public internal(set) var components: Int

  /// Makes a space.
  public init(modelSHA256: String, recipe: String, components: Int) {
    self.modelSHA256 = modelSHA256
    self.recipe = recipe
    self.components = components
  }
}
