/// Table E: the voxels themselves.
extension HostileVolumes {
  static let lengthCases: [HostileVolume] = [
    refused("E1 one byte short", "truncated-volume") { $0.voxels.removeLast() },
    refused("E1 one slice short", "truncated-volume") { $0.voxels.removeLast(24 * 20 * 2) },
    zipped("E1 one byte short, gzip", "truncated-volume") { $0.voxels.removeLast() },
    zipped("E1 one slice short, gzip", "truncated-volume") { $0.voxels.removeLast(24 * 20 * 2) },
    refused("E2 one byte more", "trailing-data") { $0.voxels.append(0) },
    refused("E2 a slice more", "trailing-data") { $0.voxels += $0.voxels.prefix(24 * 20 * 2) },
    zipped("E2 one byte more, gzip", "trailing-data") { $0.voxels.append(0) },
  ]

  static let valueCases: [HostileVolume] = [
    nonFinite("E3 one NaN", every: 7680, .nan),
    nonFinite("E3 0.1 % NaN", every: 1000, .nan),
    nonFinite("E3 all NaN", every: 1, .nan),
    nonFinite("E3 one infinity", every: 7680, .infinity),
    nonFinite("E3 one negative infinity as double", every: 7680, -.infinity, .float64),
    accepted("E4 slope 0, intercept ignored") {
      $0.slope = 0
      $0.intercept = -1024
    },
    accepted("E4 slope NaN, intercept ignored") {
      $0.slope = .nan
      $0.intercept = .nan
    },
    refused("E4 slope infinite", "not-hounsfield") { $0.slope = .infinity },
    refused("E5 all values within a tenth of one HU", "no-contrast") { $0.slope = 1e-5 },
    accepted("E4 negative slope of negated values") {
      $0.setVoxels(VolumesPhantom.small.hounsfield.map { -$0 }, as: .int16)
      $0.slope = -1
    },
    refused("E4 intercept NaN", "not-hounsfield") { $0.intercept = .nan },
    refused("E4 intercept infinite", "not-hounsfield") { $0.intercept = -.infinity },
    refused("E4 slope 1e30", "not-hounsfield") { $0.slope = 1e30 },
    refused("E4 double slope 1e308", "not-hounsfield", version: 2) { $0.slope = 1e308 },
    refused("E4 one HU above the range", "not-hounsfield") {
      $0.setVoxels(replacing(-1000, by: 32768), as: .int32)
    },
    refused("E4 one HU below the range", "not-hounsfield") {
      $0.setVoxels(replacing(-1000, by: -32769), as: .int32)
    },
    refused("E4 a double beyond every float", "not-hounsfield") {
      $0.setVoxels(replacing(-1000, by: -1e300), as: .float64)
    },
    refused("E4 a uint64 beyond 2⁵³", "not-hounsfield") {
      var values = VolumesPhantom.small.hounsfield.map { $0 + 1024 }
      values[7] = 0x1p60
      $0.setVoxels(values, as: .uint64)
      $0.intercept = -1024
    },
    // What a program wrote that took −1000 for a number without a sign.
    refused("E4 a negative value as uint64", "not-hounsfield") {
      $0.setVoxels(VolumesPhantom.small.hounsfield, as: .int64)
      $0.datatype = NIfTIDatatype.uint64.rawValue
    },
    accepted("E4 uint64 that a slope brings into range") {
      $0.setVoxels(VolumesPhantom.small.hounsfield.map { ($0 + 1024) * 0x1p52 }, as: .uint64)
      $0.slope = 0x1p-52
      $0.intercept = -1024
    },
    constant("E5 all 0", 0),
    constant("E5 all -1024", -1024),
    padding("E9 padding -8192", -8192),
    padding("E9 padding -3024", -3024),
    padding("E9 padding -2000", -2000),
    implausible("E6 intercept lost") { $0 + 1024 },
    implausible("E7 rescaled twice") { $0 - 1024 },
    implausible("E8 a picture of 0 to 255") { min(max(($0 + 1350) / 1500 * 255, 0), 255) },
    implausible("E12 air as light as bone") { -$0 },
    implausible("E12 values of a magnet") { ($0 + 1000) * 3 + 400 },
    accepted("E11 lossy uint8", equalsGood: false) {
      let values = VolumesPhantom.small.hounsfield.map { (($0 + 1100) / 10).rounded() }
      $0.setVoxels(values, as: .uint8)
      $0.slope = 10
      $0.intercept = -1100
    },
  ]

  static let twinCases: [HostileVolume] = NIfTIDatatype.readable.map { type in
    accepted("E10 \(type)") {
      // The phantom's values are −1000 + 8 · q with q in 0…250.
      switch type {
      case .uint8: store(&$0, as: type, slope: 8, intercept: -1000)
      case .int8: store(&$0, as: type, slope: 8, intercept: 24)
      case .uint16, .uint32, .uint64: store(&$0, as: type, slope: 1, intercept: -1024)
      default: store(&$0, as: type, slope: 0.5, intercept: 0)
      }
    }
  }

  private static func store(
    _ file: inout NIfTIFile, as type: NIfTIDatatype, slope: Double, intercept: Double
  ) {
    let values = VolumesPhantom.small.hounsfield.map { ($0 - intercept) / slope }
    file.setVoxels(values, as: type)
    file.slope = slope
    file.intercept = intercept
  }

  private static func zipped(
    _ row: String, _ code: String, _ change: @escaping @Sendable (inout NIfTIFile) -> Void
  ) -> HostileVolume {
    bytes(row, .refused(code)) {
      var file = good()
      change(&file)
      return NIfTIGzip().member(file.bytes())
    }
  }

  private static func nonFinite(
    _ row: String, every step: Int, _ value: Double, _ type: NIfTIDatatype = .float32
  ) -> HostileVolume {
    refused(row, "non-finite-voxels") {
      var values = VolumesPhantom.small.hounsfield
      for index in stride(from: 0, to: values.count, by: step) { values[index] = value }
      $0.setVoxels(values, as: type)
    }
  }

  private static func implausible(
    _ row: String, _ change: @escaping @Sendable (Double) -> Double
  ) -> HostileVolume {
    accepted(row, warnings: ["hu-implausible"], equalsGood: false) {
      $0.setVoxels(VolumesPhantom.small.hounsfield.map(change), as: .float32)
    }
  }

  private static func constant(_ row: String, _ value: Double) -> HostileVolume {
    refused(row, "no-contrast") {
      let count = VolumesPhantom.small.hounsfield.count
      $0.setVoxels([Double](repeating: value, count: count), as: .int16)
    }
  }

  private static func padding(_ row: String, _ value: Double) -> HostileVolume {
    accepted(row, equalsGood: false) { $0.setVoxels(replacing(-1000, by: value), as: .int16) }
  }

  private static func replacing(_ old: Double, by new: Double) -> [Double] {
    VolumesPhantom.small.hounsfield.map { $0 == old ? new : $0 }
  }
}
