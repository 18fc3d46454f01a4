/// Which of the images of an upload are the volume.
///
/// Only images of CTs count; localizers, screen shots, colour pictures and reports do not. Of several series of one study the best is
/// taken, by the first of these that tells them apart: long enough to be a volume; said to be a chest rather than nothing, rather than
/// another part of the body; axial; original rather than derived; longer, in steps of a tenth; slices nearer to the 3 mm that the model was
/// trained with, in steps of half a millimetre; the smaller series number, which mostly was reconstructed first.
enum SeriesChoice {
  /// What the model was trained with, in millimetres.
  private static let wantedSpacing = 3.0

  /// - Returns: The images of the best series, and how many series there were.
  /// - Throws: ``SeriesError``.
  static func best(
    of images: [ImageStack.Image], files: Int, limits: SeriesLimits
  ) throws(SeriesError) -> (stack: ImageStack, series: Int) {
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
        found: groups.map(\.count).max() ?? 0, needed: limits.fewestImages)
    }
    let ranked = volumes.sorted { isBetter($0, than: $1) }
    // Two of the same rank, number included: nothing says which is meant.
    if ranked.count > 1, !isBetter(ranked[0], than: ranked[1]) {
      throw .mixedSeries(series: groups.count)
    }
    try requireWhole(ranked[0], images)
    return (ranked[0], groups.count)
  }

  private static func nothingUsable(_ images: [ImageStack.Image], files: Int) -> SeriesError {
    let unread = images.filter(\.header.isUnread)
    if unread.isEmpty { return .noImages(files: files) }
    return unread.contains { $0.header.transferSyntax == TransferSyntax.deflated }
      ? .transferSyntaxUnsupported : .unreadableHeads(files: unread.count)
  }

  /// Compares PatientID; name and date of birth where no image has a PatientID.
  private static func requireOnePatient(
    _ images: [ImageStack.Image]
  ) throws(SeriesError) {
    let patients = images.map(\.header.patient)
    let numbers = Set(patients.map(\.id)).subtracting([""])
    let others = patients.filter { $0.id.isEmpty && !($0.name.isEmpty && $0.birthDate.isEmpty) }
    // Names count where no image has a number: one that some images lack says nothing.
    let count = numbers.isEmpty ? Set(others).count : numbers.count
    guard count <= 1 else { throw .mixedPatients(patients: count) }
  }

  /// Refuses a series to which files may belong that cannot be read: images would be missing without a word.
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
      throw .transferSyntaxUnsupported
    }
    guard left.isEmpty else { throw .unreadableHeads(files: left.count) }
  }

  private static func isBetter(_ one: ImageStack, than other: ImageStack) -> Bool {
    if one.chestRank != other.chestRank { return one.chestRank > other.chestRank }
    if one.isAxial != other.isAxial { return one.isAxial }
    if one.isOriginal != other.isOriginal { return one.isOriginal }
    let (long, short) = (lengthClass(one), lengthClass(other))
    if long != short { return long > short }
    let (near, far) = (spacingClass(one), spacingClass(other))
    if near != far { return near < far }
    return one.seriesNumber < other.seriesNumber
  }

  /// Steps of a tenth, so that an order of all series exists.
  private static func lengthClass(_ stack: ImageStack) -> Int {
    guard stack.extent >= 1 else { return 0 }
    var length = 1.0
    var step = 0
    while length < stack.extent, step < 200 {
      length *= 1.1
      step += 1
    }
    return step
  }

  private static func spacingClass(_ stack: ImageStack) -> Int {
    let distance = abs(stack.spacing - wantedSpacing)
    return CheckedNumber.whole((min(distance, 1000) * 2).rounded(.down), in: 0...2000) ?? 2000
  }
}
