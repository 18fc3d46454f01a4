/// Mutable, 64-byte aligned memory for floats: scratch of one computation, never shared between two.
///
/// Zeroed when made. It is a class because it owns memory that must be given back.
public final class FloatBuffer {
  /// The memory: `count` floats, owned by this object, valid while it lives.
  public let elements: UnsafeMutableBufferPointer<Float>

  /// Number of floats.
  public var count: Int { elements.count }

  /// Start of the memory.
  public var pointer: UnsafeMutablePointer<Float> { base }

  private let base: UnsafeMutablePointer<Float>

  /// A cache line, and the widest vector (AVX-512) the kernels load.
  private static let alignment = 64

  /// Allocates `count` zeroed floats; a negative count is a fault of the caller and traps.
  public init(count: Int) {
    precondition(count >= 0, "FloatBuffer of \(count) elements")
    let memory = UnsafeMutableRawPointer.allocate(
      byteCount: max(count, 1) * MemoryLayout<Float>.stride, alignment: Self.alignment)
    base = memory.bindMemory(to: Float.self, capacity: max(count, 1))
    base.initialize(repeating: 0, count: max(count, 1))
    elements = UnsafeMutableBufferPointer(start: base, count: count)
  }

  deinit { base.deallocate() }
}
