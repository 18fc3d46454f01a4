/// Zeroed, 64-byte aligned memory of one computation, given back when the object dies.
///
/// Safety: `elements` is valid while the object lives and holds `count` elements.
final class ScratchBuffer<Element: BitwiseCopyable & ExpressibleByIntegerLiteral> {
  let elements: UnsafeMutableBufferPointer<Element>

  init(count: Int) {
    let memory = UnsafeMutableRawBufferPointer.allocate(
      byteCount: max(count, 1) * MemoryLayout<Element>.stride, alignment: 64)
    let bound = memory.bindMemory(to: Element.self)
    bound.initialize(repeating: 0)
    elements = UnsafeMutableBufferPointer(rebasing: bound[..<count])
  }

  deinit { elements.baseAddress?.deallocate() }
}
