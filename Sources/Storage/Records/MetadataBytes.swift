import Formats

/// Encodes tags and metadata as bytes.
///
/// Each text is stored as its length, followed by its UTF-8 bytes. The length is a little-endian integer of four bytes.
/// The length 0xffffffff represents a missing text. Tags are sorted by the bytes of their names, so that equal metadata
/// always has equal bytes.
enum MetadataBytes {
  /// The name of the tag that contains a volume's display name. No other tag has an empty name. Storing the display
  /// name as a tag lets older versions read the row.
  private static let nameTag = ""

  static func encode(_ metadata: VolumeMetadata) -> [UInt8] {
    var bytes: [UInt8] = []
    append(metadata.accession, to: &bytes)
    append(metadata.studyUID, to: &bytes)
    append(metadata.seriesUID, to: &bytes)
    return bytes + encode(allTags(of: metadata))
  }

  /// The tags of a volume, including the one that contains its display name.
  static func allTags(of metadata: VolumeMetadata) -> [String: String] {
    var tags = metadata.tags
    tags[nameTag] = metadata.name
    return tags
  }

  static func encode(_ tags: [String: String]) -> [UInt8] {
    var bytes: [UInt8] = []
    for (name, value) in tags.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
      append(name, to: &bytes)
      append(value, to: &bytes)
    }
    return bytes
  }

  /// - Returns: The metadata, or nil if ``encode(_:)`` cannot have written the bytes.
  static func metadata(_ bytes: UnsafeRawBufferPointer) -> VolumeMetadata? {
    var reader = Reader(bytes: bytes)
    guard let accession = reader.text(), let study = reader.text(), let series = reader.text(),
      var tags = reader.tags()
    else { return nil }
    let name = tags.removeValue(forKey: nameTag)
    return VolumeMetadata(
      name: name, tags: tags, accession: accession, studyUID: study, seriesUID: series)
  }

  /// - Returns: The tags, or nil if ``encode(_:)`` cannot have written the bytes.
  static func tags(_ bytes: UnsafeRawBufferPointer) -> [String: String]? {
    var reader = Reader(bytes: bytes)
    return reader.tags()
  }

  private static let missing: UInt32 = .max

  private static func append(_ text: String?, to bytes: inout [UInt8]) {
    let length = text.map { UInt32(clamping: $0.utf8.count) } ?? missing
    bytes.append(littleEndian: length)
    if let text { bytes.append(contentsOf: text.utf8) }
  }

  private struct Reader {
    let bytes: UnsafeRawBufferPointer
    var position = 0

    /// - Returns: nil if the bytes are not a valid text, and `.some(nil)` for a missing text.
    mutating func text() -> String?? {
      guard bytes.count - position >= 4 else { return nil }
      let raw = bytes.loadUnaligned(fromByteOffset: position, as: UInt32.self)
      position += 4
      let length = UInt32(littleEndian: raw)
      if length == missing { return .some(nil) }
      guard bytes.count - position >= Int(length) else { return nil }
      let slice = bytes[position..<position + Int(length)]
      position += Int(length)
      guard let text = String(validating: slice, as: UTF8.self) else { return nil }
      return .some(text)
    }

    mutating func tags() -> [String: String]? {
      guard position < bytes.count else { return [:] }
      // Reserves capacity for a few tags, because growing the dictionary takes most of the time.
      var tags = [String: String](minimumCapacity: 3)
      while position < bytes.count {
        guard case .some(.some(let name)) = text(), case .some(.some(let value)) = text() else {
          return nil
        }
        tags[name] = value
      }
      return tags
    }
  }
}
