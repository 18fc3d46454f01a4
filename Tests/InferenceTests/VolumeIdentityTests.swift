import TestSupport
import Testing

@testable import Inference

/// What makes two uploads the same volume.
@Suite struct VolumeIdentityTests {
  private static let bytes = Array("three small files".utf8)

  /// The id of the bytes, divided so.
  private static func id(_ parts: [Int], of bytes: [UInt8] = bytes) -> String {
    let digits = ModelDigest.sha256(bytes)
    let digest = stride(from: 0, to: 64, by: 2).compactMap { place in
      UInt8(digits.dropFirst(place).prefix(2), radix: 16)
    }
    return VolumeSource(
      fileDescriptor: -1, byteCount: bytes.count, parts: parts, sha256: digest, owner: 0
    ).id
  }

  @Test func oneFileHasTheDigestOfItsBytes() {
    #expect(Self.id([]) == "sha256-" + ModelDigest.sha256(Self.bytes))
    #expect(Self.id([], of: []) == "sha256-" + ModelDigest.sha256([]))
  }

  /// A user can make the same with `printf` and `sha256sum`.
  @Test func severalFilesHaveTheDigestOfTheirLengthsAndBytes() {
    let text = "brgsa-series/1\n6\n6\n5\n\(ModelDigest.sha256(Self.bytes))\n"
    #expect(Self.id([6, 6, 5]) == "sha256-" + ModelDigest.sha256(Array(text.utf8)))
  }

  @Test func everyDivisionOfTheSameBytesIsAnotherVolume() {
    var divisions: [[Int]] = [
      [], [17], [0, 17], [17, 0], [0, 17, 0], [1, 1, 15], [11, 6], [1, 11, 5],
    ]
    for first in 1..<17 { divisions += [[first, 17 - first], [first, 0, 17 - first]] }
    // The pair 11 and 6 is in both lists.
    let ids = Set(divisions.map { Self.id($0) })
    #expect(ids.count == Set(divisions).count)
    #expect(ids.allSatisfy { $0.hasPrefix("sha256-") && $0.utf8.count == 71 })
  }

  @Test func otherBytesOrAnotherOrderAreAnotherVolume() {
    let (a, b) = (Array("aaaa".utf8), Array("bb".utf8))
    let ids = [
      Self.id([4, 2], of: a + b), Self.id([2, 4], of: b + a), Self.id([4, 2], of: b + a),
      Self.id([4, 2], of: a + Array("bc".utf8)),
    ]
    #expect(Set(ids).count == 4)
    #expect(Self.id([4, 2], of: a + b) == ids[0])
  }

  /// A file that has the text that is hashed as its bytes would have the same id; it is not read as a volume.
  @Test func noVolumeIsTheTextThatIsHashed() async throws {
    let text = Array("brgsa-series/1\n6\n6\n5\n\(ModelDigest.sha256(Self.bytes))\n".utf8)
    #expect(Self.id([6, 6, 5]) == Self.id([], of: text))
    let spool = NIfTISpool(text)
    let source = VolumeSource(
      fileDescriptor: spool.fileDescriptor, byteCount: spool.byteCount, sha256: [], owner: spool)
    // What is neither a ZIP nor has the word of DICOM files is read as NIfTI, compressed or not.
    let word = Array("DICM".utf8)
    #expect(
      text.first == UInt8(ascii: "b") && !text.indices.contains { text[$0...].starts(with: word) })
    await #expect(throws: InferenceError.self) {
      try await DiagnosisService().requireReadable(.file(source))
    }
  }
}
