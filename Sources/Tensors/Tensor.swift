/// An immutable array of 32-bit floats with a shape. It is row-major: elements along the last axis are contiguous.
///
/// A tensor of a volume has the shape `[X, Y, Z]`, with x as the slowest axis. The model was trained with this order.
public struct Tensor: Sendable {
  /// The extent of each axis, slowest axis first. No extent is negative.
  public let shape: [Int]

  private let storage: Storage

  /// Number of elements. It is the product of ``shape``.
  public var count: Int { storage.buffer.count }

  /// Makes a tensor of zeros and calls `fill`, which can write its elements. Afterwards, the elements cannot be
  /// changed.
  ///
  /// - Parameter shape: The extents, slowest axis first. A negative extent, or a product that overflows `Int`, is a
  ///   programming error and traps. A shape from outside must therefore be checked first.
  public init<Failure: Error>(
    shape: [Int], fill: (UnsafeMutableBufferPointer<Float>) throws(Failure) -> Void
  ) throws(Failure) {
    precondition(shape.allSatisfy { $0 >= 0 }, "Tensor of shape \(shape)")
    let buffer = FloatBuffer(count: shape.reduce(1, *))
    try fill(buffer.elements)
    self.shape = shape
    storage = Storage(buffer: buffer)
  }

  /// Makes a tensor with a copy of `elements`. The number of elements must be the product of `shape`.
  public init(shape: [Int], elements: [Float]) {
    precondition(
      shape.reduce(1, *) == elements.count,
      "Tensor of shape \(shape) cannot hold \(elements.count) elements")
    self.init(shape: shape) { destination in
      _ = destination.update(from: elements)
    }
  }

  /// Makes a tensor that uses the memory of `buffer`. The length of the buffer must be the product of `shape`.
  ///
  /// The caller may write to the buffer until the tensor is shared.
  public init(shape: [Int], adopting buffer: FloatBuffer) {
    precondition(
      shape.reduce(1, *) == buffer.count, "Tensor \(shape) of \(buffer.count) elements")
    self.shape = shape
    storage = Storage(buffer: buffer)
  }

  /// Calls `body` with the elements.
  ///
  /// Safety: the tensor owns the memory, which is aligned to 64 bytes. The pointer must not be used after `body` has
  /// returned.
  public func withElements<Result, Failure: Error>(
    _ body: (UnsafeBufferPointer<Float>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(UnsafeBufferPointer(storage.buffer.elements))
  }

  /// A copy of the elements. It is meant for tests and small results.
  public var elements: [Float] { withElements { Array($0) } }

  /// The address of the first element.
  ///
  /// Safety: the memory may only be read, and only as long as the tensor exists.
  var base: UnsafeMutablePointer<Float> { storage.buffer.pointer }

  /// The memory of a tensor.
  ///
  /// `@unchecked Sendable`: the buffer is written only before the tensor is shared.
  private final class Storage: @unchecked Sendable {
    let buffer: FloatBuffer
    init(buffer: FloatBuffer) { self.buffer = buffer }
  }
}
