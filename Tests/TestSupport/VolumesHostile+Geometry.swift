/// Table D, rows 19 to 26: spacing, units, transforms, field of view.
extension HostileVolumes {
  static let spacingCases: [HostileVolume] =
    [0, .nan, .infinity, -1, 1e-6, 1e6, 0.04, 20.1].flatMap { (spacing: Double) in
      (1...3).map { axis in
        refused("D19 pixdim[\(axis)] \(spacing)", "spacing-out-of-range") {
          $0.pixdim[axis] = spacing
        }
      }
    }
    + [
      accepted("D20 metres", warnings: ["units-converted"]) { scale(&$0, by: 1e-3, units: 1) },
      accepted("D20 microns", warnings: ["units-converted"]) { scale(&$0, by: 1e3, units: 3) },
      accepted("D20 no unit", warnings: ["units-assumed-mm"]) { $0.units = 0 },
      accepted("D20 millimetres and seconds") { $0.units = 2 | 8 },
      dims("D26 field of view 5 mm", [10, 10, 10], spacing: 0.5, "fov-out-of-range"),
      dims("D26 field of view 5 m", [250, 8, 8], spacing: 20, "fov-out-of-range"),
      dims("D26 spacing 0.01 mm", [512, 512, 100], spacing: 0.01, "spacing-out-of-range"),
    ]

  /// pixdim and sform that say different things. The sform counts, so the model's input is the good one.
  static let spacingConflictCases: [HostileVolume] =
    [2, 0.5, 1.1, 0.9, 1.006, 0.994].flatMap { (factor: Double) in
      (1...3).map { axis in
        onlySform("D28 pixdim[\(axis)] times \(factor)", ["spacing-conflict"]) {
          // The factor must not lead out of the limits, which are another row.
          $0.pixdim[axis] *= factor
          if $0.pixdim[axis] > 20 { $0.pixdim[axis] /= factor * factor }
        }
      }
    }
    + [1.004, 0.996, 1.00001].map { (factor: Double) in
      onlySform("D28 pixdim rounded by \(factor)", []) { $0.pixdim[1] *= factor }
    }
    + (1...3).flatMap { axis in
      [
        onlySform("D28 pixdim[\(axis)] negative, the sform good", ["spacing-conflict"]) {
          $0.pixdim[axis] *= -1
        },
        refused("D28 pixdim[\(axis)] negative and half of the sform's", "spacing-out-of-range") {
          $0.pixdim[axis] *= -0.5
        },
        refused("D28 pixdim[\(axis)] negative with a qform alone", "spacing-out-of-range") {
          $0.sformCode = 0
          $0.pixdim[axis] *= -1
        },
        refused("D28 pixdim[\(axis)] negative without any", "spacing-out-of-range") {
          $0.sformCode = 0
          $0.qformCode = 0
          $0.pixdim[axis] *= -1
        },
      ]
    }
    + [
      onlySform("D28 all of pixdim negative", ["spacing-conflict"]) {
        for axis in 1...3 { $0.pixdim[axis] *= -1 }
      },
      accepted("D28 a negative pixdim with both transforms good", warnings: ["spacing-conflict"]) {
        $0.pixdim[2] *= -1
      },
      // The qform has pixdim's spacing, so both conflicts are there.
      accepted(
        "D28 pixdim and qform against the sform",
        warnings: ["spacing-conflict", "qform-sform-conflict"]
      ) { $0.pixdim[1] *= 0.5 },
      onlySform("D28 in NIfTI-2", ["spacing-conflict"], version: 2) { $0.pixdim[3] *= 0.5 },
      onlySform("D28 in metres", ["units-converted", "spacing-conflict"]) {
        scale(&$0, by: 1e-3, units: 1)
        $0.pixdim[1] *= 0.5
      },
    ]

