internal import Formats
internal import Hashing

/// The `id` of a volume: `sha256-` and 64 hexadecimal digits that depend only on the received
/// bytes.
///
/// - For one file: the SHA-256 of its bytes.
/// - For files that lie in a form or a folder: the SHA-256 of an ASCII text, whose lines are
///   `brgsa-series/1`, the length of each file in bytes, and the SHA-256 of all their bytes in 64
///   hexadecimal digits; each line ends with a line feed. The lengths are in it because the same
///   bytes, split differently, are different files. A form with one file has another `id` than the
///   file alone, which may be a ZIP and is read as one.
///
/// No file of a volume starts with that text or equals it, so ids of one kind never equal those of
/// the other.
enum VolumeIdentity {
  private static let label = "brgsa-series/1"

  /// - Parameters:
  ///   - sha256: SHA-256 of all bytes: 32 bytes.
  ///   - parts: Lengths of the files in order; empty for a single file.
  static func id(sha256: some Sequence<UInt8>, parts: [Int]) -> String {
    let digits = hexadecimal(sha256)
    guard !parts.isEmpty else { return "sha256-\(digits)" }
    let lines = [label] + parts.map { "\($0)" } + [digits]
    let text = lines.map { "\($0)\n" }.joined()
    return "sha256-" + hexadecimal(SHA256.hash(data: Array(text.utf8)))
  }
}
