internal import Formats
internal import Hashing
public import StrictJSON

/// An event of the audit log. It records who did what and when, and the outcome. It contains no free text from
/// clients.
public struct AuditEvent: Sendable, Equatable {
  /// The time of the event, in RFC 3339 format and UTC.
  public let time: String
  /// The kind of the event, for example `request` or `start`.
  public let kind: String
  /// The other members of the event's line.
  public let fields: JSONObject

  /// Makes an event.
  public init(time: String, kind: String, _ fields: JSONObject = [:]) {
    self.time = time
    self.kind = kind
    self.fields = fields
  }
}

/// Makes the lines of an audit log. Each line contains its number and the hash of the previous line. A line that is
/// changed, removed or inserted therefore breaks the chain.
///
/// Each line is a JSON object. Its last member is `hash`, the SHA-256 of the object without this member.
public struct AuditChain: Sendable, Equatable {
  /// The number of the last line; 0 if the chain has no lines.
  public private(set) var sequence: Int
  /// The hash of the last line as 64 hexadecimal digits; all zeros if the chain has no lines.
  public private(set) var hash: String

  /// Makes a chain without lines.
  public init() { self.init(sequence: 0, hash: String(repeating: "0", count: 64)) }

  private init(sequence: Int, hash: String) {
    self.sequence = sequence
    self.hash = hash
  }

  /// Adds an event to the chain. Returns the line of the event, including the line feed.
  public mutating func line(_ event: AuditEvent) -> [UInt8] {
    sequence += 1
    let start: JSONObject = [
      "seq": .integer(sequence), "time": .string(event.time), "event": .string(event.kind),
    ]
    let body = JSON.object(start + event.fields + ["previous": .string(hash)]).bytes
    hash = Self.hash(of: body)
    return body.dropLast() + Self.ending(hash) + [UInt8(ascii: "\n")]
  }

  /// Makes the chain that ends with a line; nil if the text is not a line of an audit log. Earlier lines are not
  /// needed.
  ///
  /// - Parameter line: The line without its line feed.
  public init?(endingWith line: some Collection<UInt8>) {
    guard let (chain, _) = Self.parsed(line) else { return nil }
    self = chain
  }

  /// True if the bytes can be the start of a line.
  static func isBeginning(_ bytes: some Collection<UInt8>) -> Bool {
    let beginning = Array("{\"seq\":".utf8)
    return bytes.starts(with: beginning) || !bytes.isEmpty && beginning.starts(with: bytes)
  }

  /// Returns the chain extended by a line. Returns nil if the line is not valid or does not follow the last line.
  ///
  /// - Parameter line: The line without its line feed.
  func adding(_ line: some Collection<UInt8>) -> AuditChain? {
    guard let (next, previous) = Self.parsed(line), next.sequence == sequence + 1, previous == hash
    else { return nil }
    return next
  }

  private static func parsed(
    _ line: some Collection<UInt8>
  ) -> (chain: AuditChain, previous: String)? {
    let line = Array(line)
    let endingLength = ending(String(repeating: "0", count: 64)).count
    guard line.count > endingLength else { return nil }
    let body = line.dropLast(endingLength) + [UInt8(ascii: "}")]
    let hash = hash(of: body)
    guard line.suffix(endingLength).elementsEqual(ending(hash)),
      let object = try? JSON(parsing: Array(body)),
      let sequence = object["seq"]?.integer(in: 0...JSONNumber.exactIntegers.upperBound),
      let previous = object["previous"]?.text
    else { return nil }
    return (AuditChain(sequence: sequence, hash: hash), previous)
  }

  private static func ending(_ hash: String) -> [UInt8] { Array(",\"hash\":\"\(hash)\"}".utf8) }

  private static func hash(of body: some Collection<UInt8>) -> String {
    hexadecimal(SHA256.hash(data: Array(body)))
  }
}
