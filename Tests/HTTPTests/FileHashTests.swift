import Hashing
import Testing

@testable import HTTP

@Suite struct FileHashTests {
  private static let mebibyte = 1 << 20

  @Test(
    "A file that comes in pieces has the digest of the whole",
    arguments: [0, 1, mebibyte - 1, mebibyte, mebibyte + 1, 9 * mebibyte + 12_345])
  func pieces(_ count: Int) throws {
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 13) }
    for step in [1, 4096, 100_003, 3 * Self.mebibyte] where count / step < 100_000 {
      var writer = try UploadWriter(
        SpoolSpace(directory: "/tmp"), reserving: count, contentType: nil)
      for start in stride(from: 0, to: count, by: step) {
        try bytes[start..<min(start + step, count)].withUnsafeBytes { try writer.append($0) }
      }
      let upload = try writer.finish()
      #expect(upload.byteCount == count)
      #expect(upload.sha256 == Array(SHA256.hash(data: bytes)), "pieces of \(step)")
    }
  }

  @Test("A digest can be asked for while others still hash") func race() throws {
    let bytes = [UInt8](repeating: 7, count: 4 * Self.mebibyte)
    for _ in 0..<20 {
      let file = try SpoolFile(directory: "/tmp", reserving: 0)
      try bytes.withUnsafeBytes { try file.append($0) }
      let hash = FileHash(file)
      for end in stride(from: 1, to: bytes.count, by: 100_000) { hash.catchUpElsewhere(to: end) }
      #expect(try hash.digest(ofAll: bytes.count) == Array(SHA256.hash(data: bytes)))
    }
  }

  @Test("A part of a file has the digest of its own bytes", arguments: [0, 1, 7, mebibyte])
  func part(_ start: Int) async throws {
    let bytes = (0..<(2 * Self.mebibyte)).map { UInt8(truncatingIfNeeded: $0 &* 40_503 >> 7) }
    var writer = try UploadWriter(SpoolSpace(directory: "/tmp"), reserving: 0, contentType: nil)
    try bytes.withUnsafeBytes { try writer.append($0) }
    let upload = try writer.finish()
    for count in [0, 1, Self.mebibyte - 1, bytes.count - start] {
      let digest = try await upload.sha256(of: start..<(start + count))
      #expect(digest == Array(SHA256.hash(data: bytes[start..<(start + count)])), "\(count)")
    }
    await #expect(throws: HTTPError.internalFailure) {
      _ = try await upload.sha256(of: start..<(bytes.count + 1))
    }
  }

  @Test("A file that is shorter than was said is an error") func truncated() throws {
    let file = try SpoolFile(directory: "/tmp", reserving: 0)
    try [1, 2, 3].withUnsafeBytes { try file.append($0) }
    #expect(throws: SpoolError.self) { try FileHash(file).digest(ofAll: 1000) }
  }
}
