/// Zeroed, 64-byte aligned memory for one computation. It is released when this object is freed.
///
/// Safety: `elements` is valid while the object lives and holds `count` elements.
final class ScratchBuffer<Element: BitwiseCopyable & ExpressibleByIntegerLiteral> {
  let elements: UnsafeMutableBufferPointer<Element>

  init(count: Int) {
    let memory = UnsafeMutableRawBufferPointer.allocate(
      byteCount: max(count, 1) * MemoryLayout<Element>.stride, alignment: 64)
    // In every number type, zero consists of zero bytes. Filling bytes is faster than filling values.
    memory.initializeMemory(as: UInt8.self, repeating: 0)
    let bound = memory.bindMemory(to: Element.self)
    elements = UnsafeMutableBufferPointer(rebasing: bound[..<count])
  }

  deinit { elements.baseAddress?.deallocate() }
}
