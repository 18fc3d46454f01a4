import Files

@testable import Volumes

/// A gzip stream; the first byte says in pieces of how many bytes it is read the second time.
///
/// Laws: pieces of any size add up to the same bytes and end in the same refusal, and never more
/// comes out than was asked for.
struct FuzzedGzip {
  private let file: FuzzFile
  private let pieceBytes: Int

  /// Bytes that are asked for in all; more than a few kilobytes of input can fill.
  private static let limit = 1 << 16

  init(_ bytes: [UInt8]) {
    pieceBytes = Int(bytes.first ?? 0) + 1
    file = FuzzFile(Array(bytes.dropFirst()))
  }

  func check() throws(BrokenLaw) {
    let whole = inflated(inPiecesOf: Self.limit)
    let pieces = inflated(inPiecesOf: pieceBytes)
    try demand(whole.count <= Self.limit, "\(whole.count) bytes")
    try demand(whole.error == pieces.error, "whole and in pieces, refused in two ways")
    // What came before a refusal is the caller's only in whole pieces.
    guard whole.error == nil else { return }
    try demand(whole.bytes == pieces.bytes, "whole and in pieces, other bytes")
  }

  private struct Inflated {
    var bytes: [UInt8] = []
    var error: VolumeError?
    var count: Int { bytes.count }
  }

  private func inflated(inPiecesOf size: Int) -> Inflated {
    var result = Inflated()
    do throws(VolumeError) {
      let stream = try GzipStream(
        file: FileRegion(descriptor: file.descriptor, byteCount: file.byteCount), limits: limits)
      let buffer = ScratchBuffer<UInt8>(count: size)
      let bytes = UnsafeMutableRawBufferPointer(buffer.elements)
      while result.count < Self.limit {
        let wanted = min(size, Self.limit - result.count)
        let got = try stream.read(
          into: UnsafeMutableRawBufferPointer(rebasing: bytes[..<wanted]), declared: 0)
        result.bytes += buffer.elements[..<got]
        if got < wanted { return result }
      }
      try stream.expectEnd(declared: 0)
    } catch {
      result.error = error
    }
    return result
  }

  /// Limits that a small input can reach.
  private var limits: VolumeLimits {
    var limits = VolumeLimits()
    limits.gzipHeaderBytes = 64
    limits.emptyGzipMembers = 4
    return limits
  }
}
