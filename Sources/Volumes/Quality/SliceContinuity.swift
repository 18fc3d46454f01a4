/// Finds places where slices seem to be missing. The body changes about as much between two slices
/// as between their neighbours; across a gap it changes more.
///
/// A NIfTI file cannot say that slices are missing, because it has one spacing for all of them.
/// Blank slices are skipped. Before and after the body, they are padding. Within the body, they
/// look like a gap, because the body changes across them.
struct SliceContinuity {
  /// Factor by which a change must exceed the four changes around it. In six CTs of the chest, heart or abdomen, 30 to
  /// 164 slices (RICORD-1A, Chest Imaging Platform, TotalSegmentator: 1.5 to 7 mm), the highest ratio was 1.12. A test
  /// removed slices at every possible place. The ratio then exceeded this limit for 6 to 82 % of gaps of one slice, for
  /// at least 72 % of gaps of two, and for all larger gaps.
  private static let ratio: Float = 1.5
  /// Smallest change that counts, in HU; air and smoothed noise change less.
  private static let leastChange: Float = 5
  /// The range of HU that is compared, from air to contrast agent, so that a table's edge or a
  /// metal clip does not outweigh the body.
  private static let window: ClosedRange<Int16> = -1000...400

  /// Minimum number of slices that are judged. Fewer slices are too thick, or show too little of
  /// the body, to resemble each other.
  private static let leastSlices = 32
  /// If more than one slice in this many seems to be missing, the body itself is assumed to be the cause.
  private static let slicesPerGap = 10

  /// A place where slices seem to be missing: the numbers of the slices on both sides.
  struct Gap: Equatable {
    let below: Int
    let above: Int
  }

  /// The first gap and the number of gaps; nil if there are none.
  var gaps: (first: Gap, count: Int)? {
    guard let first, sliceCount >= Self.leastSlices, count * Self.slicesPerGap <= sliceCount else {
      return nil
    }
    return (first, count)
  }

  private var first: Gap?
  private var count = 0

  private var last: [Int16] = []
  /// The number of the slice in `last`.
  private var lastSlice: Int?
  /// The last five changes from slice to slice, with their positions. The middle one is judged.
  private var changes: [(gap: Gap, amount: Float)] = []
  /// Number of slices so far that are not blank.
  private var sliceCount = 0

  init() {}

  /// Examines all slices of a survey.
  init(_ survey: AxialSurvey) {
    for index in 0..<survey.shape[2] { add(survey.slice(index), index: index) }
  }

  /// Adds the next slice, in HU; `index` is the slice's number. All slices have the same number of voxels.
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

  /// True if all voxels have one value. Usually the first few voxels decide.
  private static func isBlank(_ slice: UnsafeBufferPointer<Int16>) -> Bool {
    let value = clamped(slice[0])
    return slice.allSatisfy { clamped($0) == value }
  }

  private static func clamped(_ value: Int16) -> Int16 {
    min(max(value, window.lowerBound), window.upperBound)
  }
}
