/// The positions of images along their normal, in millimetres. This type checks that they are evenly spaced.
///
/// Positions that are NaN are always refused.
struct SlicePositions {
  /// The positions in ascending order.
  private let places: [Double]
  private let steps: [Double]
  /// The unit to which the positions were rounded.
  private let rounding: PositionRounding
  /// The median distance between neighbouring images; 0 if there are fewer than two images.
  let usualStep: Double

  /// Accepted difference of a distance from the usual distance, as a fraction of the usual distance.
  private static let tolerance = 0.1
  /// Images closer than this count as having the same position, in millimetres.
  private static let shortestStep = 0.01
  /// Maximum tangent of the angle between the stack and the normal of its images: 1 degree.
  private static let leaning = 0.017455
  /// Maximum distance of an image from the line between the first and the last image, in millimetres.
  static let mostLateral = 0.5

  /// Makes the positions of a stack.
  ///
  /// - Parameter places: The positions in ascending order.
  init(_ places: [Double], rounding: PositionRounding = .none) {
    self.places = places
    self.rounding = rounding
    steps = zip(places.dropFirst(), places).map { $0 - $1 }
    usualStep = steps.isEmpty ? 0 : steps.sorted()[steps.count / 2]
  }

  func countOfSteps(longerThan step: Double) -> Int { steps.count { $0 > step } }

  /// Returns the median of all distances longer than `step`; 0 if there are none.
  func usualStep(longerThan step: Double) -> Double {
    let steps = steps.filter { $0 > step }.sorted()
    return steps.isEmpty ? 0 : steps[steps.count / 2]
  }

  /// The step of the regular stack that fits the positions best (least squares); 0 if there are fewer than two
  /// positions. Rounding errors of single positions do not add up in this step.
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

  /// Checks that the images are evenly spaced, apart from rounding.
  ///
  /// - Parameter numbers: Image numbers in the same order; nil if an image has no number.
  /// - Throws: ``SeriesError/inconsistent(_:)`` if the images are not evenly spaced.
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
    // A gap is about a multiple of the usual distance. Other large distances mean that the spacing is uneven.
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

  /// Refuses positions whose small differences add up to more than half a step.
  private func requireGrid() throws(SeriesError) {
    let mean = meanStep
    guard let first = places.first else { return }
    let isRegular = places.indices.allSatisfy { index in
      abs(places[index] - first - Double(index) * mean) <= mean / 2
    }
    guard isRegular else { throw uneven }
  }

  /// Checks that the stack is perpendicular to its images and that all images are on one line.
  ///
  /// - Parameters:
  ///   - positions: Positions of the images, in the order of the stack.
  ///   - normal: The common normal of all images.
  ///   - rounding: Unit of rounding across the normal, in millimetres; 0 if positions were not rounded.
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

  /// Rounds to two decimals, for a message.
  private static func hundredths(_ value: Double) -> Double { (value * 100).rounded() / 100 }
}
