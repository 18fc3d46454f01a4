/// The images of one series, and whether they make one volume.
struct ImageStack: Sendable {
  /// An image file and its place in the list of files.
  struct Image: Sendable {
    let file: Int
    let header: ImageHeader
  }

  /// One image of a file.
  struct Slice: Sendable {
    /// Place in ``ImageStack/images``.
    let image: Int
    let frame: Int
    let plane: ImagePlane
  }

  let images: [Image]
  /// All images of all files; in no order.
  let slices: [Slice]

  /// - Parameter images: Of one series; an instance that came twice counts once.
  init(_ images: [Image]) {
    var instances: Set<Instance> = []
    let images = images.filter {
      $0.header.sopInstance.isEmpty || instances.insert(Instance($0.header)).inserted
    }
    self.images = images
    slices = images.indices.flatMap { image in
      images[image].header.planes.enumerated().map {
        Slice(image: image, frame: $0.offset, plane: $0.element)
      }
    }
  }

  /// Writers that give all images the same number tell them apart by their places.
  private struct Instance: Hashable {
    let number: String
    let place: [Double]

    init(_ header: ImageHeader) {
      number = header.sopInstance
      let position = header.planes.first?.position
      place = [position?.x, position?.y, position?.z].compactMap { $0 }
    }
  }

  /// Images that a file of the newer kind with several frames brings, too.
  var count: Int {
    images.reduce(0) {
      $0 + ($1.header.planes.isEmpty ? $1.header.frames ?? 1 : $1.header.planes.count)
    }
  }

  private var first: ImageHeader? { images.first?.header }

  /// Of the first image.
  private var normal: Vector? { slices.first?.plane.axes?.normal }

  /// Places along the normal, sorted, in millimetres; empty without positions.
  var positions: [Double] {
    guard let normal else { return [] }
    return slices.compactMap { $0.plane.position?.dot(normal) }.sorted()
  }

  /// Whether the images lie across the body: their normal is nearer to its length than to its sides.
  var isAxial: Bool { normal.map { abs($0.z) > 0.7 } ?? false }

  /// From the first to the last image in millimetres, 0 if unknown.
  var extent: Double {
    let positions = positions
    return (positions.last ?? 0) - (positions.first ?? 0)
  }

  /// Distance between neighbours in millimetres, 0 if unknown.
  var spacing: Double { SlicePositions(positions).usualStep }

  var isOriginal: Bool { first?.imageType.first != "DERIVED" }

  /// 2 for what is said to be a chest, 1 if nothing is said, 0 for another part of the body.
  var chestRank: Int {
    let part = first?.bodyPart ?? ""
    if part.isEmpty { return 1 }
    return ["CHEST", "THORAX", "TORAX", "LUNG", "TORSO"].contains { part.contains($0) } ? 2 : 0
  }

  var seriesNumber: Int { first?.seriesNumber ?? Int.max }
}

extension ImageStack {
  /// A volume's images in their order, and its geometry.
  struct Volume: Sendable {
    /// Along the normal.
    let slices: [Slice]
    /// Of each file in ``ImageStack/images``.
    let formats: [PixelFormat]
    let axes: ImageAxes
    let spacing: PixelSpacing
    /// Of the first image.
    let position: Vector
    /// From one image to the next along the normal, in millimetres.
    let step: Double
    let rows: Int
    let columns: Int

    /// Bytes of all stored values, two for each.
    var byteCount: Int { 2 * rows * columns * slices.count }
  }

  /// Checks by the heads alone that the images make one volume.
  ///
  /// - Throws: ``SeriesError``.
  func volume(limits: SeriesLimits) throws(SeriesError) -> Volume {
    guard images.allSatisfy({ TransferSyntax.readable.contains($0.header.transferSyntax) }) else {
      throw .transferSyntaxUnsupported
    }
    guard images.allSatisfy({ $0.header.frames == $0.header.planes.count }) else {
      throw .inconsistent(.frameCount)
    }
    guard let first else { throw .tooFewImages(found: 0, needed: limits.fewestImages) }
    let axes = try commonAxes()
    guard
      images.allSatisfy({ $0.header.rows == first.rows && $0.header.columns == first.columns })
    else { throw .inconsistent(.geometry) }
    let spacing = try commonSpacing()
    let formats = try formats()
    try requireRescale()
    try requireModest(rows: first.rows, columns: first.columns, limits)
    let ordered = try ordered(along: axes.normal)
    let positions = ordered.compactMap(\.plane.position)
    guard positions.count == slices.count, let start = positions.first else {
      throw .inconsistent(.positionMissing)
    }
    let places = SlicePositions(positions.map { $0.dot(axes.normal) })
    try places.requireRegular()
    try places.requireUpright(positions, normal: axes.normal)
    return Volume(
      slices: ordered, formats: formats, axes: axes, spacing: spacing, position: start,
      step: places.meanStep, rows: first.rows, columns: first.columns)
  }

  /// Cosines, and millimetres between pixels, that may differ by so much.
  private static let tolerance = 1e-3

  private func commonAxes() throws(SeriesError) -> ImageAxes {
    let axes = slices.compactMap(\.plane.axes)
    guard axes.count == slices.count, let first = axes.first else {
      throw .inconsistent(.positionMissing)
    }
    guard axes.allSatisfy({ $0.isNear(first, tolerance: Self.tolerance) }) else {
      throw .inconsistent(.geometry)
    }
    return first
  }

  private func commonSpacing() throws(SeriesError) -> PixelSpacing {
    let spacings = slices.compactMap(\.plane.spacing)
    guard spacings.count == slices.count, let first = spacings.first else {
      throw .pixelSpacing(images: slices.count - spacings.count)
    }
    guard spacings.allSatisfy({ $0.isNear(first, tolerance: Self.tolerance) }) else {
      throw .inconsistent(.geometry)
    }
    return first
  }

  private func formats() throws(SeriesError) -> [PixelFormat] {
    let formats = images.compactMap { PixelFormat($0.header) }
    guard formats.count == images.count else {
      throw .pixels(.format, images: images.count - formats.count)
    }
    return formats
  }

  private func requireRescale() throws(SeriesError) {
    let faulty = slices.count { $0.plane.slope == nil || $0.plane.intercept == nil }
    guard faulty == 0 else { throw .pixels(.rescale, images: faulty) }
  }

  private func requireModest(
    rows: Int, columns: Int, _ limits: SeriesLimits
  ) throws(SeriesError) {
    let sides = [rows, columns, slices.count].sorted()
    for (side, limit) in zip(sides, [limits.shorterSides, limits.shorterSides, limits.longestSide])
    where side > limit {
      throw .tooManyVoxels(limit: limit, actual: side)
    }
    guard let bytes = CheckedNumber.product(2, rows, columns, slices.count),
      bytes <= limits.volumeBytes
    else { throw .volumeTooLarge(limit: limits.volumeBytes) }
  }

  private func ordered(along normal: Vector) throws(SeriesError) -> [Slice] {
    let placed = slices.compactMap { slice in
      slice.plane.position.map { (slice: slice, place: $0.dot(normal)) }
    }
    guard placed.count == slices.count else { throw .inconsistent(.positionMissing) }
    return placed.sorted { $0.place < $1.place }.map(\.slice)
  }
}
