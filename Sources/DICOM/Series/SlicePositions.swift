/// Places of images along their normal, in millimetres, and whether their distances are those of one volume.
///
/// Every comparison is written so that a value that is not a number refuses.
struct SlicePositions {
  /// Ascending.
  private let places: [Double]
  private let steps: [Double]
  /// How the places were rounded before they were written.
  private let rounding: PositionRounding
  /// Distance of most neighbours: the median; 0 if there are none.
  let usualStep: Double

  /// Neighbours may lie this share of the usual distance nearer or further.
  private static let tolerance = 0.1
  /// Images that are nearer lie at the same place, in millimetres.
  private static let shortestStep = 0.01
  /// Degrees by which a stack may lean, and the tangent of that angle.
  static let mostDegrees = 1.0
  private static let leaning = 0.017455
  /// Millimetres that an image may lie beside the line from the first to the last.
  static let mostLateral = 0.5

  /// - Parameter places: Ascending.
  init(_ places: [Double], rounding: PositionRounding = .none) {
    self.places = places
    self.rounding = rounding
    steps = zip(places.dropFirst(), places).map { $0 - $1 }
    usualStep = steps.isEmpty ? 0 : steps.sorted()[steps.count / 2]
  }

  func countOfSteps(longerThan step: Double) -> Int { steps.count { $0 > step } }

  /// The median of those, 0 if there are none.
  func usualStep(longerThan step: Double) -> Double {
    let steps = steps.filter { $0 > step }.sorted()
    return steps.isEmpty ? 0 : steps[steps.count / 2]
  }

  /// The distance of a regular stack that fits best (least squares), so that rounded places do not add up; 0 if there is none.
  var meanStep: Double {
    guard places.count > 1, let first = places.first else { return 0 }
    let middle = Double(places.count - 1) / 2
    var (product, square) = (0.0, 0.0)
    for (index, place) in places.enumerated() {
      product += (Double(index) - middle) * (place - first)
      square += (Double(index) - middle) * (Double(index) - middle)
    }
    return product / square
  }

  /// - Parameter numbers: Of the same images, in the same order, if all have one.
  /// - Throws: ``SeriesError/inconsistent(_:)``.
  func requireRegular(numbers: [Int]? = nil) throws(SeriesError) {
    do throws(SeriesError) {
      try requireEven()
    } catch {
      guard rounding.explains(places, numbers: numbers) else { throw error }
    }
  }

  private func requireEven() throws(SeriesError) {
    let usual = usualStep
    let nearest = max(Self.tolerance * usual, Self.shortestStep)
    let same = steps.count { !($0 >= nearest) }
    guard same == 0 else { throw .inconsistent(.samePlace(count: same)) }
    let tolerance = Self.tolerance * usual
    let wide = steps.count { !($0 <= usual + tolerance) }
    let narrow = steps.count { !($0 >= usual - tolerance) }
    guard narrow == 0 else { throw uneven }
    // A gap is where whole images are missing; else the distance just varies.
    let gaps = steps.count { step in
      step > 1.5 * usual
        && abs(step / usual - (step / usual).rounded()) < 2 * Self.tolerance
    }
    guard wide == gaps else { throw uneven }
    guard gaps == 0 else {
      throw .inconsistent(
        .slicesMissing(
          places: gaps, usual: Self.hundredths(usual),
          widest: Self.hundredths(steps.max() ?? usual)))
    }
    try requireGrid()
  }

  private var uneven: SeriesError {
    .inconsistent(
      .spacing(
        narrowest: Self.hundredths(steps.min() ?? 0), widest: Self.hundredths(steps.max() ?? 0)))
  }

  /// Small differences may add up to half a distance.
  private func requireGrid() throws(SeriesError) {
    let mean = meanStep
    guard let first = places.first else { return }
    let isRegular = places.indices.allSatisfy { index in
      abs(places[index] - first - Double(index) * mean) <= mean / 2
    }
    guard isRegular else { throw uneven }
  }

  /// - Parameters:
  ///   - positions: Of the same images in the same order.
  ///   - normal: Of all images.
  ///   - rounding: Millimetres to which coordinates were rounded, 0 if they were not.
  /// - Throws: ``SeriesError/inconsistent(_:)``.
  static func requireUpright(
    _ positions: [Vector], normal: Vector, rounding: Double = 0
  ) throws(SeriesError) {
    guard let first = positions.first, let last = positions.last,
      let way = (last - first).unit
    else { throw .inconsistent(.position(images: positions.count)) }
    let whole = last - first
    let along = whole.dot(normal)
    let across = (whole - normal * along).length
    guard along > 0, across <= leaning * along + rounding else {
      let degrees = Vector.angle(cosine: way.dot(normal))
      throw .inconsistent(.tilted(degrees: (degrees * 10).rounded() / 10))
    }
    let lateral = mostLateral + rounding / 2
    let offsets = positions.map { position in
      let offset = position - first
      return (offset - way * offset.dot(way)).length
    }
    let beside = offsets.filter { !($0 <= lateral) }
    guard let farthest = beside.max() else { return }
    throw .inconsistent(.beside(count: beside.count, millimetres: hundredths(farthest)))
  }

  /// Rounded, for a message.
  private static func hundredths(_ value: Double) -> Double { (value * 100).rounded() / 100 }
}
