import Tensors

@testable import Volumes

/// A file that claims to be NIfTI, plain or compressed.
///
/// Laws: what passes the gate is finite and within the limits; reading ahead and in turn give the
/// same numbers and the same refusals; what is prepared is finite.
struct FuzzedVolume {
  private let file: FuzzFile

  init(_ bytes: [UInt8]) { file = FuzzFile(bytes) }

  func check() throws(BrokenLaw) {
    guard
      let volume = try? NIfTIVolume.open(
        fileDescriptor: file.descriptor, byteCount: file.byteCount, limits: Self.limits)
    else { return }
    try check(volume.header)
    let summary = Self.outcome { () throws(VolumeError) in
      Facts(try Preprocessing.summarize(volume, reading: .inTurn))
    }
    let ahead = Self.outcome { () throws(VolumeError) in
      Facts(try Preprocessing.summarize(volume, reading: .ahead))
    }
    try demand(summary == ahead, "\(summary) in turn, \(ahead) ahead")
    try checkInput(of: volume, summary)
  }

  private func checkInput(of volume: NIfTIVolume, _ summary: Outcome) throws(BrokenLaw) {
    guard let recipe = Self.recipe else { return }
    let prepared = Result { () throws(VolumeError) in
      try Preprocessing.prepare(volume, recipe: recipe, reading: .inTurn)
    }
    switch (summary, prepared) {
    case (.refused(let error), .failure(let other)):
      try demand(error == other, "summarised: \(error); prepared: \(other)")
    case (.accepted(let facts), .success(let prepared)):
      try demand(facts.intensity == prepared.intensity, "two intensities")
      let isFinite = prepared.input.elements.allSatisfy(\.isFinite)
      try demand(isFinite, "the model's input is not finite")
    default: throw BrokenLaw(description: "summarised: \(summary); prepared otherwise")
    }
  }

  private func check(_ header: NIfTIHeader) throws(BrokenLaw) {
    let isSane =
      header.declaredByteCount <= Self.limits.inflatedBytes
      && header.shape.allSatisfy { (8...2048).contains($0) }
      && header.geometry.spacing.allSatisfy(Self.limits.spacing.contains)
      && header.geometry.affine.allSatisfy(\.isFinite)
      && Set(header.geometry.directions.map(\.axis)).count == 3
      && header.scaling.slope.isFinite && header.scaling.slope != 0
      && header.scaling.intercept.isFinite
    try demand(isSane, "\(header)")
  }

  private struct Facts: Equatable {
    let intensity: IntensitySummary
    let warnings: [VolumeWarning]

    init(_ summary: VolumeSummary) {
      intensity = summary.intensity
      warnings = summary.warnings
    }
  }

  private enum Outcome: Equatable {
    case accepted(Facts)
    case refused(VolumeError)
  }

  private static func outcome(_ read: () throws(VolumeError) -> Facts) -> Outcome {
    do throws(VolumeError) {
      return .accepted(try read())
    } catch {
      return .refused(error)
    }
  }

  /// The service's, but for the size of what a small input may declare.
  private static let limits: VolumeLimits = {
    var limits = VolumeLimits()
    limits.inflatedBytes = 1 << 20
    return limits
  }()

  private static let recipe = try? PreprocessingRecipe(
    spacing: [24, 24, 24], shape: [12, 12, 12])
}
