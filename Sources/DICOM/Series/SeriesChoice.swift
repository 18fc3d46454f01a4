internal import SeriesFacts

/// Chooses the series of an upload that becomes the volume.
///
/// Only CT images are considered. Localizers, screenshots, colour images and reports are not. If an upload contains
/// several series, the rules of ``SeriesRule`` are applied in order. Each rule leaves the series that it ranks best.
/// The body part in the header is used late, because scanners write it in many languages and sometimes wrongly.
enum SeriesChoice {
  /// The slice spacing of the model's training data, in millimetres.
  private static let wantedSpacing = 3.0
  /// Coverage from head to feet that contains a chest, in millimetres. More coverage does not improve the rank.
  private static let chest = 200.0
  /// Maximum coverage of a series that shows mainly the chest, in millimetres.
  private static let excess = 450.0
  /// A series is long enough if it covers at least this share of the longest coverage.
  private static let share = 0.6
  /// A series with at least this share of the largest coverage or number of images ranks as high as the largest.
  private static let same = 0.9

  /// The chosen series, and the series that were not chosen.
  struct Choice {
    let stack: ImageStack
    let skipped: [SkippedSeries]
  }

  /// Chooses the best series.
  ///
  /// - Throws: ``SeriesError`` if no series is usable or no rule decides.
  static func best(
    of images: [ImageStack.Image], files: Int, limits: SeriesLimits
  ) throws(SeriesError) -> Choice {
    let usable = images.filter(\.header.isImage)
    guard !usable.isEmpty else { throw nothingUsable(images, files: files) }
    let groups = Dictionary(grouping: usable, by: \.header.series).values.map {
      ImageStack($0)
    }
    let studies = Set(usable.map(\.header.study)).count
    guard studies == 1 else { throw .mixedStudies(studies: studies, series: groups.count) }
    try requireOnePatient(usable)
    let volumes = groups.filter { $0.count >= limits.fewestImages }
    guard !volumes.isEmpty else {
      throw .tooFewImages(
        found: groups.map(\.count).max() ?? 0, needed: limits.fewestImages,
        images: groups.reduce(0) { $0 + $1.count }, series: groups.count)
    }
    let tooFew = groups.filter { $0.count < limits.fewestImages }.map {
      SkippedSeries(measure: $0.measure, rule: .count)
    }
    let choice = narrowed(volumes)
    guard choice.left.count == 1, let stack = choice.left.first else {
      // No rule distinguishes the remaining series.
      throw .mixedSeries(series: groups.count)
    }
    try requireWhole(stack, images)
    return Choice(
      stack: stack, skipped: (choice.skipped + tooFew).sorted { isMore($0.measure, $1.measure) })
  }

  private static func isMore(_ one: SeriesMeasure, _ other: SeriesMeasure) -> Bool {
    (one.extent, Double(one.positions), one.spacing)
      > (other.extent, Double(other.positions), other.spacing)
  }

  private static func nothingUsable(_ images: [ImageStack.Image], files: Int) -> SeriesError {
    let unread = images.filter(\.header.isUnread)
    if unread.isEmpty {
      var kinds: [SeriesError.FileKind: Int] = [:]
      for image in images { kinds[image.header.otherKind, default: 0] += 1 }
      if files > images.count { kinds[.notDICOM] = files - images.count }
      let counts = SeriesError.FileKind.allCases.compactMap { kind in
        kinds[kind].map { SeriesError.FileCount(kind: kind, count: $0) }
      }
      return .noImages(files: files, found: counts)
    }
    return unread.contains { $0.header.transferSyntax == TransferSyntax.deflated }
      ? .transferSyntaxUnsupported(.deflated) : .unreadableHeads(files: unread.count)
  }

