import TestSupport
import Testing

@testable import Volumes

/// Lungs are looked for in the body, not in the volume.
@Suite struct BodyMaskTests {
  struct Torso: Sendable, CustomTestStringConvertible {
    let name: String
    let isChest: Bool
    let torso: VolumesTorso

    init(_ name: String, isChest: Bool, _ change: @escaping (inout VolumesTorso) -> Void) {
      self.name = name
      self.isChest = isChest
      torso = .with {
        $0.hasLungs = isChest
        change(&$0)
      }
    }

    var testDescription: String { name }
  }

  static let torsos: [Torso] =
    [true, false].flatMap { isChest in
      let name = isChest ? "a chest" : "an abdomen"
      return [
        Torso(name, isChest: isChest) { _ in },
        // Mat and foam are a fifth of the volume and have the density of lung.
        Torso("\(name) on a table", isChest: isChest) { $0.hasTable = true },
        Torso("\(name) on a table, with noise", isChest: isChest) {
          $0.hasTable = true
          $0.noise = 120
        },
        Torso("\(name), cropped to the body", isChest: isChest) { $0.view = 0.5 },
        Torso("\(name), cropped through lungs and bowel", isChest: isChest) { $0.view = 0.28 },
        Torso("\(name) in padding", isChest: isChest) { $0.air = -3024 },
        Torso("\(name), coarse", isChest: isChest) {
          $0.shape = [64, 64, 16]
          $0.spacing = [6, 5, 20]
        },
        Torso("\(name), very coarse", isChest: isChest) {
          $0.shape = [32, 32, 12]
          $0.spacing = [12, 10, 20]
        },
        Torso("\(name), fine", isChest: isChest) {
          $0.shape = [300, 200, 9]
          $0.spacing = [1.3, 1.6, 20]
        },
        Torso("\(name), many thin slices", isChest: isChest) {
          $0.shape = [40, 30, 300]
          $0.spacing = [10, 10, 1.1]
        },
      ]
    } + [
      Torso("a chest half full of fluid", isChest: true) { $0.effusion = 0.5 },
      Torso("a chest with emphysema", isChest: true) {
        $0.lung = -930
        $0.noise = 60
      },
      Torso("a chest of dense lungs", isChest: true) { $0.lung = -560 },
    ]

  @Test("A torso", arguments: torsos) func warning(_ torso: Torso) throws {
    let codes = try Self.warnings(torso.torso.volume, as: "LPS").map(\.code)
    #expect(codes.contains("lung-missing") != torso.isChest, "\(torso.name): \(codes)")
    #expect(!codes.contains("hu-implausible"), "\(torso.name): \(codes)")
  }

  @Test func theShareIsThatOfTheBody() throws {
    for view in [1.0, 0.8] {
      let torso = VolumesTorso.with {
        $0.view = view
        $0.hasTable = true
      }
      let mask = try Self.mask(torso.volume)
      // Two ellipses of 0.25 × 0.4 in one of 0.75 × 0.55, in 28 of 40 slices.
      #expect(abs(mask.lungShare - 2 * 0.25 * 0.4 / 0.75 / 0.55 * 0.7) < 0.02, "\(mask.lungShare)")
    }
  }

  @Test func whatIsNotBodyDoesNotCount() throws {
    let plain = try Self.mask(VolumesTorso().volume)
    for change: (inout VolumesTorso) -> Void in [
      { $0.hasTable = true }, { $0.air = -3024 }, { $0.air = -1024 },
    ] {
      let other = try Self.mask(VolumesTorso.with(change).volume)
      #expect(other.bodyCount == plain.bodyCount && other.lungCount == plain.lungCount)
    }
  }

  @Test func aVolumeWithoutABodyHasNoLungs() throws {
    let nothing = VolumesPhantom(shape: [20, 20, 20], spacing: [10, 10, 10]) { x, _, _ in
      x == 3 ? -999 : -1000
    }
    let mask = try Self.mask(nothing)
    #expect(mask.lungShare == 0 && mask.bodyCount == 0)
  }

  @Test func bundledSamplesHaveLungs() throws {
    let folder = "\(Fixtures.checkout)/Models/phantom/samples/volumes"
    for number in [0, 1, 3] {
      let file = try FixtureFile.read("\(folder)/phantom_4_0000\(number).nii.gz")
      let codes = try withVolume(file) { volume throws(VolumeError) in
        try Preprocessing.summarize(volume).warnings.map(\.code)
      }
      #expect(!codes.contains("lung-missing"), "\(number)")
    }
  }

  /// All 48 orientations of one volume get the same counts.
  @Test func everyOrientationHasOneMask() throws {
    let torso = VolumesTorso.with {
      $0.shape = [37, 30, 21]
      $0.spacing = [10, 11, 15]
      $0.hasTable = true
      $0.noise = 100
    }.volume
    let wanted = try Self.mask(torso)
    for code in VolumesOrientations.all {
      let mask = try Self.mask(torso, as: code)
      #expect(mask.bodyCount == wanted.bodyCount && mask.lungCount == wanted.lungCount, "\(code)")
    }
  }

  private static func warnings(
    _ volume: VolumesPhantom, as code: String
  ) throws -> [VolumeWarning] {
    try withVolume(volume.stored(as: code).file().bytes()) { volume throws(VolumeError) in
      try Preprocessing.summarize(volume).warnings
    }
  }

  private static func mask(_ volume: VolumesPhantom, as code: String = "LPS") throws -> BodyMask {
    let grid = volume.stored(as: code)
    return BodyMask(try AxialSurveyTests.survey(grid))
  }
}
