internal import Archives
public import Calibrations
public import Encoders
internal import Glibc
public import Tensors
public import Volumes

/// A verified model and the threads that run it.
public final class LoadedModel: Sendable {
  /// The model.
  public let model: Model
  /// The recipe that converts a volume to the model's input.
  public let recipe: PreprocessingRecipe
  /// The sentence template of the model's prompts.
  public let template: PromptTemplate
  /// The rule that converts cosines to scores.
  public let scorer: any FindingScorer
  /// The thresholds in `calibration.json` next to the weights; nil if the file does not exist or was not read. The
  /// model's fingerprint does not cover this file.
  public let calibration: LoadedCalibration?

  package let pool: WorkerPool
  /// Threads for texts and searches. These take milliseconds and must not wait for a volume.
  let lightPool: WorkerPool
  let textCache = TextEmbeddingCache()

  /// Reads and checks a model directory.
  ///
  /// - Parameters:
  ///   - kernels: The kernels that the encoders use.
  ///   - readsCalibration: False to ignore `calibration.json`. Use this to write a new calibration or if no thresholds
  ///     are needed.
  /// - Throws: `ModelError`.
  public init(
    directory: String, threads: Int, kernels: Kernels = .best, readsCalibration: Bool = true
  ) throws(ModelError) {
    pool = WorkerPool(threads: threads)
    lightPool = WorkerPool(threads: threads)
    let files = try ModelDirectory(directory)
    recipe = try PreprocessingRecipe(files.configuration)
    model = try Model(files, on: pool, kernels: kernels)
    template = PromptTemplate(model.configuration.prompts)
    scorer = model.configuration.score.scorer
    calibration = readsCalibration ? try Self.calibration(in: directory, for: model) : nil
  }

  /// The encoders' number format: `cpu-f32` or `cpu-bf16`.
  public var computeName: String { "cpu-\(model.kernels.compute.rawValue)" }
  /// The instruction set that the encoders use, for example `avx512`.
  public var kernelsName: String { model.kernels.name }

  /// The notice in every response: the model's caveat, and a warning that scores are not probabilities.
  public var notice: String {
    let research = "Research use only. Not a medical device. \(scorer.reservation)"
    return [model.configuration.caveat, research].compactMap(\.self).joined(separator: " ")
  }

  /// The prompt sets of the service and of the model. A set of the model takes precedence.
  public var promptSets: [PromptSet] {
    let own = model.configuration.prompts.sets.map(PromptSet.init)
    return PromptSet.builtIn.filter { set in !own.contains { $0.name == set.name } } + own
  }

  /// Returns the prompt set called `name`; nil if there is none.
  public func promptSet(named name: String) -> PromptSet? {
    promptSets.first { $0.name == name }
  }

  /// Requires that the model embeds patches.
  ///
  /// - Throws: ``InferenceError/unsupported(_:)``.
  func requirePatches() throws(InferenceError) {
    guard model.configuration.vision.embedsPatches else { throw .unsupported(.heatMaps) }
  }

  /// The features that depend on the model.
  public var features: [ModelFeature] {
    model.configuration.vision.embedsPatches ? [.heatMaps] : []
  }

  /// Runs the model on its stored example and compares the result with the stored one.
  ///
  /// - Throws: `ModelError.selfTest`.
  public func runSelfTest() throws(ModelError) { try model.runSelfTest(on: pool) }
}

extension LoadedModel {
  /// The kind of data that the model was made for; nil if the model does not specify it.
  public var domain: ModelConfiguration.Domain? { model.configuration.domain }

  /// Combines a measured distance with this model's limit; nil if the model specifies no domain.
  func domainDistance(_ distance: Double?) -> DomainDistance? {
    guard let distance, let limit = model.domain?.limit else { return nil }
    return DomainDistance(model: model.fingerprint, distance: distance, limit: limit)
  }

  /// Checks that `calibration` fits this model, and loads it.
  ///
  /// - Throws: `CalibrationError.otherModel`, `CalibrationError.otherCompute`, `CalibrationError.member`.
  public func load(
    _ calibration: Calibration, source: LoadedCalibration.Source
  ) throws(CalibrationError) -> LoadedCalibration {
    try LoadedCalibration(calibration, source: source, for: model)
  }

  /// Reads the calibration next to the weights; returns nil if the file does not exist.
  private static func calibration(
    in directory: String, for model: Model
  ) throws(ModelError) -> LoadedCalibration? {
    do throws(CalibrationError) {
      let calibration = try Calibration(contentsOf: "\(directory)/\(Calibration.fileName)")
      return try LoadedCalibration(calibration, source: .model, for: model)
    } catch .file(errno: ENOENT) {
      return nil
    } catch {
      throw .container(
        file: Calibration.fileName,
        reason:
          "\(error); remove the file, or write it again with brgsa evaluate --write-thresholds")
    }
  }
}

extension PreprocessingRecipe {
  /// Makes the recipe from a model's configuration. The error names the first unsupported value.
  ///
  /// - Throws: `ModelError.configuration`.
  public init(_ configuration: ModelConfiguration) throws(ModelError) {
    let recipe = configuration.recipe
    guard recipe.orientation == "LPS" else {
      throw .configuration(
        member: "recipe.orientation", reason: "is \(recipe.orientation); only LPS is supported")
    }
    guard recipe.version == Self.version else {
      throw .configuration(
        member: "recipe.version", reason: "is \(recipe.version), this is \(Self.version)")
    }
    guard let resampling = Resampling(rawValue: recipe.resampling) else {
      throw .configuration(
        member: "recipe.resampling",
        reason:
          "is not supported: it is \(recipe.resampling), and this version knows "
          + Resampling.allCases.map(\.rawValue).joined(separator: ", "))
    }
    guard ["ceil", "floor"].contains(recipe.cropBefore) else {
      throw .configuration(
        member: "recipe.crop_before",
        reason: "is not supported: it is \(recipe.cropBefore), and this version knows ceil, floor")
    }
    var intensity = Intensity()
    intensity.outside = recipe.outside
    intensity.pad = recipe.padding
    intensity.clipLower = recipe.clip[0]
    intensity.clipUpper = recipe.clip[1]
    intensity.offset = recipe.offset
    intensity.scale = recipe.divisor
    intensity.mean = recipe.mean
    intensity.deviation = recipe.standardDeviation
    intensity.integerHU = recipe.truncatesToWholeHU
    do {
      try self.init(
        spacing: recipe.spacing, shape: recipe.shape, intensity: intensity,
        resampling: resampling, cropsMoreBefore: recipe.cropBefore == "ceil")
    } catch {
      throw .configuration(member: "recipe.\(error.field.key)", reason: "is out of range")
    }
  }
}

extension RecipeError.Field {
  /// The field's key in the `recipe` object of `config.json`.
  var key: String {
    switch self {
    case .spacing: "spacing_mm"
    case .shape: "shape"
    case .outside: "outside_hu"
    case .pad: "pad_hu"
    case .clip: "clip_hu"
    case .offset: "offset_hu"
    case .scale: "divisor"
    case .mean: "mean"
    case .deviation: "std"
    }
  }
}
