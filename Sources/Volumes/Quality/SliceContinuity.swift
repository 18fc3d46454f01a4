/// Looks for places where slices seem to be missing: a body changes from slice to slice by about as much as it does
/// one slice before and after, and over a gap by more.
///
/// A NIfTI file cannot say that slices are missing, because it has one spacing for all of them.
/// Slices that show nothing are skipped: before and behind the body they are padding, and within it the body goes
/// on behind them as it does over a gap.
struct SliceContinuity {
  /// How much more than the four changes around it a change must be. In six CTs of the chest, heart or abdomen, 30 to 164
  /// slices (RICORD-1A, Chest Imaging Platform, TotalSegmentator: 1.5 to 7 mm), the most was 1.12; with slices cut out of
  /// them at every place, 6 to 82 % of gaps of one slice, 72 % or more of two and all of three and more are over this.
  private static let ratio: Float = 1.5
  /// Changes below this, in HU, are those of air or of noise that was smoothed away.
  private static let leastChange: Float = 5
  /// From air to contrast agent: a table's edge or a metal clip must not outweigh the body.
  private static let window: ClosedRange<Int16> = -1000...400

  /// Fewer slices are too thick, or too few of the body, for one to be like the next.
  private static let leastSlices = 32
  /// Where more than one slice in so many seems to be missing, the body is simply not even.
  private static let slicesPerGap = 10

  /// A place where slices seem to be missing: the numbers of the slices on both sides.
  struct Gap: Equatable {
    let below: Int
    let above: Int
  }

  /// The first place where some seem to be missing, and at how many places that is so; nil if none are.
  var gaps: (first: Gap, count: Int)? {
    guard let first, sliceCount >= Self.leastSlices, count * Self.slicesPerGap <= sliceCount else {
      return nil
    }
    return (first, count)
  }

  private var first: Gap?
  private var count = 0

  private var last: [Int16] = []
  /// The slice that is in `last`.
  private var lastSlice: Int?
  /// Changes from slice to slice and where they lie; the middle one of five is judged.
  private var changes: [(gap: Gap, amount: Float)] = []
  /// Slices so far that show something.
  private var sliceCount = 0

  init() {}

  /// Looks at all slices of a survey.
  init(_ survey: AxialSurvey) {
    for index in 0..<survey.shape[2] { add(survey.slice(index), index: index) }
  }

  /// Takes the next slice, in HU; all have as many voxels. `index` is its number.
  mutating func add(_ slice: UnsafeBufferPointer<Int16>, index: Int) {
    guard !slice.isEmpty, !Self.isBlank(slice) else { return }
    sliceCount += 1
    let isFirst = last.isEmpty
    if isFirst { last = [Int16](repeating: 0, count: slice.count) }
    var sum = 0
    last.withUnsafeMutableBufferPointer { last in
      for place in 0..<min(slice.count, last.count) {
        let value = Self.clamped(slice[place])
        sum &+= abs(Int(value) &- Int(last[place]))
        last[place] = value
      }
    }
    defer { lastSlice = index }
    guard !isFirst, let lastSlice else { return }
    changes.append((Gap(below: lastSlice, above: index), Float(sum) / Float(slice.count)))
    if changes.count > 5 { changes.removeFirst() }
    judge()
  }

  private mutating func judge() {
    guard changes.count == 5 else { return }
    let neighbours = [0, 1, 3, 4].map { changes[$0].amount }
    let around = neighbours.reduce(Self.leastChange, max)
    guard changes[2].amount > Self.ratio * around else { return }
    count += 1
    if first == nil { first = changes[2].gap }
  }

  /// Whether all voxels have one value. Nearly every slice is known not to be after a few of them.
  private static func isBlank(_ slice: UnsafeBufferPointer<Int16>) -> Bool {
    let value = clamped(slice[0])
    return slice.allSatisfy { clamped($0) == value }
  }

  private static func clamped(_ value: Int16) -> Int16 {
    min(max(value, window.lowerBound), window.upperBound)
  }
}
