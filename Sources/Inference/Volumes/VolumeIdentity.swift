internal import Formats
internal import Hashing

/// The `id` of a volume: `sha256-` and 64 hexadecimal digits that depend on nothing but what was received.
///
/// - For one file: the SHA-256 of its bytes.
/// - For files that lie in a form or a folder: the SHA-256 of an ASCII text, whose lines are `brgsa-series/1`, the length of each
///   file in bytes, and the SHA-256 of all their bytes in 64 hexadecimal digits; each line ends with a line feed. The lengths
///   are in it because the same bytes divided otherwise are other files. A form with one file has another `id` than the file
///   alone, which may be a ZIP and is read as one.
///
/// No file that is read as a volume begins with that text or is it, so an `id` of one kind is never one of the other.
enum VolumeIdentity {
  private static let label = "brgsa-series/1"

  /// - Parameters:
  ///   - sha256: Of all bytes: 32 bytes.
  ///   - parts: Lengths of the files in their order; empty for one file that came alone.
  static func id(sha256: some Sequence<UInt8>, parts: [Int]) -> String {
    let digits = hexadecimal(sha256)
    guard !parts.isEmpty else { return "sha256-\(digits)" }
    let lines = [label] + parts.map { "\($0)" } + [digits]
    let text = lines.map { "\($0)\n" }.joined()
    return "sha256-" + hexadecimal(SHA256.hash(data: Array(text.utf8)))
  }
}
