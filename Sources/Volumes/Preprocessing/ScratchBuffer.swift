/// Memory for one computation, filled with zeros and 64-byte aligned. It is released together with this object.
///
/// Safety: `elements` is valid as long as this object exists, and holds `count` elements.
final class ScratchBuffer<Element: BitwiseCopyable & ExpressibleByIntegerLiteral> {
  let elements: UnsafeMutableBufferPointer<Element>

  init(count: Int) {
    let memory = UnsafeMutableRawBufferPointer.allocate(
      byteCount: max(count, 1) * MemoryLayout<Element>.stride, alignment: 64)
    // In every number type, zero consists of zero bytes. Filling with bytes is faster than filling with values.
    memory.initializeMemory(as: UInt8.self, repeating: 0)
    let bound = memory.bindMemory(to: Element.self)
    elements = UnsafeMutableBufferPointer(rebasing: bound[..<count])
  }

  deinit { elements.baseAddress?.deallocate() }
}
