import TestSupport
import Testing
import Volumes

@Suite("Orientation") struct OrientationTests {
  /// Linear interpolation in another order of axes: rounding only.
  static let tolerance: Float = 1e-3

  @Test("of the file does not change the model's input", arguments: VolumesOrientations.all)
  func sameInput(_ code: String) throws {
    let phantom = VolumesPhantom(shape: [17, 13, 11], spacing: [10, 17, 13.5])
    let recipe = try PreprocessingRecipe(spacing: [7, 6, 11], shape: [16, 64, 21])
    let reference = try prepare(
      phantom.stored(as: "LPS").file().bytes(), recipe: recipe, output: .hounsfield)
    for transform in ["both", "sform", "qform"] {
      var file = phantom.stored(as: code).file()
      if transform == "sform" { file.qformCode = 0 }
      if transform == "qform" { file.sformCode = 0 }
      let volume = try open(NIfTISpool(file.bytes()))
      #expect(volume.orientation == code, "\(transform)")
      #expect(volume.warnings == [], "\(transform)")
      let prepared = try prepare(file.bytes(), recipe: recipe, output: .hounsfield)
      #expect(largestDifference(prepared.input, reference.input) <= Self.tolerance, "\(transform)")
      #expect(zip(prepared.affine, reference.affine).allSatisfy { abs($0 - $1) < 1e-3 })
    }
  }

  @Test("of a tilted volume is that of the nearest axes") func oblique() throws {
    let stored = VolumesPhantom.small.stored(as: "PIR")
    // A turn by 20° about the x axis of the patient.
    let (cosine, sine) = (0.939692620785908, 0.342020143325669)
    var affine = stored.affine
    for column in 0..<4 {
      affine[4 + column] = cosine * stored.affine[4 + column] - sine * stored.affine[8 + column]
      affine[8 + column] = sine * stored.affine[4 + column] + cosine * stored.affine[8 + column]
    }
    for transform in ["sform", "qform"] {
      var file = stored.file()
      file.setSform(affine)
      file.setQform(affine)
      if transform == "sform" { file.qformCode = 0 } else { file.sformCode = 0 }
      let volume = try open(NIfTISpool(file.bytes()))
      #expect(volume.orientation == "PIR", "\(transform)")
      #expect(zip(volume.spacing, stored.spacing).allSatisfy { abs($0 - $1) < 1e-4 })
    }
  }

  @Test("without a transform is taken as L, P, S, and said to be so") func assumed() throws {
    var file = VolumesPhantom.small.stored(as: "RAS").file()
    file.sformCode = 0
    file.qformCode = 0
    let volume = try open(NIfTISpool(file.bytes()))
    #expect(volume.orientation == "LPS")
    #expect(volume.warnings == [.orientationAssumed])
  }

  @Test("spacing is pixdim where the affine agrees, else the affine's") func spacing() throws {
    var file = HostileVolumes.good()
    file.qformCode = 0
    file.sform[0] = -16 * (1 + 2e-6)
    #expect(try open(NIfTISpool(file.bytes())).spacing == [16, 18.5, 20])
    file.sform[0] = -15
    #expect(try open(NIfTISpool(file.bytes())).spacing == [15, 18.5, 20])
  }
}
