/// Finds the body in axial slices and counts the voxels in it that have the density of lung.
///
/// Each slice is examined separately. Air, padding and objects around the patient touch the edge of the slice. Lungs
/// touch the edge only in a cropped volume. A region that touches the edge is therefore removed, unless most of it
/// has the density of lung. The largest connected part that remains is the body. Tables and arms are separate parts.
///
/// This is a class because it owns the marks of a slice. Only one task at a time may use it.
final class BodyMask {
  /// Number of voxels of the body in all examined slices.
  private(set) var bodyCount = 0
  /// Number of voxels of the body that have the density of lung.
  private(set) var lungCount = 0

  /// Fraction of the body that has the density of lung; 0 if no body was found.
  var lungShare: Double { bodyCount > 0 ? Double(lungCount) / Double(bodyCount) : 0 }

  /// The range of HU that counts as the density of lung.
  static let lung: ClosedRange<Int16> = -950 ... -500
  /// Voxels with fewer HU than this are air, padding or lung.
  private static let tissue: Int16 = -300
  /// Maximum number of slices that are examined.
  private static let sliceLimit = 64

  private let width: Int
  private let height: Int
  /// The marks of a slice and of a border of one voxel around it: `[y + 2, x + 2]`.
  private let marks: ScratchBuffer<UInt8>
  /// The HU of the same voxels.
  private let values: ScratchBuffer<Int16>
  /// The indices in `marks` of a region's voxels, in the order in which they were found.
  private let region: ScratchBuffer<Int32>

  /// The class of a voxel.
  private enum Mark {
    static let tissue: UInt8 = 0
    static let light: UInt8 = 1
    static let lightInside: UInt8 = 2
    static let outside: UInt8 = 3
    static let counted: UInt8 = 4
  }

  /// Examines equidistant slices of a volume, from the feet to the head.
  init(_ survey: AxialSurvey) {
    width = survey.shape[0]
    height = survey.shape[1]
    marks = ScratchBuffer(count: (width + 2) * (height + 2))
    values = ScratchBuffer(count: (width + 2) * (height + 2))
    region = ScratchBuffer(count: width * height)
    for index in AxialSurvey.lattice(survey.shape[2], Self.sliceLimit) { add(survey.slice(index)) }
  }

  private func add(_ slice: UnsafeBufferPointer<Int16>) {
    fill(slice)
    for edge in edges where marks.elements[edge] == Mark.light {
      let (count, lung) = take(from: edge, marking: Mark.lightInside) { $0 == Mark.light }
      // Most of a lung has the density of lung. Of the air around a patient, little has this density.
      guard lung * 2 < count else { continue }
      for place in 0..<count { marks.elements[Int(region.elements[place])] = Mark.outside }
    }
    var body = (count: 0, lung: 0)
    for row in 0..<height {
      for column in 0..<width {
        let place = (row + 1) * (width + 2) + column + 1
        guard marks.elements[place] < Mark.outside else { continue }
        let part = take(from: place, marking: Mark.counted) { $0 < Mark.outside }
        if part.count > body.count { body = part }
      }
    }
    bodyCount += body.count
    lungCount += body.lung
  }

  /// Marks every voxel of a slice according to its value, and marks the border as outside.
  private func fill(_ slice: UnsafeBufferPointer<Int16>) {
    marks.elements.update(repeating: Mark.outside)
    for row in 0..<height {
      let target = (row + 1) * (width + 2) + 1
      for column in 0..<width {
        let value = slice[row * width + column]
        values.elements[target + column] = value
        marks.elements[target + column] = value < Self.tissue ? Mark.light : Mark.tissue
      }
    }
  }

  /// The indices in `marks` of the voxels at the edge of the slice.
  private var edges: [Int] {
    let line = width + 2
    var edges: [Int] = []
    for row in 1...max(height, 1) { edges += [row * line + 1, row * line + width] }
    for column in 1...max(width, 1) { edges += [line + column, height * line + column] }
    return edges
  }

  /// Marks all voxels that are connected to `start` and whose previous marks satisfy `belongs`. Writes their indices
  /// to `region`.
  ///
  /// - Returns: The number of these voxels, and how many of them have the density of lung.
  @inline(__always)
  private func take(
    from start: Int, marking mark: UInt8, _ belongs: (UInt8) -> Bool
  ) -> (count: Int, lung: Int) {
    let (marks, region, values) = (marks.elements, region.elements, values.elements)
    let line = width + 2
    var (count, done, lung) = (1, 0, 0)
    region[0] = Int32(truncatingIfNeeded: start)
    marks[start] = mark
    while done < count {
      let place = Int(region[done])
      done &+= 1
      if Self.lung.contains(values[place]) { lung &+= 1 }
      for side in 0..<4 {
        let step = side < 2 ? 1 : line
        let next = side & 1 == 0 ? place &- step : place &+ step
        guard belongs(marks[next]) else { continue }
        marks[next] = mark
        region[count] = Int32(truncatingIfNeeded: next)
        count &+= 1
      }
    }
    return (count, lung)
  }
}
