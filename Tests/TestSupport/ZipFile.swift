import CZlib

/// Writes ZIPs entry by entry, right or wrong.
public struct ZipFile: Sendable {
  /// A file of the ZIP; what is set besides name and content is a lie or a feature.
  public struct Entry: Sendable {
    /// As it stands in the directory and before the content.
    public var name: String
    /// The bytes.
    public var content: [UInt8]
    /// Whether they are deflated.
    public var isCompressed = true
    /// General purpose flags.
    public var flags = 0
    /// The method's number, if another than the true one is to be named.
    public var method: Int?
    /// Length that the directory declares.
    public var declaredBytes: Int?
    /// CRC-32 that the directory declares.
    public var declaredChecksum: UInt32?
    /// Mode of the file in the directory, as Unix has it.
    public var mode = 0o100644
    /// Extra field and comment in the directory.
    public var extra: [UInt8] = []
    /// See ``extra``.
    public var comment: [UInt8] = []
    /// Entry whose place in the file is named instead of the own one.
    public var placeOf: Int?

    /// A right entry.
    public init(_ name: String, _ content: [UInt8]) {
      self.name = name
      self.content = content
    }
  }

  /// The files.
  public var entries: [Entry]
  /// Bytes before the first entry.
  public var prefix: [UInt8] = []
  /// Number of entries that the end declares.
  public var declaredCount: Int?

  /// A ZIP of right entries.
  public init(_ files: [(name: String, content: [UInt8])] = []) {
    entries = files.map { Entry($0.name, $0.content) }
  }

  /// The whole file.
  public func bytes() -> [UInt8] {
    var file = prefix
    var places: [Int] = []
    var bodies: [[UInt8]] = []
    for entry in entries {
      let body =
        entry.isCompressed ? NIfTIGzip.deflated(entry.content, flush: Z_FINISH) : entry.content
      places.append(file.count)
      bodies.append(body)
      file += number32(0x0403_4b50) + number16(20) + common(entry, body)
      file += number16(entry.name.utf8.count) + number16(0) + Array(entry.name.utf8) + body
    }
    let start = file.count
    for (index, entry) in entries.enumerated() {
      file += number32(0x0201_4b50) + number16(0x0314) + number16(20)
      file += common(entry, bodies[index]) + number16(entry.name.utf8.count)
      file +=
        number16(entry.extra.count) + number16(entry.comment.count) + number16(0) + number16(0)
      file += number32(entry.mode << 16) + number32(places[entry.placeOf ?? index])
      file += Array(entry.name.utf8) + entry.extra + entry.comment
    }
    let count = declaredCount ?? entries.count
    let length = file.count - start
    return file + number32(0x0605_4b50) + number16(0) + number16(0) + number16(count)
      + number16(count) + number32(length) + number32(start) + number16(0)
  }

  /// Flags to lengths, which both headers of an entry have.
  private func common(_ entry: Entry, _ body: [UInt8]) -> [UInt8] {
    let checksum =
      entry.declaredChecksum
      ?? UInt32(truncatingIfNeeded: NIfTIGzip.checksum(entry.content))
    return number16(entry.flags) + number16(entry.method ?? (entry.isCompressed ? 8 : 0))
      + number32(0) + number32(Int(checksum)) + number32(body.count)
      + number32(entry.declaredBytes ?? entry.content.count)
  }

  private func number16(_ value: Int) -> [UInt8] {
    NIfTIGzip.littleEndian(UInt16(truncatingIfNeeded: value))
  }

  private func number32(_ value: Int) -> [UInt8] {
    NIfTIGzip.littleEndian(UInt32(truncatingIfNeeded: value))
  }
}
