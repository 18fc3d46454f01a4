internal import CKernels
internal import Glibc

/// Mutable memory for the floats of one computation, aligned to 64 bytes.
///
/// This is a class, so that the memory is released together with the object.
public final class FloatBuffer {
  /// The floats. This object owns their memory, which is valid as long as this object exists.
  public let elements: UnsafeMutableBufferPointer<Float>

  /// Number of floats.
  public var count: Int { elements.count }

  /// The address of the first float.
  public var pointer: UnsafeMutablePointer<Float> { base }

  private let base: UnsafeMutablePointer<Float>

  /// Allocates `count` floats and sets them to 0. A negative count is a programming error and traps.
  public convenience init(count: Int) {
    self.init(uninitialized: count)
    base.initialize(repeating: 0, count: max(count, 1))
  }

  /// Allocates `count` floats without initialising them.
  public init(uninitialized count: Int) {
    precondition(count >= 0, "FloatBuffer of \(count) elements")
    let capacity = max(count, 1)
    guard let memory = brgsa_allocate(capacity * MemoryLayout<Float>.stride) else {
      preconditionFailure("no memory for \(count) floats")
    }
    base = memory.bindMemory(to: Float.self, capacity: capacity)
    elements = UnsafeMutableBufferPointer(start: base, count: count)
  }

  deinit { free(base) }
}
