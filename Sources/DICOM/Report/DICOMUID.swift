internal import Hashing

/// A DICOM unique identifier (UID).
struct DICOMUID: Sendable, Equatable {
  /// The UID as text: numbers separated by dots.
  let text: String

  /// Makes a UID from `text`; nil if `text` is not a valid UID.
  ///
  /// - Source: DICOM PS3.5, 9.1: at most 64 characters, and only the number 0 may start with 0.
  init?(_ text: String) {
    let numbers = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
    guard text.utf8.count <= 64, numbers.count > 1,
      numbers.allSatisfy({ number in
        number.allSatisfy(digits.contains)
          && (number.count == 1 || (number.first.map { $0 != digits.lowerBound } ?? false))
      })
    else { return nil }
    self.text = text
  }

  /// Derives a UID from a name. The same name always gives the same UID.
  ///
  /// - Source: DICOM PS3.5, B.2 (`2.25.` followed by a UUID as a number); RFC 9562, 5.8 and B.2 (a version 8 UUID
  ///   from the SHA-256 of a name).
  init(named name: String) {
    var bytes = Array(SHA256.hash(data: Array(name.utf8)).prefix(16))
    bytes[6] = bytes[6] & 0x0F | 0x80
    bytes[8] = bytes[8] & 0x3F | 0x80
    text = "2.25.\(bytes.reduce(UInt128(0)) { $0 << 8 | UInt128($1) })"
  }
}
