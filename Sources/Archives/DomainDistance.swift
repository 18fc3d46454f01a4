package import Encoders
internal import Volumes

/// A volume's distance from the domain of the model that encoded it.
public struct DomainDistance: Sendable, Equatable {
  /// The fingerprint of the model. Distances measured by different models cannot be compared.
  public let model: String
  /// The distance, which is never negative. It is about 1 for volumes of the domain.
  public let distance: Double
  /// The largest distance that counts as inside the domain.
  public let limit: Double

  /// Combines a distance that a model measured with the model's limit.
  package init(model: String, distance: Double, limit: Double) {
    (self.model, self.distance, self.limit) = (model, distance, limit)
  }

  /// True if the volume lies inside the domain. False if the distance is NaN.
  public var isInside: Bool { distance <= limit }

  /// This distance; nil if it is infinite or NaN, which JSON cannot represent.
  var storable: DomainDistance? { distance.isFinite ? self : nil }
}

/// Whether a volume lies inside the model's domain.
public enum DomainMembership: Sendable, Equatable {
  /// The model does not specify a domain.
  case undeclared
  /// The volume lies inside the domain.
  case inside
  /// The volume lies outside the domain, so thresholds do not apply.
  case outside
  /// The distance was not measured, for example because the volume was imported. Thresholds do not apply.
  case unknown

  /// True if thresholds apply to the volume.
  public var isDecidable: Bool { self == .undeclared || self == .inside }
}

extension VolumeDescription {
  /// Returns whether the volume lies inside the domain of a model.
  package func membership(of model: Model) -> DomainMembership {
    guard model.domain != nil else { return .undeclared }
    guard let domain, domain.model == model.fingerprint else { return .unknown }
    return domain.isInside ? .inside : .outside
  }

  /// Returns the description with the warnings about this model's domain, which say whether thresholds apply.
  package func judged(by model: Model) -> VolumeDescription {
    var judged = self
    judged.warnings.removeAll { $0.isAboutDomain }
    if domain?.model != model.fingerprint { judged.domain = nil }
    switch (judged.membership(of: model), judged.domain) {
    case (.outside, let found?):
      judged.warnings.append(
        .outsideDomain(
          about: model.configuration.domain?.about ?? "", distance: found.distance,
          limit: found.limit))
    case (.unknown, _): judged.warnings.append(.domainUnknown)
    case (.undeclared, _), (.inside, _), (.outside, nil): break
    }
    return judged
  }
}

extension VolumeWarning {
  /// True for a warning that depends on the loaded model. Such warnings are not stored.
  var isAboutDomain: Bool {
    switch self {
    case .outsideDomain, .domainUnknown: true
    default: false
    }
  }
}
