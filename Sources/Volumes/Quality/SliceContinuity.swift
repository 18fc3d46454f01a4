/// Finds places where slices seem to be missing. From slice to slice a body changes by about as
/// much as one slice before and after; across a gap it changes more.
///
/// A NIfTI file cannot say that slices are missing, because it has one spacing for all of them.
/// Blank slices are skipped: before and after the body they are padding, and inside it the body
/// continues after them as after a gap.
struct SliceContinuity {
  /// Factor by which a change must exceed the four changes around it. In six CTs of the chest,
  /// heart or abdomen, 30 to 164 slices (RICORD-1A, Chest Imaging Platform, TotalSegmentator: 1.5
  /// to 7 mm), the highest ratio was 1.12. With slices cut out at every place, 6 to 82 % of gaps of
  /// one slice exceed it, 72 % or more of two, and all of three and more.
  private static let ratio: Float = 1.5
  /// Smaller changes, in HU, are those of air or of smoothed noise.
  private static let leastChange: Float = 5
  /// From air to contrast agent, so that a table's edge or a metal clip does not outweigh the body.
  private static let window: ClosedRange<Int16> = -1000...400

  /// With fewer slices, they are too thick or show too little of the body to resemble each other.
  private static let leastSlices = 32
  /// If more than one slice in this many seems to be missing, the body itself is uneven.
  private static let slicesPerGap = 10

  /// A place where slices seem to be missing: the numbers of the slices on both sides.
  struct Gap: Equatable {
    let below: Int
    let above: Int
  }

  /// The first gap and the number of gaps; nil without gaps.
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
  /// Changes from slice to slice and their places; the middle one of five is judged.
  private var changes: [(gap: Gap, amount: Float)] = []
  /// Number of slices so far that are not blank.
  private var sliceCount = 0

  init() {}

  /// Examines all slices of a survey.
  init(_ survey: AxialSurvey) {
    for index in 0..<survey.shape[2] { add(survey.slice(index), index: index) }
  }

  /// Adds the next slice, in HU; all have the same number of voxels. `index` is its number.
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

  /// Whether all voxels have one value. Nearly every slice is decided after a few of them.
  private static func isBlank(_ slice: UnsafeBufferPointer<Int16>) -> Bool {
    let value = clamped(slice[0])
    return slice.allSatisfy { clamped($0) == value }
  }

  private static func clamped(_ value: Int16) -> Int16 {
    min(max(value, window.lowerBound), window.upperBound)
  }
}
