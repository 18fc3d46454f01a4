/// A rectangle of floats in borrowed memory: `rows` lines of `columns` contiguous floats.
///
/// Safety: the maker of a view keeps the memory alive while the view is used. Concurrent tasks get
/// views whose written rows do not overlap.
///
/// `@unchecked Sendable`: a view is an address; ``WorkerPool`` tasks write disjoint rows by the
/// rule above.
public struct MatrixView: @unchecked Sendable {
  /// First element of the first row.
  public let pointer: UnsafeMutablePointer<Float>
  /// Number of rows.
  public let rows: Int
  /// Number of contiguous floats in a row.
  public let columns: Int
  /// Distance between the starts of two rows, in floats.
  public let stride: Int

  /// A view with an explicit distance between rows.
  public init(_ pointer: UnsafeMutablePointer<Float>, rows: Int, columns: Int, stride: Int) {
    self.pointer = pointer
    self.rows = rows
    self.columns = columns
    self.stride = stride
  }

  /// The floats of row `index`.
  public func row(_ index: Int) -> UnsafeMutableBufferPointer<Float> {
    precondition(index >= 0 && index < rows, "Row \(index) of \(rows)")
    return UnsafeMutableBufferPointer(start: pointer + index * stride, count: columns)
  }

  func requireShape(_ rows: Int, _ columns: Int, contiguous: Bool = false) {
    precondition(
      self.rows == rows && self.columns == columns && (!contiguous || stride == columns),
      "Matrix \(self.rows) x \(self.columns) (stride \(stride)), wanted \(rows) x \(columns)")
  }
}

extension Tensor {
  /// This tensor as a matrix for reading: `rows` × the rest.
  ///
  /// Safety: valid while the tensor lives; do not write through it.
  public func matrix(rows: Int) -> MatrixView {
    precondition(
      rows > 0 && count.isMultiple(of: rows), "Tensor \(shape) as a matrix of \(rows) rows")
    return MatrixView(base, rows: rows, columns: count / rows, stride: count / rows)
  }
}
