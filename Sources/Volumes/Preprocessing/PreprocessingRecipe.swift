/// All numbers that determine how the HU in a file are converted to the model's input. Cache keys contain the
/// identifier of the recipe.
///
/// The orientation is always L, P, S. The defaults are those of BrgSA's published code.
///
/// - Source: ModelSpecification.md, "Volume → model input"; ModelFormat.md, "Recipe".
public struct PreprocessingRecipe: Sendable, Equatable {
  /// Distance between the model's voxels along x, y and z, in millimetres.
  public let spacing: [Double]

  /// Number of the model's voxels along x, y and z.
  public let shape: [Int]

  /// The method that changes the distance between voxels.
  public let resampling: Resampling

  /// True if the larger half of an odd excess is cropped at the lower side of an axis; false for the smaller half.
  public let cropsMoreBefore: Bool

  /// The conversion of HU to the values of the model's input.
  public let intensity: Intensity

  /// Version of the procedure. It is increased when the same numbers get another meaning.
  public static let version = 1

  /// A method of linear resampling.
  public enum Resampling: String, Sendable, CaseIterable {
    /// As ITK's filter: the size is rounded, and the first voxels of both grids have the same position.
    case itk
    /// As PyTorch's `interpolate`: the size is truncated, and both grids cover the same extent.
    case torch
  }

  /// The conversion of intensities. All numbers are in HU unless stated otherwise.
  public struct Intensity: Sendable, Equatable {
    /// Value of grid voxels beyond the last half voxel of the volume. The default is that of ITK.
    public var outside = 0.0
    /// Value of padding around a volume that is smaller than the model's field of view.
    public var pad = -1024.0
    /// Lower end of the window to which values are clipped.
    public var clipLower = -1000.0
    /// Upper end of the window to which values are clipped.
    public var clipUpper = 1000.0
    /// HU that are scaled to 0 before `mean` and `deviation` are applied.
    public var offset = 0.0
    /// Distance from `offset`, in HU, that is scaled to 1 before `mean` and `deviation` are applied.
    public var scale = 1000.0
    /// Mean of the scaled training data, without a unit.
    public var mean = 0.4978
    /// Standard deviation of the scaled training data, without a unit.
    public var deviation = 0.2449
    /// True if resampled values are truncated to whole HU, as in the published CT-RATE files.
    public var integerHU = false

    /// Makes the published conversion. Each number can be changed afterwards.
    public init() {}

    /// Converts a value of the model's input back to HU within the window.
    public func hounsfield(ofInput value: Float) -> Float {
      (value * Float(deviation) + Float(mean)) * Float(scale) + Float(offset)
    }

    /// Converts HU to a value of the model's input.
    public func input(ofHounsfield value: Float) -> Float {
      let clipped = min(max(value, Float(clipLower)), Float(clipUpper))
      return ((clipped - Float(offset)) / Float(scale) - Float(mean)) / Float(deviation)
    }
  }

  /// The bounds of a recipe's numbers. They limit the memory that one input needs.
  public enum Bounds {
    /// Accepted distances between voxels, in millimetres.
    public static let spacing = 0.1...100.0
    /// Accepted numbers of voxels along one axis.
    public static let extent = 1...1024
    /// Maximum total number of voxels: 512 MiB of floats.
    public static let voxels = 1 << 27
    /// Accepted values of numbers in HU.
    public static let hounsfield = -32768.0...32767.0
    /// Accepted values of `scale` and `deviation`. The absolute value of `mean` has the same upper bound.
    public static let factor = 1e-6...1e6
  }

  /// Makes a recipe.
  ///
  /// - Parameters:
  ///   - spacing: Three numbers for x, y and z, in millimetres.
  ///   - shape: Three numbers of voxels for x, y and z.
  ///   - cropsMoreBefore: True to crop the larger half of an odd excess at the lower side of an axis.
  /// - Throws: ``RecipeError``, which names the wrong field.
  public init(
    spacing: [Double], shape: [Int], intensity: Intensity = Intensity(),
    resampling: Resampling = .itk, cropsMoreBefore: Bool = true
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
    try Self.require(hounsfield.contains(intensity.offset), .offset)
    try Self.require(Bounds.factor.contains(intensity.scale), .scale)
    try Self.require(abs(intensity.mean) <= Bounds.factor.upperBound, .mean)
    try Self.require(Bounds.factor.contains(intensity.deviation), .deviation)
    self.spacing = spacing
    self.shape = shape
    self.intensity = intensity
    self.resampling = resampling
    self.cropsMoreBefore = cropsMoreBefore
  }

  private static func require(_ condition: Bool, _ field: RecipeError.Field) throws(RecipeError) {
    guard condition else { throw RecipeError(field: field) }
  }

  /// The identifier of the recipe. Recipes with the same identifier produce the same inputs.
  ///
  /// An example is "lps/1.5x1.5x3.0/256x256x128/-1000..1000@1". Numbers that differ from the published ones are
  /// appended, as in ";integer_hu;pad=-2048.0".
  public var identifier: String {
    let spacing = spacing.map(\.description).joined(separator: "x")
    let shape = shape.map(\.description).joined(separator: "x")
    let clip = "\(Self.short(intensity.clipLower))..\(Self.short(intensity.clipUpper))"
    let published = Intensity()
    let additions: [(Bool, String)] = [
      (intensity.integerHU, "integer_hu"),
      (intensity.outside != published.outside, "outside=\(intensity.outside)"),
      (intensity.pad != published.pad, "pad=\(intensity.pad)"),
      (intensity.offset != published.offset, "offset=\(intensity.offset)"),
      (intensity.scale != published.scale, "scale=\(intensity.scale)"),
      (intensity.mean != published.mean, "mean=\(intensity.mean)"),
      (intensity.deviation != published.deviation, "std=\(intensity.deviation)"),
      (resampling != .itk, resampling.rawValue),
      (!cropsMoreBefore, "crop=floor"),
    ]
    let suffix = additions.filter(\.0).map { ";\($0.1)" }.joined()
    return "lps/\(spacing)/\(shape)/\(clip)@\(Self.version)\(suffix)"
  }

  /// Formats a number, without a decimal point if it is whole.
  private static func short(_ value: Double) -> String {
    Int(exactly: value).map(\.description) ?? value.description
  }
}

/// A number of a recipe is outside ``PreprocessingRecipe/Bounds``.
public struct RecipeError: Error, Sendable, Equatable {
  /// A number of the recipe.
  public enum Field: Sendable, CaseIterable {
    case spacing, shape, outside, pad, clip, offset, scale, mean, deviation
  }

  /// The field with the wrong number. If there are several, it is the first one.
  public let field: Field

  /// Makes an error for a field.
  public init(field: Field) { self.field = field }
}
