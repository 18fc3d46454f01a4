import TestSupport
import Testing
import Volumes

@Suite("Hostile volumes") struct HostileVolumeTests {
  /// What units in a header may move a float by, in the dimensionless input.
  static let tolerance: Float = 1e-5

  static let good = Result { try prepare(HostileVolumes.good().bytes(), recipe: tinyRecipe()) }

  @Test("get the answer of their row", arguments: HostileVolumes.all)
  func answer(_ hostile: HostileVolume) throws {
    let recipe = try tinyRecipe()
    let good = try Self.good.get().input
    do throws(VolumeError) {
      let prepared = try prepare(hostile.bytes(), recipe: recipe)
      #expect(hostile.outcome == .accepted(warnings: prepared.warnings.map(\.code)))
      guard hostile.equalsGood else { return }
      #expect(largestDifference(prepared.input, good) <= Self.tolerance)
    } catch {
      #expect(hostile.outcome == .refused(error.code), "\(error)")
    }
  }

  @Test("have one row each") func uniqueRows() {
    let rows = HostileVolumes.all.map(\.row)
    #expect(Set(rows).count == rows.count)
  }

  @Test("that the header gives away are refused before a voxel is read")
  func refusedAtTheHeader() {
    let early: Set = [
      "dims-out-of-range", "not-3d", "volume-too-large", "too-few-slices", "datatype-unsupported",
      "header-inconsistent", "vox-offset-out-of-range", "nifti-variant-unsupported",
      "container-unsupported", "spacing-out-of-range", "affine-invalid", "fov-out-of-range",
      "not-nifti", "bad-header", "empty-body",
    ]
    for hostile in HostileVolumes.all {
      guard case .refused(let code) = hostile.outcome, early.contains(code) else { continue }
      #expect(throws: VolumeError.self, "\(hostile)") { try open(NIfTISpool(hostile.bytes())) }
    }
  }

  @Test("name the number of voxels that are not finite")
  func nonFiniteCount() throws {
    for (step, count) in [(7680, 1), (1000, 8), (1, 7680)] {
      var file = HostileVolumes.good()
      var values = VolumesPhantom.small.hounsfield
      for index in stride(from: 0, to: values.count, by: step) { values[index] = .nan }
      file.setVoxels(values, as: .float64)
      #expect(throws: VolumeError.nonFiniteVoxels(count: count)) {
        try prepare(file.bytes(), recipe: tinyRecipe())
      }
    }
  }

  @Test("whose values are no HU are told their range")
  func hounsfieldRange() throws {
    var file = HostileVolumes.good()
    file.intercept = -32000
    let limits = VolumeLimits.standard
    #expect(throws: VolumeError.notHounsfield(found: -33000...(-31336), allowed: limits.hounsfield))
    {
      try prepare(file.bytes(), recipe: tinyRecipe())
    }
  }
}
