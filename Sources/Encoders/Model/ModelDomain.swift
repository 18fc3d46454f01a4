internal import Tensors

/// The model's domain: statistics of the data that the model was made for, from `domain.safetensors`.
///
/// The statistics are of profiles. The profile of a volume consists of the outputs of the vision encoder's first
/// layers, pooled over the patches. The distance of a volume from the domain is a Mahalanobis distance. Its covariance
/// has one variance for each of K axes, and one variance for all directions that are perpendicular to them.
///
/// - Source: Lee et al., arXiv 1807.03888 (distance of hidden features); Tipping and Bishop, J. R.
///   Stat. Soc. B 61, 611 (covariance with K axes).
public struct ModelDomain: Sendable {
  /// The domain's entry in `config.json`.
  public let configuration: ModelConfiguration.Domain

  /// The mean of each component of a profile, `[D]`. The components are multiplied by ``scale``,
  /// the inverse of their spread, which also has the shape `[D]`.
  private let mean: Tensor
  private let scale: Tensor
  /// The K axes in the space of scaled components, as orthonormal rows `[K, D]`. ``variances``
  /// `[K]` are the variances along them, ``rest`` `[1]` is the variance in all other directions.
  private let axes: Tensor
  private let variances: Tensor
  private let rest: Tensor
  /// The largest distance of a volume inside the domain, `[1]`.
  private let largest: Tensor
  /// The distance of the self-test's volume that an independent implementation computed, `[1]`.
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

  /// The format that the file must name.
  static let format = "brgsa-domain/1"

  /// Checks that all variances and distances in the file are above zero.
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

  /// The blocks whose input is pooled into a profile.
  var layers: [Int] { configuration.layers }

  /// The largest distance of volumes inside the domain.
  public var limit: Double { largest.withElements { Double($0.first ?? 0) } }

  /// The distance that the self-test's volume must have.
  var exampleDistance: Double { example.withElements { Double($0.first ?? 0) } }

  /// Returns the distance of a profile `[D]` from the domain. For volumes of the domain it is about
  /// 1. If the profile contains NaN or infinity, the distance is NaN or infinite.
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
