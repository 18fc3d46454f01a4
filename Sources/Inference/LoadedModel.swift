public import Encoders
internal import Tensors
public import Volumes

/// A verified model with the threads it computes on.
public final class LoadedModel: Sendable {
  /// The model.
  public let model: Model
  /// How a volume becomes the model's input.
  public let recipe: PreprocessingRecipe
  /// The sentence form of the model's prompts.
  public let template: PromptTemplate

  let pool: WorkerPool

  /// Reads and checks a model directory.
  ///
  /// - Throws: `ModelError`.
  public init(directory: String, threads: Int) throws(ModelError) {
    pool = WorkerPool(threads: threads)
    let directory = try ModelDirectory(directory)
    recipe = try PreprocessingRecipe(directory.configuration)
    model = try Model(directory)
    template = PromptTemplate(model.configuration.promptTemplate)
  }

  /// Compares the model with its stored example.
  ///
  /// - Throws: `ModelError.selfTest`.
  public func runSelfTest() throws(ModelError) { try model.runSelfTest(on: pool) }
}

extension PreprocessingRecipe {
  /// The recipe of a model; one that this code cannot follow is refused by name.
  ///
  /// - Throws: `ModelError.configuration`.
  public init(_ configuration: ModelConfiguration) throws(ModelError) {
    let recipe = configuration.recipe
    guard recipe.orientation == "LPS" else {
      throw .configuration(
        member: "recipe.orientation", reason: "is \(recipe.orientation), only LPS is known")
    }
    guard recipe.version == Self.version else {
      throw .configuration(
        member: "recipe.version", reason: "is \(recipe.version), this is \(Self.version)")
    }
    var intensity = Intensity()
    intensity.outside = recipe.outside
    intensity.pad = recipe.padding
    intensity.clipLower = recipe.clip[0]
    intensity.clipUpper = recipe.clip[1]
    intensity.scale = recipe.divisor
    intensity.mean = recipe.mean
    intensity.deviation = recipe.standardDeviation
    intensity.integerHU = recipe.truncatesToWholeHU
    do {
      try self.init(spacing: recipe.spacing, shape: recipe.shape, intensity: intensity)
    } catch {
      throw .configuration(member: "recipe.\(error.field.key)", reason: "is out of range")
    }
  }
}

extension RecipeError.Field {
  /// The member of `config.json`.
  var key: String {
    switch self {
    case .spacing: "spacing_mm"
    case .shape: "shape"
    case .outside: "outside_hu"
    case .pad: "pad_hu"
    case .clip: "clip_hu"
    case .scale: "divisor"
    case .mean: "mean"
    case .deviation: "std"
    }
  }
}
