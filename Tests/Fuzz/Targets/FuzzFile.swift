import Glibc

/// The Linux call, which Glibc's Swift module leaves out.
@_silgen_name("memfd_create")
private func makeMemoryFile(_ name: UnsafePointer<CChar>, _ flags: CUnsignedInt) -> CInt

/// A file that is in memory only, with the bytes of one input.
final class FuzzFile {
  /// Open for reading until the object dies; -1 if the system gave no file.
  let descriptor: Int32
  let byteCount: Int

  init(_ bytes: [UInt8]) {
    descriptor = makeMemoryFile("brgsa-fuzz", Self.closesOnExecution)
    byteCount = bytes.count
    // A memory file takes a write whole, unless memory is out: then its length is wrong and shows.
    _ = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
  }

  deinit { close(descriptor) }

  /// `MFD_CLOEXEC` of linux/memfd.h.
  private static let closesOnExecution: CUnsignedInt = 1

  /// The first `count` bytes of an open file.
  static func contents(of descriptor: Int32, count: Int) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      filled = max(pread(descriptor, buffer.baseAddress, count, 0), 0)
    }
  }
}
