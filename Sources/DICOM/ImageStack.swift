/// The images of one series, and whether they make one volume.
struct ImageStack: Sendable {
  /// An image and its place in the list of files.
  struct Image: Sendable {
    let file: Int
    let header: ImageHeader
  }

  private(set) var images: [Image] = []

  /// Neighbours may lie this share of the usual distance nearer or further.
  private static let spacingTolerance = 0.1
  /// Cosine of the angle by which a stack may lean: 1 degree.
  private static let uprightCosine = 0.99985
  private static let directionTolerance = 1e-3
  /// Images that are nearer lie at the same place, in millimetres.
  private static let shortestStep = 0.01

  /// - Parameter images: Of one series; an instance that came twice counts once.
  init(_ images: [Image]) {
    var instances: Set<String> = []
    self.images = images.filter {
      $0.header.sopInstance.isEmpty || instances.insert($0.header.sopInstance).inserted
    }
  }

  /// Images that a file of the newer kind with several frames brings, too.
  var count: Int { images.reduce(0) { $0 + $1.header.frames } }

  private var first: ImageHeader? { images.first?.header }

  /// Whether one file holds all images.
  private var isMultiframe: Bool { images.count == 1 && (first?.frames ?? 1) > 1 }

  /// Places along the normal, sorted, in millimetres; empty without positions.
  var positions: [Double] {
    guard let normal else { return [] }
    return images.compactMap { $0.header.plane.position?.dot(normal) }.sorted()
  }

  /// Of the first image.
  private var normal: Vector? { first?.plane.axes?.normal }

  /// Whether the images lie across the body: their normal is nearer to its length than to its sides.
  var isAxial: Bool { normal.map { abs($0.z) > 0.7 } ?? isMultiframe }

  /// From the first to the last image in millimetres, 0 if unknown.
  var extent: Double { (positions.last ?? 0) - (positions.first ?? 0) }

  /// Distance between neighbours in millimetres, 0 if unknown.
  var spacing: Double { Self.median(Self.steps(positions)) }

  var isOriginal: Bool { first?.imageType.first != "DERIVED" }

  /// 2 for what is said to be a chest, 1 if nothing is said, 0 for another part of the body.
  var chestRank: Int {
    let part = first?.bodyPart ?? ""
    if part.isEmpty { return 1 }
    return ["CHEST", "THORAX", "LUNG", "TORSO"].contains { part.contains($0) } ? 2 : 0
  }

  var seriesNumber: Int { first?.seriesNumber ?? Int.max }

  /// - Throws: ``SeriesError/inconsistent(_:)``, ``SeriesError/transferSyntaxUnsupported``.
  func requireOneVolume() throws(SeriesError) {
    guard images.allSatisfy({ TransferSyntax.readable.contains($0.header.transferSyntax) }) else {
      throw .transferSyntaxUnsupported
    }
    // Frames have their places in nested sequences; the converter reads those.
    guard !isMultiframe else { return }
    try requireOneGeometry()
    let positions = positions
    guard positions.count == images.count else { throw .inconsistent(.positionMissing) }
    let steps = Self.steps(positions)
    let usual = Self.median(steps)
    let nearest = max(Self.spacingTolerance * usual, Self.shortestStep)
    let same = steps.count { !($0 >= nearest) }
    guard same == 0 else { throw .inconsistent(.samePlace(count: same)) }
    let wide = steps.count { $0 > (1 + Self.spacingTolerance) * usual }
    let narrow = steps.count { $0 < (1 - Self.spacingTolerance) * usual }
    guard narrow == 0 else { throw .inconsistent(.spacing) }
    // A gap is where whole images are missing; else the distance just varies.
    let gaps = steps.count { step in
      step > 1.5 * usual
        && abs(step / usual - (step / usual).rounded()) < 2 * Self.spacingTolerance
    }
    guard wide == gaps else { throw .inconsistent(.spacing) }
    guard gaps == 0 else { throw .inconsistent(.slicesMissing(places: gaps)) }
    try requireUpright()
  }

  private func requireOneGeometry() throws(SeriesError) {
    guard let first else { return }
    let axes = images.compactMap(\.header.plane.axes)
    guard axes.count == images.count, let usual = axes.first else {
      throw .inconsistent(.positionMissing)
    }
    let isSame = images.allSatisfy { image in
      let header = image.header
      return header.rows == first.rows && header.columns == first.columns
        && header.frames == first.frames && Self.areEqual(header.plane.spacing, first.plane.spacing)
    }
    guard isSame, axes.allSatisfy({ $0.isNear(usual, tolerance: Self.directionTolerance) }) else {
      throw .inconsistent(.geometry)
    }
  }

  private func requireUpright() throws(SeriesError) {
    guard let normal else { throw .inconsistent(.positionMissing) }
    let ordered = images.compactMap(\.header.plane.position).sorted {
      $0.dot(normal) < $1.dot(normal)
    }
    guard let first = ordered.first, let last = ordered.last, let way = (last - first).unit else {
      throw .inconsistent(.positionMissing)
    }
    let cosine = way.dot(normal)
    guard cosine > Self.uprightCosine else {
      throw .inconsistent(.tilted(degrees: Vector.degrees(cosine: cosine)))
    }
  }

  private static func areEqual(_ one: PixelSpacing?, _ other: PixelSpacing?) -> Bool {
    guard let one, let other else { return one == nil && other == nil }
    return one.isNear(other, tolerance: directionTolerance)
  }

  private static func steps(_ positions: [Double]) -> [Double] {
    zip(positions.dropFirst(), positions).map { $0 - $1 }
  }

  private static func median(_ values: [Double]) -> Double {
    values.isEmpty ? 0 : values.sorted()[values.count / 2]
  }
}
