/// Places of images along their normal, in millimetres, and whether their distances are those of one volume.
///
/// Every comparison is written so that a value that is not a number refuses.
struct SlicePositions {
  /// Ascending.
  private let places: [Double]
  private let steps: [Double]
  /// Distance of most neighbours: the median; 0 if there are none.
  let usualStep: Double

  /// Neighbours may lie this share of the usual distance nearer or further.
  private static let tolerance = 0.1
  /// Scanners round places to a tenth of a millimetre, so that a distance may be off by as much.
  private static let rounding = 0.101
  /// Images that are nearer lie at the same place, in millimetres.
  private static let shortestStep = 0.01
  /// Cosine of the angle by which a stack may lean: 1 degree.
  private static let uprightCosine = 0.99985
  /// Millimetres that an image may lie beside the line from the first to the last.
  private static let lateral = 0.5

  /// - Parameter places: Ascending.
  init(_ places: [Double]) {
    self.places = places
    steps = zip(places.dropFirst(), places).map { $0 - $1 }
    usualStep = steps.isEmpty ? 0 : steps.sorted()[steps.count / 2]
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

  /// - Throws: ``SeriesError/inconsistent(_:)``.
  func requireRegular() throws(SeriesError) {
    let usual = usualStep
    let nearest = max(Self.tolerance * usual, Self.shortestStep)
    let same = steps.count { !($0 >= nearest) }
    guard same == 0 else { throw .inconsistent(.samePlace(count: same)) }
    let tolerance = max(Self.tolerance * usual, min(Self.rounding, usual / 4))
    let wide = steps.count { !($0 <= usual + tolerance) }
    let narrow = steps.count { !($0 >= usual - tolerance) }
    guard narrow == 0 else { throw .inconsistent(.spacing) }
    // A gap is where whole images are missing; else the distance just varies.
    let gaps = steps.count { step in
      step > 1.5 * usual
        && abs(step / usual - (step / usual).rounded()) < 2 * Self.tolerance
    }
    guard wide == gaps else { throw .inconsistent(.spacing) }
    guard gaps == 0 else { throw .inconsistent(.slicesMissing(places: gaps)) }
    try requireGrid()
  }

  /// Small differences may add up to half a distance.
  private func requireGrid() throws(SeriesError) {
    let mean = meanStep
    guard let first = places.first else { return }
    let isRegular = places.indices.allSatisfy { index in
      abs(places[index] - first - Double(index) * mean) <= mean / 2
    }
    guard isRegular else { throw .inconsistent(.spacing) }
  }

  /// - Parameters:
  ///   - positions: Of the same images in the same order.
  ///   - normal: Of all images.
  /// - Throws: ``SeriesError/inconsistent(_:)``.
  func requireUpright(_ positions: [Vector], normal: Vector) throws(SeriesError) {
    guard let first = positions.first, let last = positions.last, let way = (last - first).unit
    else { throw .inconsistent(.positionMissing) }
    let cosine = way.dot(normal)
    guard cosine > Self.uprightCosine else {
      throw .inconsistent(.tilted(degrees: Vector.degrees(cosine: cosine)))
    }
    let beside = positions.count { position in
      let offset = position - first
      return !((offset - way * offset.dot(way)).length <= Self.lateral)
    }
    guard beside == 0 else { throw .inconsistent(.beside(count: beside)) }
  }
}
