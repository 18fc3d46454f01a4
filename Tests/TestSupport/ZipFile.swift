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

  /// Whether all sizes and places stand in fields of 64 bits, as programs write that do not know sizes beforehand.
  public var is64 = false
  /// Whether checksum and sizes stand behind each entry, as programs write that write to a pipe; with the signature or without.
  public var descriptor = Descriptor.none
  /// The archive's comment.
  public var comment: [UInt8] = []
  /// Bytes behind the end.
  public var suffix: [UInt8] = []
  /// Changes the record of ZIP64, its locator and the end, in this order, before they are written.
  public var changeEnd: @Sendable (inout [UInt8]) -> Void = { _ in }

  /// What stands behind an entry.
  public enum Descriptor: Sendable, CaseIterable {
    /// Nothing; with a signature; without one.
    case none, signed, plain
  }

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
      file += number32(0x0403_4b50) + number16(is64 ? 45 : 20)
      file += common(entry, body, isLocal: true)
      let sizes = descriptor == .none ? [entry.content.count, body.count] : [0, 0]
      let extra = is64 ? number16(1) + number16(16) + sizes.flatMap(number64) : []
      file += number16(entry.name.utf8.count) + number16(extra.count) + Array(entry.name.utf8)
      file += extra + body + trailer(entry, body)
    }
    let start = file.count
    for (index, entry) in entries.enumerated() {
      file += number32(0x0201_4b50) + number16(0x0314) + number16(is64 ? 45 : 20)
      file += common(entry, bodies[index], isLocal: false) + number16(entry.name.utf8.count)
      let place = places[entry.placeOf ?? index]
      let long = [entry.declaredBytes ?? entry.content.count, bodies[index].count, place]
      let extra =
        (is64 ? number16(1) + number16(24) + long.flatMap(number64) : []) + entry.extra
      file += number16(extra.count) + number16(entry.comment.count) + number16(0) + number16(0)
      file += number32(entry.mode << 16) + number32(is64 ? -1 : place)
      file += Array(entry.name.utf8) + extra + entry.comment
    }
    var end = self.end(start: start, byteCount: file.count - start)
    changeEnd(&end)
    return file + end + comment + suffix
  }

  /// The records at the end.
  private func end(start: Int, byteCount: Int) -> [UInt8] {
    let count = declaredCount ?? entries.count
    guard is64 else {
      return number32(0x0605_4b50) + number32(0) + number16(count) + number16(count)
        + number32(byteCount) + number32(start) + number16(comment.count)
    }
    let record =
      number32(0x0606_4b50) + number64(44) + number16(0x032d) + number16(45) + number32(0)
      + number32(0) + [count, count, byteCount, start].flatMap(number64)
    let locator = number32(0x0706_4b50) + number32(0) + number64(start + byteCount) + number32(1)
    return record + locator + number32(0x0605_4b50) + number32(0) + number32(-1) + number32(-1)
      + number32(-1) + number16(comment.count)
  }

  /// Flags to lengths, which both headers of an entry have.
  private func common(_ entry: Entry, _ body: [UInt8], isLocal: Bool) -> [UInt8] {
    let flags = entry.flags | (descriptor == .none ? 0 : 8)
    let method = entry.method ?? (entry.isCompressed ? 8 : 0)
    let sizes =
      is64
      ? [-1, -1]
      : isLocal && descriptor != .none
        ? [0, 0] : [body.count, entry.declaredBytes ?? entry.content.count]
    let checksum = isLocal && descriptor != .none ? 0 : self.checksum(entry)
    return number16(flags) + number16(method) + number32(0) + number32(checksum)
      + sizes.flatMap(number32)
  }

  private func checksum(_ entry: Entry) -> Int {
    Int(
      entry.declaredChecksum ?? UInt32(truncatingIfNeeded: NIfTIGzip.checksum(entry.content)))
  }

  private func trailer(_ entry: Entry, _ body: [UInt8]) -> [UInt8] {
    guard descriptor != .none else { return [] }
    let sizes = [body.count, entry.content.count].flatMap(is64 ? number64 : number32)
    return (descriptor == .signed ? number32(0x0807_4b50) : []) + number32(checksum(entry)) + sizes
  }

  private func number64(_ value: Int) -> [UInt8] { NIfTIGzip.littleEndian(UInt64(value)) }

  private func number16(_ value: Int) -> [UInt8] {
    NIfTIGzip.littleEndian(UInt16(truncatingIfNeeded: value))
  }

  private func number32(_ value: Int) -> [UInt8] {
    NIfTIGzip.littleEndian(UInt32(truncatingIfNeeded: value))
  }
}