  /// Checks that the images belong to one patient. Patients are compared by PatientID. If no image has a PatientID,
  /// they are compared by name and date of birth.
  private static func requireOnePatient(
    _ images: [ImageStack.Image]
  ) throws(SeriesError) {
    let patients = images.map(\.header.patient)
    let numbers = Set(patients.map(\.id)).subtracting([""])
    let others = patients.filter { $0.id.isEmpty && !($0.name.isEmpty && $0.birthDate.isEmpty) }
    // If at least one image has a PatientID, images without one are ignored.
    let count = numbers.isEmpty ? Set(others).count : numbers.count
    guard count <= 1 else { throw .mixedPatients(patients: count) }
  }

  /// Refuses unreadable files that may belong to the chosen series, because images could be missing.
  private static func requireWhole(
    _ stack: ImageStack, _ images: [ImageStack.Image]
  ) throws(SeriesError) {
    guard let first = stack.images.first?.header else { return }
    let left = images.map(\.header).filter { header in
      (header.isUnread && (header.series.isEmpty || header.series == first.series)
        && (header.study.isEmpty || header.study == first.study))
        || (header.isMisfit && header.series == first.series)
    }
    guard !left.contains(where: { $0.transferSyntax == TransferSyntax.deflated }) else {
      throw .transferSyntaxUnsupported(.deflated)
    }
    guard left.isEmpty else { throw .unreadableHeads(files: left.count) }
  }

  /// A series together with the measurements that the rules use.
  private struct Candidate {
    let stack: ImageStack
    let measure: SeriesMeasure
    let coverage: Double

    init(_ stack: ImageStack) {
      self.stack = stack
      measure = stack.measure
      coverage = stack.coverage
    }
  }

  /// Applies the rules in order until only one series remains.
  private static func narrowed(
    _ stacks: [ImageStack]
  ) -> (left: [ImageStack], skipped: [SkippedSeries]) {
    var left = stacks.map(Candidate.init)
    var skipped: [SkippedSeries] = []
    for rule in SeriesRule.allCases where left.count > 1 {
      let ranks = ranks(of: left, by: rule)
      guard let best = ranks.min() else { continue }
      var next: [Candidate] = []
      for (candidate, rank) in zip(left, ranks) {
        if rank == best {
          next.append(candidate)
        } else {
          skipped.append(SkippedSeries(measure: candidate.measure, rule: rule))
        }
      }
      left = next
    }
    return (left.map(\.stack), skipped)
  }

  /// Returns the rank of each series. A lower rank is better.
  private static func ranks(of candidates: [Candidate], by rule: SeriesRule) -> [Int] {
    let longest = candidates.map(\.coverage).max() ?? 0
    let most = Double(candidates.map(\.measure.positions).max() ?? 0)
    let beyond = candidates.contains { $0.coverage <= excess }
    return candidates.map { candidate in
      let stack = candidate.stack
      return switch rule {
      case .count: 0
      case .unit: stack.isHounsfield ? 0 : 1
      case .coverage: candidate.coverage >= min(chest, share * longest) ? 0 : 1
      case .single: stack.isRepeated ? 1 : 0
      case .axial: stack.isAxial ? 0 : 1
      case .original: stack.isOriginal ? 0 : 1
      case .otherRegion: stack.region == .other ? 1 : 0
      case .excess: beyond && candidate.coverage > excess ? 1 : 0
      case .length: candidate.coverage >= same * longest ? 0 : 1
      case .spacing: spacingClass(candidate.measure.spacing)
      case .kernel: ReconstructionKernel.isSharp(stack.kernel) ? 1 : 0
      case .positions: Double(candidate.measure.positions) >= same * most ? 0 : 1
      case .chest: stack.region == .chest ? 0 : 1
      case .number: stack.seriesNumber
      }
    }
  }

  private static func spacingClass(_ spacing: Double) -> Int {
    let distance = abs(spacing - wantedSpacing)
    return CheckedNumber.whole((min(distance, 1000) * 2).rounded(.down), in: 0...2000) ?? 2000
  }
}
