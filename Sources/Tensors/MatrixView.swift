/// A view of a matrix of floats. The view does not own the memory. The floats of each row are contiguous.
///
/// Safety: the code that makes a view must keep the memory alive while the view is used. Concurrent tasks must not
/// write the same rows.
///
/// `@unchecked Sendable`: a view is only an address. According to the rule above, concurrent tasks write different
/// rows.
public struct MatrixView: @unchecked Sendable {
  /// The address of the first float in the first row.
  public let pointer: UnsafeMutablePointer<Float>
  /// Number of rows.
  public let rows: Int
  /// Number of floats in each row.
  public let columns: Int
  /// Distance between the starts of two neighbouring rows, in floats.
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
  /// Returns a view of this tensor as a matrix with `rows` rows. The view is only for reading.
  ///
  /// Safety: the view is valid as long as the tensor exists.
  public func matrix(rows: Int) -> MatrixView {
    precondition(
      rows > 0 && count.isMultiple(of: rows), "Tensor \(shape) as a matrix of \(rows) rows")
    return MatrixView(base, rows: rows, columns: count / rows, stride: count / rows)
  }
}
