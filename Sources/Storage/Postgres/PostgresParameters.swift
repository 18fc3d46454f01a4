import CLibPQ

/// The values of a statement in PostgreSQL's binary format, as libpq expects them.
///
/// Integers are sent as `bigint`. The server infers the type of any other value from its place in the statement. The
/// binary formats of `text` and `bytea` are their plain bytes.
struct PostgresParameters {
  let types: [Oid]
  /// The addresses of the values; nil for null.
  let addresses: [UnsafePointer<CChar>?]
  let lengths: [Int32]
  let formats: [Int32]

  var count: Int32 { Int32(clamping: types.count) }

  /// Returns the types of the values as declared to the server. 0 lets the server infer the type.
  static func types(of values: [SQLValue]) -> [Oid] {
    values.map { if case .integer = $0 { PostgresType.int8 } else { 0 } }
  }

  /// Passes the values to `body`. Their addresses are valid only during the call.
  static func with<Value>(_ values: [SQLValue], _ body: (PostgresParameters) -> Value)
    throws(PostgresFailure) -> Value
  {
    let sizes = values.map(\.postgresSize)
    guard sizes.allSatisfy({ $0 <= Int(Int32.max) }) else { throw .valueTooLarge }
    // All values share one block of memory that is never empty. An empty value thus has an address too. libpq would
    // send a value without an address as null.
    let memory = UnsafeMutableRawBufferPointer.allocate(
      byteCount: max(sizes.reduce(0, +), 1), alignment: 1)
    defer { memory.deallocate() }
    var addresses: [UnsafePointer<CChar>?] = []
    var offset = 0
    for (value, size) in zip(values, sizes) {
      let place = UnsafeMutableRawBufferPointer(rebasing: memory[offset..<offset + size])
      value.write(to: place)
      let isNull = if case .null = value { true } else { false }
      let start = memory.baseAddress?.advanced(by: offset).assumingMemoryBound(to: CChar.self)
      addresses.append(isNull ? nil : start.map { UnsafePointer($0) })
      offset += size
    }
    return body(
      PostgresParameters(
        types: types(of: values), addresses: addresses, lengths: sizes.map { Int32(clamping: $0) },
        formats: values.map { _ in 1 }))
  }
}

/// The OIDs of PostgreSQL's types, from pg_type.dat.
enum PostgresType {
  static let bool: Oid = 16
  static let bytea: Oid = 17
  static let int8: Oid = 20
  static let int2: Oid = 21
  static let int4: Oid = 23
  static let text: Oid = 25
  static let varchar: Oid = 1043
}

extension SQLValue {
  /// Size of the binary format in bytes.
  fileprivate var postgresSize: Int {
    switch self {
    case .null: 0
    case .integer: MemoryLayout<Int64>.size
    case .text(let text): text.utf8.count
    case .bytes(let bytes): bytes.count
    case .floats(let floats): floats.count * MemoryLayout<Float>.stride
    }
  }

  /// Writes the binary format to `memory`, which has ``postgresSize`` bytes.
  fileprivate func write(to memory: UnsafeMutableRawBufferPointer) {
    switch self {
    case .null: break
    case .integer(let value):
      withUnsafeBytes(of: Int64(value).bigEndian) { memory.copyMemory(from: $0) }
    case .text(var text): text.withUTF8 { memory.copyMemory(from: UnsafeRawBufferPointer($0)) }
    case .bytes(let bytes): bytes.withUnsafeBytes { memory.copyMemory(from: $0) }
    case .floats(let floats): floats.withUnsafeBytes { memory.copyMemory(from: $0) }
    }
  }
}
