/// All numbers that determine how HU in a file become the model's input. Cache keys contain the recipe's identifier.
///
/// The orientation is always L, P, S. Source: ModelSpecification.md, "Volume → model input"; the
/// defaults are those of the published code.
public struct PreprocessingRecipe: Sendable, Equatable {
  /// Millimetres between the model's voxels along x, y, z.
  public let spacing: [Double]

  /// Number of the model's voxels along x, y, z.
  public let shape: [Int]

  /// The conversion of HU to values of the model's input.
  public let intensity: Intensity

  /// Version of the procedure. It is raised when the same numbers get another meaning.
  public static let version = 1

  /// The conversion of values. All numbers are in HU unless stated otherwise.
  public struct Intensity: Sendable, Equatable {
    /// Value of samples beyond the volume's last half voxel (ITK's default outside the buffer).
    public var outside = 0.0
    /// Value of padding around a volume smaller than the model's field of view.
    public var pad = -1024.0
    /// Lower end of the window that values are clipped to.
    public var clipLower = -1000.0
    /// Upper end of this window.
    public var clipUpper = 1000.0
    /// The value in HU that becomes 1 before `mean` and `deviation` are applied.
    public var scale = 1000.0
    /// Mean of the training data after scaling, dimensionless.
    public var mean = 0.4978
    /// Standard deviation of the training data after scaling, dimensionless.
    public var deviation = 0.2449
    /// True if resampled values are truncated to whole HU, as the published CT-RATE files are.
    public var integerHU = false

    /// Uses the published numbers. Single ones can be changed afterwards.
    public init() {}

    /// Returns the HU, within the window, from which this input was computed.
    public func hounsfield(ofInput value: Float) -> Float {
      (value * Float(deviation) + Float(mean)) * Float(scale)
    }

    /// Returns the input that is computed from this value in HU.
    public func input(ofHounsfield value: Float) -> Float {
      let clipped = min(max(value, Float(clipLower)), Float(clipUpper))
      return (clipped / Float(scale) - Float(mean)) / Float(deviation)
    }
  }

  /// Bounds of a recipe, which limit the memory of one input.
  public enum Bounds {
    /// Allowed millimetres between voxels.
    public static let spacing = 0.1...100.0
    /// Allowed number of voxels along one axis.
    public static let extent = 1...1024
    /// Maximum number of voxels in total: 512 MiB of floats.
    public static let voxels = 1 << 27
    /// Allowed values of any number in HU.
    public static let hounsfield = -32768.0...32767.0
    /// Allowed values of `scale` and `deviation`. The upper bound also limits the absolute value of `mean`.
    public static let factor = 1e-6...1e6
  }

  /// - Parameters:
  ///   - spacing: Three numbers, x, y, z, in millimetres.
  ///   - shape: Three numbers, x, y, z.
  /// - Throws: ``RecipeError``, which names the field.
  public init(
    spacing: [Double], shape: [Int], intensity: Intensity = Intensity()
  ) throws(RecipeError) {
    try Self.require(spacing.count == 3 && spacing.allSatisfy(Bounds.spacing.contains), .spacing)
    try Self.require(shape.count == 3 && shape.allSatisfy(Bounds.extent.contains), .shape)
    try Self.require(shape.reduce(1, *) <= Bounds.voxels, .shape)
    let hounsfield = Bounds.hounsfield
    try Self.require(hounsfield.contains(intensity.outside), .outside)
    try Self.require(hounsfield.contains(intensity.pad), .pad)
    try Self.require(hounsfield.contains(intensity.clipLower), .clip)
    try Self.require(hounsfield.contains(intensity.clipUpper), .clip)
    try Self.require(intensity.clipLower < intensity.clipUpper, .clip)
    try Self.require(Bounds.factor.contains(intensity.scale), .scale)
    try Self.require(abs(intensity.mean) <= Bounds.factor.upperBound, .mean)
    try Self.require(Bounds.factor.contains(intensity.deviation), .deviation)
    self.spacing = spacing
    self.shape = shape
    self.intensity = intensity
  }

  private static func require(_ condition: Bool, _ field: RecipeError.Field) throws(RecipeError) {
    guard condition else { throw RecipeError(field: field) }
  }

  /// Identifies the recipe: equal identifiers mean equal inputs to the model.
  ///
  /// An example is "lps/1.5x1.5x3.0/256x256x128/-1000..1000@1". Numbers that differ from the
  /// published ones are appended, as in ";integer_hu;pad=-2048.0".
  public var identifier: String {
    let spacing = spacing.map(\.description).joined(separator: "x")
    let shape = shape.map(\.description).joined(separator: "x")
    let clip = "\(Self.short(intensity.clipLower))..\(Self.short(intensity.clipUpper))"
    let published = Intensity()
    let additions: [(Bool, String)] = [
      (intensity.integerHU, "integer_hu"),
      (intensity.outside != published.outside, "outside=\(intensity.outside)"),
      (intensity.pad != published.pad, "pad=\(intensity.pad)"),
      (intensity.scale != published.scale, "scale=\(intensity.scale)"),
      (intensity.mean != published.mean, "mean=\(intensity.mean)"),
      (intensity.deviation != published.deviation, "std=\(intensity.deviation)"),
    ]
    let suffix = additions.filter(\.0).map { ";\($0.1)" }.joined()
    return "lps/\(spacing)/\(shape)/\(clip)@\(Self.version)\(suffix)"
  }

  /// Returns a number as text, without a decimal point if it is whole.
  private static func short(_ value: Double) -> String {
    Int(exactly: value).map(\.description) ?? value.description
  }
}

/// A number of a recipe is outside ``PreprocessingRecipe/Bounds``.
public struct RecipeError: Error, Sendable, Equatable {
  /// A number of the recipe.
  public enum Field: Sendable, CaseIterable {
    case spacing, shape, outside, pad, clip, scale, mean, deviation
  }

  /// The first wrong number.
  public let field: Field

  /// Makes an error for a number.
  public init(field: Field) { self.field = field }
}
