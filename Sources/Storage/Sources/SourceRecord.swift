/// A part of the file that a volume was read from.
struct SourceRecord: Sendable {
  /// The index of the part in the file.
  var place: Int
  /// The number of parts of the file; 0 in all parts but the last.
  var parts: Int
  var volumeID: String
  var bytes: [UInt8]

  /// The size of a part in bytes. The last part may be smaller.
  static let partBytes = 1 << 20
  /// The number of parts that one transaction writes or reads. A small number saves memory and keeps the waits of other
  /// writes short.
  static let partsPerTransaction = 8

  /// The integers precede the id, so that the column types differ from those of a prompt set.
  static let table = Table(
    .source, checksum: "source", blank: SourceRecord(place: 0, parts: 0, volumeID: "", bytes: []),
    [
      .integer("place", \.place, in: 0...(.max)), .integer("parts", \.parts, in: 0...(.max)),
      .text("volume_id", \.volumeID), .checksum, .bytes("bytes", \.bytes),
    ])
}
