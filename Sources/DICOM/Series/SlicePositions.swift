/// Positions of images along their normal, in millimetres, with a check of their distances.
///
/// A position that is NaN is always refused.
struct SlicePositions {
  /// Positions in ascending order.
  private let places: [Double]
  private let steps: [Double]
  /// The rounding of the positions.
  private let rounding: PositionRounding
  /// The median distance between neighbours; 0 if there are none.
  let usualStep: Double

  /// Allowed difference of a distance between neighbours, as a share of the usual distance.
  private static let tolerance = 0.1
  /// Images nearer than this count as being at one position, in millimetres.
  private static let shortestStep = 0.01
  /// The tangent of 1 degree, the largest angle between a stack and its images' normal.
  private static let leaning = 0.017455
  /// Largest distance of an image from the line between the first and the last, in millimetres.
  static let mostLateral = 0.5

  /// - Parameter places: Positions in ascending order.
  init(_ places: [Double], rounding: PositionRounding = .none) {
    self.places = places
    self.rounding = rounding
    steps = zip(places.dropFirst(), places).map { $0 - $1 }
    usualStep = steps.isEmpty ? 0 : steps.sorted()[steps.count / 2]
  }

  func countOfSteps(longerThan step: Double) -> Int { steps.count { $0 > step } }

  /// Returns the median of the distances longer than `step`; 0 if there are none.
  func usualStep(longerThan step: Double) -> Double {
    let steps = steps.filter { $0 > step }.sorted()
    return steps.isEmpty ? 0 : steps[steps.count / 2]
  }

  /// The step of the regular stack that fits the positions best by least squares; 0 if there are
  /// fewer than two. Rounding errors do not add up in this step.
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

  /// Throws unless the images are evenly spaced, apart from rounding.
  ///
  /// - Parameter numbers: Numbers of the images in the same order; nil unless every image has one.
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
    // A gap is a multiple of the usual distance. Other wide distances mean uneven spacing.
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

  /// Throws if small differences add up to more than half a step.
  private func requireGrid() throws(SeriesError) {
    let mean = meanStep
    guard let first = places.first else { return }
    let isRegular = places.indices.allSatisfy { index in
      abs(places[index] - first - Double(index) * mean) <= mean / 2
    }
    guard isRegular else { throw uneven }
  }

  /// Throws if the stack is tilted against its images, or if an image is off the stack's line.
  ///
  /// - Parameters:
  ///   - positions: Positions of the images in the order of the stack.
  ///   - normal: Normal of all images.
  ///   - rounding: Millimetres to which positions across the normal were rounded; 0 if they were not.
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

  /// Rounds to hundredths, for a message.
  private static func hundredths(_ value: Double) -> Double { (value * 100).rounded() / 100 }
}
