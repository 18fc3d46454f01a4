import Hashing
import Testing

@Suite struct SHA256Tests {
  private static func text(_ digest: [UInt8]) -> String {
    digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  /// Source: the examples of FIPS 180-4 that NIST publishes, and `sha256sum` of a million letters.
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
    (
      String(repeating: "a", count: 1_000_000),
      "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
    ),
  ])
  func publishedExamples(_ message: String, _ digest: String) {
    #expect(Self.text(SHA256.hash(data: Array(message.utf8))) == digest)
    // Bytes that do not lie one behind the other in memory.
    #expect(Self.text(SHA256.hash(data: Array(message.utf8).lazy.map { $0 })) == digest)
  }

  @Test func piecesOfAnySizeGiveTheDigestOfTheWhole() {
    let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0 * 37) }
    let whole = SHA256.hash(data: bytes)
    #expect(whole.count == SHA256.byteCount)
    for step in [1, 3, 63, 64, 65, 127, 1000] {
      var hash = SHA256()
      for start in stride(from: 0, to: bytes.count, by: step) {
        hash.update(data: bytes[start..<min(start + step, bytes.count)])
        // A digest in between, and a copy, change nothing.
        var copy = hash
        copy.update(data: [1])
        _ = hash.finalize()
      }
      hash.update(data: [])
      #expect(hash.finalize() == whole, "pieces of \(step)")
    }
  }
}
