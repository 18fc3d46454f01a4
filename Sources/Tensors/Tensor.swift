/// An immutable block of 32-bit floats with a shape, row-major: the last axis is contiguous.
///
/// Tensors of volumes are `[X, Y, Z]` with x slowest, as the model was trained.
public struct Tensor: Sendable {
  /// Extent of each axis, slowest first. Every extent is at least zero.
  public let shape: [Int]

  private let storage: Storage

  /// Number of elements, the product of ``shape``.
  public var count: Int { storage.buffer.count }

  /// Allocates zeroed memory and lets `fill` write into it once; afterwards nothing can change it.
  ///
  /// - Parameter shape: Extents, slowest axis first. A negative extent, or a product beyond `Int`,
  ///   traps as a programming error: shapes from outside are validated earlier.
  public init<Failure: Error>(
    shape: [Int], fill: (UnsafeMutableBufferPointer<Float>) throws(Failure) -> Void
  ) throws(Failure) {
    precondition(shape.allSatisfy { $0 >= 0 }, "Tensor of shape \(shape)")
    let buffer = FloatBuffer(count: shape.reduce(1, *))
    try fill(buffer.elements)
    self.shape = shape
    storage = Storage(buffer: buffer)
  }

  /// Copies `elements`; their number must be the product of `shape`.
  public init(shape: [Int], elements: [Float]) {
    precondition(
      shape.reduce(1, *) == elements.count,
      "Tensor of shape \(shape) cannot hold \(elements.count) elements")
    self.init(shape: shape) { destination in
      _ = destination.update(from: elements)
    }
  }

  /// Takes over `buffer`, whose length is the product of `shape`.
  ///
  /// The caller may write the buffer only until the tensor is shared.
  public init(shape: [Int], adopting buffer: FloatBuffer) {
    precondition(
      shape.reduce(1, *) == buffer.count, "Tensor \(shape) of \(buffer.count) elements")
    self.shape = shape
    storage = Storage(buffer: buffer)
  }

  /// Lends the elements for the duration of `body`.
  ///
  /// Safety: the tensor owns the memory (64-byte aligned, `count` floats); the pointer must not
  /// outlive `body`.
  public func withElements<Result, Failure: Error>(
    _ body: (UnsafeBufferPointer<Float>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(UnsafeBufferPointer(storage.buffer.elements))
  }

  /// The elements as an array: a copy, for tests and small results.
  public var elements: [Float] { withElements { Array($0) } }

  /// The first element. Safety: for reading only, while the tensor lives.
  var base: UnsafeMutablePointer<Float> { storage.buffer.pointer }

  /// `@unchecked Sendable`: the buffer is written only before the tensor is shared.
  private final class Storage: @unchecked Sendable {
    let buffer: FloatBuffer
    init(buffer: FloatBuffer) { self.buffer = buffer }
  }
}
