internal import Formats
internal import Hashing

/// Computes the `id` of a volume: `sha256-` and 64 hexadecimal digits that depend only on the received bytes.
///
/// - One file: the SHA-256 of its bytes.
/// - Several files, from a form or a folder: the SHA-256 of an ASCII text. The lines of the text are `brgsa-series/1`,
///   the length of each file in bytes, and the SHA-256 of the bytes of all files in 64 hexadecimal digits. A line feed
///   ends each line.
///
/// The text contains the lengths because the same bytes, split differently, are different files. A form with one file
/// gets a different `id` than the same file alone, because the file alone is read as a ZIP if it is one.
///
/// No file of a volume starts with such a text, so the two kinds of ids never collide.
enum VolumeIdentity {
  private static let label = "brgsa-series/1"

  /// Returns the id of one or several files.
  ///
  /// - Parameters:
  ///   - sha256: SHA-256 of all bytes, 32 bytes.
  ///   - parts: Lengths of the files in order; empty for a single file.
  static func id(sha256: some Sequence<UInt8>, parts: [Int]) -> String {
    let digits = hexadecimal(sha256)
    guard !parts.isEmpty else { return "sha256-\(digits)" }
    let lines = [label] + parts.map { "\($0)" } + [digits]
    let text = lines.map { "\($0)\n" }.joined()
    return "sha256-" + hexadecimal(SHA256.hash(data: Array(text.utf8)))
  }
}
