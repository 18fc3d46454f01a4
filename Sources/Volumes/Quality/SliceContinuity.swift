/// Finds positions at which slices seem to be missing. Normally, the change between two slices is similar to the
/// changes around it. Across a gap, the change is larger.
///
/// A NIfTI file cannot show that slices are missing, because it has one spacing for all slices. Blank slices are
/// skipped. Before and after the body, they are padding. Within the body, they look like a gap, because the body
/// changes across them.
struct SliceContinuity {
  /// A change counts as a gap if it exceeds the four changes around it by this factor. In six CTs, the highest ratio
  /// was 1.12. The CTs showed the chest, heart or abdomen and had 30 to 164 slices of 1.5 to 7 mm (RICORD-1A, Chest
  /// Imaging Platform, TotalSegmentator). A test removed slices at every possible position. It detected 6 to 82 % of
  /// gaps of one slice, at least 72 % of gaps of two slices, and all larger gaps.
  private static let ratio: Float = 1.5
  /// Minimum change that counts, in HU. Air and smoothed noise change less.
  private static let leastChange: Float = 5
  /// The range of HU that is compared, from air to contrast agent. Without this limit, the edge of a table or a metal
  /// clip could outweigh the body.
  private static let window: ClosedRange<Int16> = -1000...400

  /// Minimum number of slices. In a volume with fewer slices, neighbouring slices differ too much: the slices are
  /// thick, or they show little of the body.
  private static let leastSlices = 32
  /// If more than one in this number of slices seems to be missing, the body itself is probably the reason.
  private static let slicesPerGap = 10

  /// A position at which slices seem to be missing: the numbers of the slices below and above it.
  struct Gap: Equatable {
    let below: Int
    let above: Int
  }

  /// The first gap and the number of gaps; nil if no gap was found.
  var gaps: (first: Gap, count: Int)? {
    guard let first, sliceCount >= Self.leastSlices, count * Self.slicesPerGap <= sliceCount else {
      return nil
    }
    return (first, count)
  }

  private var first: Gap?
  private var count = 0

  private var last: [Int16] = []
  /// The number of the slice that `last` contains.
  private var lastSlice: Int?
  /// The last five changes between slices, with their positions. The one in the middle is examined.
  private var changes: [(gap: Gap, amount: Float)] = []
  /// Number of slices so far that are not blank.
  private var sliceCount = 0

  init() {}

  /// Examines all slices of a volume.
  init(_ survey: AxialSurvey) {
    for index in 0..<survey.shape[2] { add(survey.slice(index), index: index) }
  }

  /// Adds the next slice in HU. `index` is its number. All slices must have the same number of voxels.
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

  /// True if all voxels have the same value. The first few voxels usually decide.
  private static func isBlank(_ slice: UnsafeBufferPointer<Int16>) -> Bool {
    let value = clamped(slice[0])
    return slice.allSatisfy { clamped($0) == value }
  }

  private static func clamped(_ value: Int16) -> Int16 {
    min(max(value, window.lowerBound), window.upperBound)
  }
}
