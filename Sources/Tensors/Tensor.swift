/// An immutable array of 32-bit floats with a shape. It is row-major: elements along the last axis are contiguous.
///
/// Tensors of volumes have the shape `[X, Y, Z]`, with x as the slowest axis. The model was trained with this order.
public struct Tensor: Sendable {
  /// The extent of each axis, starting with the slowest axis. No extent is negative.
  public let shape: [Int]

  private let storage: Storage

  /// The number of elements, which is the product of ``shape``.
  public var count: Int { storage.buffer.count }

  /// Makes a tensor of zeros and calls `fill`, which may write to its elements. After that, nothing can change them.
  ///
  /// - Parameter shape: The extents, starting with the slowest axis. A negative extent, or a product that does not fit
  ///   into `Int`, is a programming error and traps. Shapes from outside must be checked before.
  public init<Failure: Error>(
    shape: [Int], fill: (UnsafeMutableBufferPointer<Float>) throws(Failure) -> Void
  ) throws(Failure) {
    precondition(shape.allSatisfy { $0 >= 0 }, "Tensor of shape \(shape)")
    let buffer = FloatBuffer(count: shape.reduce(1, *))
    try fill(buffer.elements)
    self.shape = shape
    storage = Storage(buffer: buffer)
  }

  /// Makes a tensor with a copy of `elements`. Their number must be the product of `shape`.
  public init(shape: [Int], elements: [Float]) {
    precondition(
      shape.reduce(1, *) == elements.count,
      "Tensor of shape \(shape) cannot hold \(elements.count) elements")
    self.init(shape: shape) { destination in
      _ = destination.update(from: elements)
    }
  }

  /// Makes a tensor that uses the memory of `buffer`, whose length must be the product of `shape`.
  ///
  /// The caller may write to the buffer until it shares the tensor.
  public init(shape: [Int], adopting buffer: FloatBuffer) {
    precondition(
      shape.reduce(1, *) == buffer.count, "Tensor \(shape) of \(buffer.count) elements")
    self.shape = shape
    storage = Storage(buffer: buffer)
  }

  /// Calls `body` with a pointer to the elements.
  ///
  /// Safety: the tensor owns the memory of `count` floats, aligned to 64 bytes. The pointer must
  /// not be used after `body` has returned.
  public func withElements<Result, Failure: Error>(
    _ body: (UnsafeBufferPointer<Float>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(UnsafeBufferPointer(storage.buffer.elements))
  }

  /// A copy of the elements, for tests and small results.
  public var elements: [Float] { withElements { Array($0) } }

  /// The first element. Safety: only for reading, and only until the tensor is released.
  var base: UnsafeMutablePointer<Float> { storage.buffer.pointer }

  /// The memory of a tensor.
  ///
  /// `@unchecked Sendable`: the buffer is written only before the tensor is shared.
  private final class Storage: @unchecked Sendable {
    let buffer: FloatBuffer
    init(buffer: FloatBuffer) { self.buffer = buffer }
  }
}
