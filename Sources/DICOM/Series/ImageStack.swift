/// The images of one series. ``volume(limits:)`` checks that the images form one volume.
struct ImageStack: Sendable {
  /// The header of an image file and the index of the file in the upload.
  struct Image: Sendable {
    let file: Int
    let header: ImageHeader
  }

  /// One frame of a file.
  struct Slice: Sendable {
    /// Index of the file in ``ImageStack/images``.
    let image: Int
    let frame: Int
    let plane: ImagePlane
  }

  let images: [Image]
  /// All frames of all files, not sorted.
  let slices: [Slice]

  /// Makes a stack.
  ///
  /// - Parameter images: The images of one series, without duplicates (see ``RepeatedImages``).
  init(_ images: [Image]) {
    self.images = images
    slices = images.indices.flatMap { image in
      images[image].header.planes.enumerated().map {
        Slice(image: image, frame: $0.offset, plane: $0.element)
      }
    }
  }

  /// Number of images. Each frame of a multi-frame file counts as one image.
  var count: Int {
    images.reduce(0) {
      $0 + ($1.header.planes.isEmpty ? $1.header.frames ?? 1 : $1.header.planes.count)
    }
  }

  private var first: ImageHeader? { images.first?.header }

  /// The normal of the first image.
  private var normal: Vector? { slices.first?.plane.axes?.normal }

  /// Positions along the normal, sorted, in millimetres; empty if they are unknown.
  var positions: [Double] {
    guard let normal else { return [] }
    return slices.compactMap { $0.plane.position?.dot(normal) }.sorted()
  }

  /// True if the images are axial. Their normal is then at most 45 degrees from the body's long axis.
  var isAxial: Bool { normal.map { abs($0.z) > 0.7 } ?? false }

  /// Distance between the first and the last image, in millimetres; 0 if it is unknown.
  var extent: Double {
    let positions = positions
    return (positions.last ?? 0) - (positions.first ?? 0)
  }

  var isOriginal: Bool { first?.imageType.first != "DERIVED" }

  var region: BodyRegion { first?.region ?? .unknown }

  var kernel: String { slices.first?.plane.kernel ?? "" }

  /// True if the values of all images are Hounsfield units.
  var isHounsfield: Bool { slices.allSatisfy(\.plane.isHounsfield) }

  var seriesNumber: Int { first?.seriesNumber ?? Int.max }
}

extension ImageStack {
  /// The sorted images of a volume, and the volume's geometry.
  struct Volume: Sendable {
    /// The images, sorted by their position along the normal.
    let slices: [Slice]
    /// The format of each file in ``ImageStack/images``.
    let formats: [PixelFormat]
    let axes: ImageAxes
    let spacing: PixelSpacing
    /// The position of the first image.
    let position: Vector
    /// Distance between neighbouring images along the normal, in millimetres.
    let step: Double
    let rows: Int
    let columns: Int

    /// Size in bytes of all stored values. Each value has two bytes.
    var byteCount: Int { 2 * rows * columns * slices.count }
  }

  /// Checks that the images form one volume, and returns it. Only the headers are checked.
  ///
  /// - Throws: ``SeriesError`` if the images do not form one volume.
  func volume(limits: SeriesLimits) throws(SeriesError) -> Volume {
    let unread = images.map(\.header.transferSyntax).first {
      !TransferSyntax.readable.contains($0)
    }
    if let unread { throw .transferSyntaxUnsupported(TransferSyntax.refusal(unread)) }
    guard images.allSatisfy({ $0.header.frames == $0.header.planes.count }) else {
      throw .inconsistent(.frameCount)
    }
    guard let first else {
      throw .tooFewImages(found: 0, needed: limits.fewestImages, images: 0, series: 0)
    }
    let axes = try commonAxes()
    let sizes = Set(images.map { [$0.header.rows, $0.header.columns] }).count
    guard sizes == 1 else { throw .inconsistent(.size(sizes: sizes)) }
    let spacing = try commonSpacing()
    let formats = try formats()
    try requireRescale()
    try requireModest(rows: first.rows, columns: first.columns, limits)
    let ordered = try ordered(along: axes.normal)
    let positions = ordered.compactMap(\.plane.position)
    guard positions.count == slices.count, let start = positions.first else {
      throw .inconsistent(.position(images: slices.count - positions.count))
    }
    let rounding = PositionRounding(positions, normal: axes.normal)
    let places = SlicePositions(positions.map { $0.dot(axes.normal) }, rounding: rounding)
    try places.requireRegular(numbers: numbers(of: ordered))
    try SlicePositions.requireUpright(
      positions, normal: axes.normal, rounding: rounding.across)
    return Volume(
      slices: ordered, formats: formats, axes: axes, spacing: spacing, position: start,
      step: places.meanStep, rows: first.rows, columns: first.columns)
  }

