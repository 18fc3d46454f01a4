public import Encoders
internal import Volumes

/// How far a volume lies from the domain of the model that encoded it.
public struct DomainDistance: Sendable, Equatable {
  /// The model's fingerprint: distances of different models cannot be compared.
  public let model: String
  /// About 1 for what belongs to the domain; never negative.
  public let distance: Double
  /// The largest distance that counts as inside.
  public let limit: Double

  /// Whether the volume belongs to the domain; false for a distance that is not a number.
  public var isInside: Bool { distance <= limit }

  /// Itself unless it is infinite or not a number, which no document holds: then nothing is known the next time.
  var storable: DomainDistance? { distance.isFinite ? self : nil }
}

/// Whether a volume belongs to the data that a model was made for.
public enum DomainMembership: Sendable, Equatable {
  /// The model does not say what it was made for.
  case undeclared
  /// It does.
  case inside
  /// It does not: thresholds do not hold for it.
  case outside
  /// Nothing was measured, as in an archive that somebody else wrote; treated as outside.
  case unknown

  /// Whether thresholds hold for the volume.
  public var isDecidable: Bool { self == .undeclared || self == .inside }
}

extension LoadedModel {
  /// The data that the model was made for, if it says so.
  public var domain: ModelConfiguration.Domain? { model.configuration.domain }

  /// Whether a volume belongs to the model's domain.
  public func membership(of volume: VolumeDescription) -> DomainMembership {
    guard domain != nil else { return .undeclared }
    guard let found = volume.domain, found.model == model.fingerprint else { return .unknown }
    return found.isInside ? .inside : .outside
  }

  /// A distance that this model measured; nil for a model without a domain.
  func domainDistance(_ distance: Double?) -> DomainDistance? {
    guard let distance, let limit = model.domain?.limit else { return nil }
    return DomainDistance(model: model.fingerprint, distance: distance, limit: limit)
  }
}

extension VolumeDescription {
  /// The same with a warning if thresholds of the model do not hold for the volume.
  func judged(by model: LoadedModel) -> VolumeDescription {
    var judged = self
    judged.warnings.removeAll { $0.isAboutDomain }
    if domain?.model != model.model.fingerprint { judged.domain = nil }
    switch (model.membership(of: judged), judged.domain) {
    case (.outside, let found?):
      judged.warnings.append(
        .outsideDomain(
          about: model.domain?.about ?? "", distance: found.distance, limit: found.limit))
    case (.unknown, _): judged.warnings.append(.domainUnknown)
    case (.undeclared, _), (.inside, _), (.outside, nil): break
    }
    return judged
  }
}

extension VolumeWarning {
  /// Whether it depends on the model in use, and is not stored.
  var isAboutDomain: Bool {
    switch self {
    case .outsideDomain, .domainUnknown: true
    default: false
    }
  }
}
