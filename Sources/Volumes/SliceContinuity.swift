/// Looks for places where slices seem to be missing: a body changes from slice to slice by about as much as it does
/// one slice before and after, and over a gap by more.
///
/// A NIfTI file cannot say that slices are missing, because it has one spacing for all of them.
struct SliceContinuity {
  /// How much more than the four changes around it a change must be. Among whole CTs (RICORD-1A, Chest Imaging
  /// Platform, TotalSegmentator: 1.5 to 7 mm) the most was 1.17; with slices cut out of them, 38 % of gaps of one
  /// slice, 94 % of two and all of three and more are over this.
  private static let ratio: Float = 1.5
  /// Changes below this, in HU, are those of air or of noise that was smoothed away.
  private static let leastChange: Float = 5
  /// Voxels along each edge of a slice that are looked at.
  private static let samplesAlong = 32
  /// From air to contrast agent: a table's edge or a metal clip must not outweigh the body.
  private static let window: ClosedRange<Float> = -1000...400

  /// Fewer slices are too thick, or too few of the body, for one to be like the next.
  private static let leastSlices = 32
  /// Where more than one slice in so many seems to be missing, the body is simply not even.
  private static let slicesPerGap = 10

  /// The first slice behind which some seem to be missing, from 0, and at how many places that is so; nil if none are.
  var gaps: (first: Int, count: Int)? {
    guard let first, sliceCount >= Self.leastSlices, count * Self.slicesPerGap <= sliceCount else {
      return nil
    }
    return (first, count)
  }

  private var first: Int?
  private var count = 0

  private let places: [Int]
  private var last: [Float] = []
  /// Changes from slice to slice; the middle one of five is judged.
  private var changes: [Float] = []
  private var sliceCount = 0

  /// For slices `[slower, faster]` of this many voxels.
  init(slower: Int, faster: Int) {
    let rows = Self.samples(of: slower)
    let columns = Self.samples(of: faster)
    places = rows.flatMap { row in columns.map { row * faster + $0 } }
  }

  /// Takes the next slice, in HU.
  mutating func add(_ plane: UnsafeBufferPointer<Float>) {
    sliceCount += 1
    var sum: Float = 0
    let isFirst = last.isEmpty
    if isFirst { last = [Float](repeating: 0, count: places.count) }
    for (index, place) in places.enumerated() {
      let value = min(max(plane[place], Self.window.lowerBound), Self.window.upperBound)
      sum += abs(value - last[index])
      last[index] = value
    }
    guard !isFirst else { return }
    changes.append(sum / Float(places.count))
    if changes.count > 5 { changes.removeFirst() }
    guard changes.count == 5 else { return }
    let around = max(changes[0], changes[1], changes[3], changes[4], Self.leastChange)
    guard changes[2] > Self.ratio * around else { return }
    count += 1
    // Between the slices 4 and 3 before this one.
    if first == nil { first = sliceCount - 4 }
  }

  private static func samples(of extent: Int) -> [Int] {
    let step = max(extent / samplesAlong, 1)
    return Array(stride(from: step / 2, to: extent, by: step))
  }
}
