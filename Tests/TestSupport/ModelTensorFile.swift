internal import StrictJSON

/// A `.safetensors` file in memory: read whole, changed at will, written without a check.
public struct ModelTensorFile: Sendable {
  /// One tensor with its bytes as they are stored.
  public struct Entry: Sendable {
    /// The tensor's name.
    public var name: String
    /// `F16`, `F32` and so on.
    public var format: String
    /// Extents, slowest axis first.
    public var shape: [Int]
    /// The stored bytes.
    public var bytes: [UInt8]

    /// A tensor of any name, format, shape and bytes, whether they fit each other or not.
    public init(name: String, format: String, shape: [Int], bytes: [UInt8]) {
      self.name = name
      self.format = format
      self.shape = shape
      self.bytes = bytes
    }
  }

  /// The tensors in the order of their bytes.
  public var entries: [Entry] = []
  /// The text members of `__metadata__`, in order.
  public var metadata: [(key: String, value: String)] = []

  /// An empty file.
  public init() {}

  /// Reads a well-formed file.
  public init(reading bytes: [UInt8]) throws {
    let size = bytes.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
    guard case .object(let header) = try JSON(parsing: bytes[8..<(8 + size)]) else {
      throw FixtureError.malformed("safetensors header")
    }
    for (name, value) in header.members {
      guard case .object(let members) = value else {
        throw FixtureError.malformed(name)
      }
      if name == "__metadata__" {
        metadata = members.members.map { ($0.key, $0.value.text ?? "") }
        continue
      }
      guard let format = members["dtype"]?.text, let shape = members["shape"]?.numbers,
        let range = members["data_offsets"]?.numbers
      else { throw FixtureError.malformed(name) }
      let data = bytes[(8 + size + Int(range[0]))..<(8 + size + Int(range[1]))]
      entries.append(
        Entry(name: name, format: format, shape: shape.map { Int($0) }, bytes: Array(data)))
    }
  }

  /// Reads fixture `name`.
  public init(fixture name: String) throws { try self.init(reading: Fixtures.bytes(name)) }

  /// The file: header size, header, and the tensors one after another.
  public var bytes: [UInt8] {
    var members = [
      "\"__metadata__\":{"
        + metadata.map { "\"\($0.key)\":\"\($0.value)\"" }.joined(separator: ",") + "}"
    ]
    var offset = 0
    for entry in entries {
      let end = offset + entry.bytes.count
      members.append(
        "\"\(entry.name)\":{\"dtype\":\"\(entry.format)\",\"shape\":\(entry.shape),"
          + "\"data_offsets\":[\(offset),\(end)]}")
      offset = end
    }
    return Self.bytes(
      header: "{" + members.joined(separator: ",") + "}", data: entries.flatMap(\.bytes))
  }

  /// A file with any header text before `data`.
  public static func bytes(header: String, data: [UInt8]) -> [UInt8] {
    let header = Array(header.utf8)
    return withUnsafeBytes(of: UInt64(header.count).littleEndian) { Array($0) } + header + data
  }

  /// The tensor `name`; setting nil removes it, setting a new one adds it at the end.
  public subscript(_ name: String) -> Entry? {
    get { entries.first { $0.name == name } }
    set {
      let index = entries.firstIndex { $0.name == name }
      switch (index, newValue) {
      case (let index?, let value?): entries[index] = value
      case (let index?, nil): entries.remove(at: index)
      case (nil, let value?): entries.append(value)
      case (nil, nil): break
      }
    }
  }
}
