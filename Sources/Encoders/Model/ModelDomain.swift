internal import Tensors

/// Statistics of the data that the model was made for, from `domain.safetensors`. They measure how far a volume is from
/// that data.
///
/// The statistics describe profiles. A volume's profile contains pooled outputs of the vision encoder's first layers,
/// without positions. The distance from the domain is a Mahalanobis distance. Its covariance has one variance for each
/// of K principal axes, and a single variance for all directions perpendicular to them.
///
/// - Source: Lee et al., arXiv 1807.03888 (distances of hidden features); Tipping and Bishop, J. R. Stat. Soc. B 61,
///   611 (covariance with K principal axes).
public struct ModelDomain: Sendable {
  /// The domain's section of `config.json`.
  public let configuration: ModelConfiguration.Domain

  /// The mean of each component of a profile, `[D]`. After the mean is subtracted, each component is multiplied by
  /// ``scale`` `[D]`, the inverse of the component's spread.
  private let mean: Tensor
  private let scale: Tensor
  /// The K principal axes of the scaled components, as orthonormal rows `[K, D]`. ``variances`` `[K]` contains the
  /// variance along each axis. ``rest`` `[1]` is the variance in every other direction.
  private let axes: Tensor
  private let variances: Tensor
  private let rest: Tensor
  /// The largest distance of a volume that lies inside the domain, `[1]`.
  private let largest: Tensor
  /// The distance of the self-test's volume, as an independent implementation computed it, `[1]`.
  private let example: Tensor
  private let components: Int

  init(
    _ file: SafetensorsFile, _ configuration: ModelConfiguration.Domain, width: Int
  ) throws(ModelError) {
    guard file.metadata["format"] == Self.format else {
      throw .container(
        file: ModelDirectory.FileName.domain, reason: "its metadata lacks the format \(Self.format)"
      )
    }
    self.configuration = configuration
    components = configuration.layers.count * 2 * width
    mean = try file.take("mean", shape: [components])
    scale = try file.take("scale", shape: [components])
    axes = try file.take("axes", shape: [configuration.axes, components])
    variances = try file.take("variances", shape: [configuration.axes])
    rest = try file.take("rest", shape: [1])
    largest = try file.take("limit", shape: [1])
    example = try file.take("example", shape: [1])
    try file.requireAllTaken()
  }

  /// The required value of the metadata entry `format`.
  static let format = "brgsa-domain/1"

  /// Checks that all variances and distances in the file are greater than 0.
  ///
  /// - Throws: ``ModelError/container(file:reason:)``.
  func requireSound() throws(ModelError) {
    let tensors = [
      ("variances", variances), ("rest", rest), ("limit", largest), ("example", example),
    ]
    for (name, tensor) in tensors
    where !tensor.elements.allSatisfy({ $0 > 0 }) {
      throw .container(
        file: ModelDirectory.FileName.domain,
        reason: "tensor \(name) has a value that is not above 0")
    }
  }

  /// The indices of the blocks whose input is pooled into a profile.
  var layers: [Int] { configuration.layers }

  /// The largest distance of a volume that lies inside the domain.
  public var limit: Double { largest.withElements { Double($0.first ?? 0) } }

  /// The expected distance of the self-test's volume.
  var exampleDistance: Double { example.withElements { Double($0.first ?? 0) } }

  /// Returns the distance of a profile `[D]` from the domain. It is about 1 for volumes of the domain. It is NaN or
  /// infinite if the profile contains NaN or infinity.
  public func distance(of profile: [Double]) -> Double {
    precondition(profile.count == components, "A profile of \(profile.count) for \(components)")
    var scaled: [Double] = []
    mean.withElements { mean in
      scale.withElements { scale in
        scaled = profile.indices.map { (profile[$0] - Double(mean[$0])) * Double(scale[$0]) }
      }
    }
    var rest = scaled.reduce(0) { $0 + $1 * $1 }
    var sum = 0.0
    axes.withElements { axes in
      variances.withElements { variances in
        for axis in 0..<configuration.axes {
          var part = 0.0
          for (place, value) in scaled.enumerated() {
            part += value * Double(axes[axis * components + place])
          }
          rest -= part * part
          sum += part * part / Double(variances[axis])
        }
      }
    }
    sum += max(rest, 0) / self.rest.withElements { Double($0.first ?? 1) }
    return (sum / Double(components)).squareRoot()
  }
}