  private static func onlySform(
    _ row: String, _ warnings: [String], version: Int = 1,
    _ change: @escaping @Sendable (inout NIfTIFile) -> Void
  ) -> HostileVolume {
    accepted(row, warnings: warnings, version: version) {
      $0.qformCode = 0
      change(&$0)
    }
  }

  static let affineCases: [HostileVolume] =
    [
      accepted("D21 neither qform nor sform", warnings: ["orientation-assumed"]) {
        $0.sformCode = 0
        $0.qformCode = 0
      },
      refused("D22 sform with an empty column", "affine-invalid") {
        for row in 0..<3 { $0.sform[4 * row + 1] = 0 }
      },
      refused("D22 sform with two equal columns", "affine-invalid") {
        for row in 0..<3 { $0.sform[4 * row + 1] = $0.sform[4 * row] }
      },
      refused("D22 sform of zeros", "affine-invalid") {
        $0.sform = [Double](repeating: 0, count: 12)
      },
      refused("D22 sform NaN", "affine-invalid") { $0.sform[5] = .nan },
      refused("D22 sform offset beyond any scanner", "affine-invalid") { $0.sform[3] = 100_001 },
      accepted("D22 sform offset at the limit") {
        $0.qformCode = 0
        $0.sform[3] = 100_000
      },
      refused("D22 sform offset infinite", "affine-invalid") { $0.sform[3] = .infinity },
      refused("D22 shear 2e-3", "affine-invalid") { $0.sform[1] = 2e-3 * 18.5 },
      accepted("D22 shear 5e-4") { $0.sform[1] = 5e-4 * 18.5 },
      accepted("D23 qform and sform disagree", warnings: ["qform-sform-conflict"]) {
        $0.setQform([16, 0, 0, 0, 0, 18.5, 0, 0, 0, 0, 20, 0])
      },
      accepted("D23 qform unusable, sform good", warnings: ["qform-sform-conflict"]) {
        $0.quaternion = [.nan, 9, 9]
      },
      accepted("D24 quaternion too long by 1e-6") {
        useQform(&$0, quaternion: [0, 0, (1 + 1e-6).squareRoot()])
      },
      refused("D24 quaternion too long by 1", "affine-invalid") {
        useQform(&$0, quaternion: [1, 0, 1])
      },
      refused("D24 quaternion NaN", "affine-invalid") {
        useQform(&$0, quaternion: [0, .nan, 0])
      },
      refused("D24 quaternion offset infinite", "affine-invalid") {
        useQform(&$0, quaternion: [0, 0, 1])
        $0.quaternionOffset[2] = -.infinity
      },
      accepted("D24 qfac 0") {
        useQform(&$0, quaternion: [0, 0, 1])
        $0.pixdim[0] = 0
      },
    ]
    + ["RAS", "LAS", "RPI", "PIR", "AIL", "ASR", "SAR", "SRP", "ILA"].map { code in
      bytes("D25 \(code)", .accepted(warnings: []), equalsGood: true) {
        VolumesPhantom.small.stored(as: code).file().bytes()
      }
    }

  private static func dims(
    _ row: String, _ extents: [Int64], spacing: Double, _ code: String
  ) -> HostileVolume {
    refused(row, code) {
      $0.dims.replaceSubrange(1...3, with: extents)
      $0.pixdim.replaceSubrange(1...3, with: [spacing, spacing, spacing])
      $0.setSform([-spacing, 0, 0, 0, 0, -spacing, 0, 0, 0, 0, spacing, 0])
    }
  }

  private static func scale(_ file: inout NIfTIFile, by factor: Double, units: UInt8) {
    for axis in 1...3 { file.pixdim[axis] *= factor }
    file.sform = file.sform.map { $0 * factor }
    file.quaternionOffset = file.quaternionOffset.map { $0 * factor }
    file.units = units
  }

  private static func useQform(_ file: inout NIfTIFile, quaternion: [Double]) {
    file.sformCode = 0
    file.qformCode = 1
    file.quaternion = quaternion
  }
}
