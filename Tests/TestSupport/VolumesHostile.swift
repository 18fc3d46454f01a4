/// One row of HostileInputs.md as bytes, with the answer it must get.
public struct HostileVolume: Sendable, CustomStringConvertible {
  /// Row and what is wrong, such as "D13 vox_offset NaN".
  public let row: String
  /// The answer.
  public let outcome: Outcome
  /// Whether the model's input must be that of ``HostileVolumes/good(version:)``.
  public let equalsGood: Bool
  /// Makes the bytes anew; nearly all are below 100 KB.
  public let bytes: @Sendable () -> [UInt8]

  /// What the service must answer.
  public enum Outcome: Sendable, Equatable {
    /// Refused with this slug.
    case refused(String)
    /// Accepted with exactly these warning codes.
    case accepted(warnings: [String])
  }

  /// The row.
  public var description: String { row }
}

/// Tables C, D and E of HostileInputs.md, as far as NIfTI and its values go.
///
/// Left out: C10 (a slow sender), C11 and C12 (DICOM), E13 (time)
/// and the wrong anatomy of D26.
public enum HostileVolumes {
  /// Every case.
  public static let all: [HostileVolume] =
    gzipCases + paddingCases + containerCases + sizeCases + dimensionCases + typeCases + offsetCases
    + variantCases + spacingCases + spacingConflictCases + affineCases + lengthCases + valueCases
    + twinCases

  /// The volume that the cases start from: 24 × 20 × 16 voxels of a synthetic chest, L, P, S.
  public static func good(version: Int = 1) -> NIfTIFile {
    version == 1 ? goodFirst : goodSecond
  }

  private static let goodFirst = VolumesPhantom.small.stored(as: "LPS").file(version: 1)
  private static let goodSecond = VolumesPhantom.small.stored(as: "LPS").file(version: 2)

  /// The case that a changed ``good(version:)`` is refused.
  static func refused(
    _ row: String, _ code: String, version: Int = 1,
    _ change: @escaping @Sendable (inout NIfTIFile) -> Void
  ) -> HostileVolume {
    bytes(row, .refused(code)) {
      var file = good(version: version)
      change(&file)
      return file.bytes()
    }
  }

  /// The case that a changed ``good(version:)`` is accepted.
  static func accepted(
    _ row: String, warnings: [String] = [], equalsGood: Bool = true, version: Int = 1,
    _ change: @escaping @Sendable (inout NIfTIFile) -> Void
  ) -> HostileVolume {
    bytes(row, .accepted(warnings: warnings), equalsGood: equalsGood) {
      var file = good(version: version)
      change(&file)
      return file.bytes()
    }
  }

  /// A case made of any bytes.
  static func bytes(
    _ row: String, _ outcome: HostileVolume.Outcome, equalsGood: Bool = false,
    _ make: @escaping @Sendable () -> [UInt8]
  ) -> HostileVolume {
    HostileVolume(row: row, outcome: outcome, equalsGood: equalsGood, bytes: make)
  }
}
