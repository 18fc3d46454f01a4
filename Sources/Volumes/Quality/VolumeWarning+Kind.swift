extension VolumeWarning {
  /// The kind of a warning. The raw value is its stable code. The page `/problems/{code}` explains what to do.
  public enum Kind: String, Sendable, CaseIterable {
    case orientationAssumed = "orientation-assumed"
    case unitsConverted = "units-converted"
    case unitsAssumedMillimetres = "units-assumed-mm"
    case qformSformConflict = "qform-sform-conflict"
    case spacingConflict = "spacing-conflict"
    case fieldOfViewShortX = "fov-short-x"
    case fieldOfViewShortY = "fov-short-y"
    case fieldOfViewShortZ = "fov-short-z"
    case fieldOfViewLongX = "fov-long-x"
    case fieldOfViewLongY = "fov-long-y"
    case fieldOfViewLongZ = "fov-long-z"
    case hounsfieldImplausible = "hu-implausible"
    case lungMissing = "lung-missing"
    case slicesRepeated = "slices-repeated"
    case slicesMissing = "slices-missing"
    case seriesChosen = "series-chosen"
    case outsideDomain = "outside-domain"
    case domainUnknown = "domain-unknown"
  }

  /// The kind of this warning.
  public var kind: Kind {
    switch self {
    case .orientationAssumed: .orientationAssumed
    case .unitsConverted: .unitsConverted
    case .unitsAssumedMillimetres: .unitsAssumedMillimetres
    case .qformSformConflict: .qformSformConflict
    case .spacingConflict: .spacingConflict
    case .fieldOfViewShort(.x, _, _): .fieldOfViewShortX
    case .fieldOfViewShort(.y, _, _): .fieldOfViewShortY
    case .fieldOfViewShort(.z, _, _): .fieldOfViewShortZ
    case .fieldOfViewLong(.x, _): .fieldOfViewLongX
    case .fieldOfViewLong(.y, _): .fieldOfViewLongY
    case .fieldOfViewLong(.z, _): .fieldOfViewLongZ
    case .hounsfieldImplausible: .hounsfieldImplausible
    case .lungMissing: .lungMissing
    case .slicesRepeated: .slicesRepeated
    case .slicesMissing: .slicesMissing
    case .seriesChosen: .seriesChosen
    case .outsideDomain: .outsideDomain
    case .domainUnknown: .domainUnknown
    }
  }
}