  /// Accepted difference of direction cosines, and of pixel spacings in millimetres.
  private static let tolerance = 1e-3

  private func commonAxes() throws(SeriesError) -> ImageAxes {
    let axes = slices.compactMap(\.plane.axes)
    guard axes.count == slices.count, let first = axes.first else {
      throw .inconsistent(.direction(images: slices.count - axes.count))
    }
    guard axes.allSatisfy({ $0.isNear(first, tolerance: Self.tolerance) }) else {
      let angles = axes.map { first.angle(to: $0) }
      throw .inconsistent(.directions(degrees: ((angles.max() ?? 0) * 100).rounded() / 100))
    }
    return first
  }

  private func commonSpacing() throws(SeriesError) -> PixelSpacing {
    let spacings = slices.compactMap(\.plane.spacing)
    guard spacings.count == slices.count, let first = spacings.first else {
      throw .pixelSpacing(images: slices.count - spacings.count)
    }
    if let other = spacings.first(where: { !$0.isNear(first, tolerance: Self.tolerance) }) {
      throw .inconsistent(
        .pixelSpacings(one: [first.rows, first.columns], other: [other.rows, other.columns]))
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
    let others = slices.count { !$0.plane.isHounsfield }
    guard others == 0 else { throw .pixels(.unit, images: others) }
    let faulty = slices.count { $0.plane.slope == nil || $0.plane.intercept == nil }
    guard faulty == 0 else { throw .pixels(.rescale, images: faulty) }
    // A missing slope means 1 and a missing intercept means 0. This is accepted only if no image has another value.
    let isSloped = slices.contains { $0.plane.slope != 1 }
    let isShifted = slices.contains { $0.plane.intercept != 0 }
    let silent = slices.count {
      (isSloped && !$0.plane.hasSlope) || (isShifted && !$0.plane.hasIntercept)
    }
    guard silent == 0 else { throw .pixels(.rescaleMissing, images: silent) }
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

  /// Returns the images sorted by position. Images at the same position are sorted by image number.
  private func ordered(along normal: Vector) throws(SeriesError) -> [Slice] {
    let placed = slices.compactMap { slice in
      slice.plane.position.map { (slice: slice, place: $0.dot(normal), number: number(of: slice)) }
    }
    guard placed.count == slices.count else {
      throw .inconsistent(.position(images: slices.count - placed.count))
    }
    let isRising = Self.rise(of: placed.map { ($0.place, $0.number ?? 0) }) >= 0
    return placed.sorted { one, other in
      if abs(one.place - other.place) > Self.samePlace { return one.place < other.place }
      let (number, next) = (one.number ?? 0, other.number ?? 0)
      return isRising ? number < next : number > next
    }.map(\.slice)
  }

  /// Images that are at most this far apart count as having the same position, in millimetres.
  private static let samePlace = 1e-6

  /// Returns a positive number if image numbers increase with the positions, and a negative number if they decrease.
  private static func rise(of images: [(place: Double, number: Int)]) -> Double {
    let count = Double(max(images.count, 1))
    let place = images.reduce(0) { $0 + $1.place } / count
    let number = images.reduce(0) { $0 + Double($1.number) } / count
    return images.reduce(0) { $0 + ($1.place - place) * (Double($1.number) - number) }
  }

  /// Returns the number of an image. For a file with one frame, it is the number in the header. For a single file with
  /// several frames, it is the frame index. It is nil if there are several files with several frames.
  private func number(of slice: Slice) -> Int? {
    let header = images[slice.image].header
    if header.planes.count > 1 { return images.count == 1 ? slice.frame : nil }
    return header.instanceNumber
  }

  /// Returns the numbers of the images in this order; nil if an image has no number.
  private func numbers(of slices: [Slice]) -> [Int]? {
    let numbers = slices.compactMap { number(of: $0) }
    return numbers.count == slices.count ? numbers : nil
  }
}
