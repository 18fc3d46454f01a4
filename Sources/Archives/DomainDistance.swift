package import Encoders
internal import Volumes

/// The distance of a volume from the domain of the model that encoded it.
public struct DomainDistance: Sendable, Equatable {
  /// The model's fingerprint. Distances of different models cannot be compared.
  public let model: String
  /// About 1 for volumes of the domain; never negative.
  public let distance: Double
  /// The largest distance that counts as inside.
  public let limit: Double

  /// Describes a distance that a model measured.
  package init(model: String, distance: Double, limit: Double) {
    (self.model, self.distance, self.limit) = (model, distance, limit)
  }

  /// True if the volume belongs to the domain; false for NaN.
  public var isInside: Bool { distance <= limit }

  /// This value; nil if the distance is infinite or not a number, which JSON cannot represent.
  var storable: DomainDistance? { distance.isFinite ? self : nil }
}

/// Whether a volume belongs to the model's domain.
public enum DomainMembership: Sendable, Equatable {
  /// The model has no domain.
  case undeclared
  /// The volume belongs to the domain.
  case inside
  /// The volume does not belong to the domain, so thresholds do not apply.
  case outside
  /// The distance was not measured, for example because another program wrote the archive. Thresholds do not apply.
  case unknown

  /// True if thresholds apply to the volume.
  public var isDecidable: Bool { self == .undeclared || self == .inside }
}

extension VolumeDescription {
  /// Returns whether the volume belongs to a model's domain.
  package func membership(of model: Model) -> DomainMembership {
    guard model.domain != nil else { return .undeclared }
    guard let domain, domain.model == model.fingerprint else { return .unknown }
    return domain.isInside ? .inside : .outside
  }

  /// Returns the same description, with a warning if the model's thresholds do not apply to the volume.
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
  /// True if the warning depends on the loaded model. Such a warning is not stored.
  var isAboutDomain: Bool {
    switch self {
    case .outsideDomain, .domainUnknown: true
    default: false
    }
  }
}
