/// A matrix of floats in memory that the view does not own. The floats of a row are contiguous.
///
/// Safety: the code that makes a view must keep the memory alive while the view is used. Concurrent
/// tasks must not write the same rows.
///
/// `@unchecked Sendable`: a view is only an address, and by the rule above concurrent tasks write different rows.
public struct MatrixView: @unchecked Sendable {
  /// The first element of the first row.
  public let pointer: UnsafeMutablePointer<Float>
  /// The number of rows.
  public let rows: Int
  /// The number of floats in a row.
  public let columns: Int
  /// The distance from the start of a row to the start of the next one, in floats.
  public let stride: Int

  /// Makes a view of a matrix that starts at `pointer`.
  public init(_ pointer: UnsafeMutablePointer<Float>, rows: Int, columns: Int, stride: Int) {
    self.pointer = pointer
    self.rows = rows
    self.columns = columns
    self.stride = stride
  }

  /// Returns the floats of row `index`.
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
  /// Returns this tensor as a matrix with `rows` rows, for reading.
  ///
  /// Safety: the view is valid until the tensor is released. Do not write through it.
  public func matrix(rows: Int) -> MatrixView {
    precondition(
      rows > 0 && count.isMultiple(of: rows), "Tensor \(shape) as a matrix of \(rows) rows")
    return MatrixView(base, rows: rows, columns: count / rows, stride: count / rows)
  }
}
