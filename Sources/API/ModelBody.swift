internal import Encoders
internal import Inference
internal import StrictJSON
internal import Volumes

/// What answers say about the model.
enum ModelBody {
  static func json(_ loaded: LoadedModel) -> JSON {
    [
      "name": .string(loaded.model.configuration.name),
      "version": .string(loaded.model.configuration.version),
      "sha256": .string(loaded.model.fingerprint), "recipe": .string(loaded.recipe.identifier),
      "compute": "cpu-f32",
    ]
  }

  /// What a score is not.
  static func notice(_ loaded: LoadedModel) -> String {
    let research =
      "Research use only. Not a medical device. Scores are similarity values, not probabilities."
    guard loaded.model.configuration.hasRandomWeights else { return research }
    return "This model has random weights: its scores mean nothing. \(research)"
  }
}
