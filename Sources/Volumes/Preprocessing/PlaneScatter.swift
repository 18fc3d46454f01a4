/// Writes resampled planes `[rows, columns]` to their positions in the model's tensor.
///
/// If the contiguous axis of the tensor is perpendicular to the planes, each float of a plane is in a different cache
/// line. Neighbouring planes are then buffered until they fill these lines, and are written together. This is a class
/// because it owns the buffer. Only one task at a time may use it.
final class PlaneScatter {
  /// The size of a plane, and the distances in the tensor between neighbouring rows, columns and planes, in floats.
  struct Layout {
    let rows: Int
    let columns: Int
    let rowStride: Int
    let columnStride: Int
    let planeStride: Int
  }

  private let layout: Layout
  private let output: UnsafeMutablePointer<Float>
  /// The buffered planes, which share cache lines: `[planes, rows, columns]`.
  private let pending: ScratchBuffer<Float>
  /// The indices of the buffered planes. They are neighbours in the tensor.
  private var indices = 0..<0
  /// Number of floats between the start of a cache line and plane 0.
  private let misalignment: Int

  private static let lineFloats = 16

  /// Makes a writer of planes.
  ///
  /// - Parameter output: The address of row 0, column 0 of plane 0.
  ///
  /// Safety: the memory of every plane in the tensor must outlive this object.
  init(_ layout: Layout, output: UnsafeMutablePointer<Float>) {
    self.layout = layout
    self.output = output
    misalignment =
      Int(bitPattern: output) / MemoryLayout<Float>.stride % Self.lineFloats
    let planes = layout.planeStride == 1 ? Self.lineFloats : 1
    pending = ScratchBuffer(count: planes * layout.rows * layout.columns)
  }

  /// Calls `fill` to write the plane with this index. The plane may stay in the buffer until ``finish()``.
  func put(_ index: Int, _ fill: (UnsafeMutablePointer<Float>) -> Void) {
    if !isNeighbour(index) {
      finish()
      indices = index..<index
    }
    guard let plane = pending.elements.baseAddress else { return }
    fill(plane + slot(of: index) * layout.rows * layout.columns)
    indices = min(index, indices.lowerBound)..<max(index + 1, indices.upperBound)
  }

  /// Writes the buffered planes to the tensor.
  func finish() {
    guard let planes = pending.elements.baseAddress, !indices.isEmpty else { return }
    let first = planes + slot(of: indices.lowerBound) * layout.rows * layout.columns
    let destination = output + indices.lowerBound * layout.planeStride
    if layout.planeStride == 1 {
      writeLines(first, to: destination)
    } else if layout.columnStride <= layout.rowStride {
      writeRows(first, to: destination)
    } else {
      writeColumns(first, to: destination)
    }
    indices = 0..<0
  }

  /// True if the plane is adjacent to the buffered planes and shares their cache lines.
  private func isNeighbour(_ index: Int) -> Bool {
    guard layout.planeStride == 1, !indices.isEmpty else { return false }
    let isAdjacent = index == indices.upperBound || index == indices.lowerBound - 1
    return isAdjacent && line(of: index) == line(of: indices.lowerBound)
  }

  private func line(of index: Int) -> Int { (misalignment + index) / Self.lineFloats }

  private func slot(of index: Int) -> Int {
    layout.planeStride == 1 ? (misalignment + index) % Self.lineFloats : 0
  }

  private func writeLines(
    _ planes: UnsafePointer<Float>, to destination: UnsafeMutablePointer<Float>
  ) {
    let size = layout.rows * layout.columns
    for row in 0..<layout.rows {
      for column in 0..<layout.columns {
        let source = planes + (row &* layout.columns &+ column)
        let target = destination + (row &* layout.rowStride &+ column &* layout.columnStride)
        for plane in 0..<indices.count { target[plane] = source[plane &* size] }
      }
    }
  }

  private func writeRows(
    _ plane: UnsafePointer<Float>, to destination: UnsafeMutablePointer<Float>
  ) {
    for row in 0..<layout.rows {
      let target = destination + row * layout.rowStride
      let source = plane + row * layout.columns
      for column in 0..<layout.columns { target[column &* layout.columnStride] = source[column] }
    }
  }

  private func writeColumns(
    _ plane: UnsafePointer<Float>, to destination: UnsafeMutablePointer<Float>
  ) {
    for column in 0..<layout.columns {
      let target = destination + column * layout.columnStride
      let source = plane + column
      for row in 0..<layout.rows { target[row &* layout.rowStride] = source[row &* layout.columns] }
    }
  }
}
