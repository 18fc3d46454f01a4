internal import Tensors

/// The data that a model was made for, as statistics of their profiles: `domain.safetensors`.
///
/// A profile describes a volume by the vision encoder's first layers, pooled over its patches. The
/// distance from the domain is a Mahalanobis distance: K axes have their own variances, and all
/// directions perpendicular to them share one.
///
/// - Source: Lee et al., arXiv 1807.03888 (distance on hidden features); Tipping and Bishop, J. R. Stat. Soc. B 61, 611
///   (covariance of K axes and one rest).
public struct ModelDomain: Sendable {
  /// The domain's entry in `config.json`.
  public let configuration: ModelConfiguration.Domain

  /// Centre and 1 / spread of each component of a profile, `[D]`.
  private let mean: Tensor
  private let scale: Tensor
  /// Orthonormal rows `[K, D]` in the scaled space, their variances `[K]`, and the variance of the rest `[1]`.
  private let axes: Tensor
  private let variances: Tensor
  private let rest: Tensor
  /// The largest distance that counts as inside, `[1]`.
  private let largest: Tensor
  /// The distance of the self-test's volume, from an independent implementation, `[1]`.
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

  /// The file's format; other formats are refused.
  static let format = "brgsa-domain/1"

  /// Refuses a variance or limit that is not above zero.
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

  /// Blocks whose input is pooled.
  var layers: [Int] { configuration.layers }

  /// The largest distance of volumes inside the domain.
  public var limit: Double { largest.withElements { Double($0.first ?? 0) } }

  /// The required distance of the self-test's volume.
  var exampleDistance: Double { example.withElements { Double($0.first ?? 0) } }

  /// The distance of a profile `[D]` from the domain: about 1 for volumes of the domain. NaN or
  /// infinite if the profile is.
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
