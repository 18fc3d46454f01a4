internal import CKernels
internal import Glibc

/// Mutable, 64-byte aligned memory for floats: scratch memory of one computation, never shared.
///
/// It is a class because it owns memory that it must release.
public final class FloatBuffer {
  /// The memory: `count` floats, owned by this object, valid while it lives.
  public let elements: UnsafeMutableBufferPointer<Float>

  /// Number of floats.
  public var count: Int { elements.count }

  /// Start of the memory.
  public var pointer: UnsafeMutablePointer<Float> { base }

  private let base: UnsafeMutablePointer<Float>

  /// Allocates `count` zeroed floats; a negative count is a programming error and traps.
  public convenience init(count: Int) {
    self.init(uninitialized: count)
    base.initialize(repeating: 0, count: max(count, 1))
  }

  /// Allocates `count` floats, uninitialised.
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
