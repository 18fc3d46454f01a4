internal import Formats
internal import Hashing

/// The `id` of a volume: `sha256-` and 64 hexadecimal digits that depend only on the received bytes.
///
/// - For one file: the SHA-256 of its bytes.
/// - For the files of a form or a folder: the SHA-256 of an ASCII text. Its lines are `brgsa-series/1`, the length of
///   each file in bytes, and the SHA-256 of the bytes of all files in 64 hexadecimal digits. Each line ends with a line
///   feed. The text contains the lengths because the same bytes, split differently, are different files. A form with
///   one file has another `id` than the file alone: the file alone may be a ZIP and is read as one.
///
/// No file of a volume starts with such a text, so an id of one kind never equals an id of the other kind.
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
