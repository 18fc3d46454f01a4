internal import Formats
internal import Hashing

/// A key that clients send as `Authorization: Bearer …`. The service stores only its digest.
public struct AccessKey: Sendable, Equatable {
  /// The name of the key's owner, for logs. It has 1 to 64 letters, digits, `.`, `_` and `-`.
  public let name: String
  /// The SHA-256 digest of the key: 32 bytes.
  public let digest: [UInt8]
  /// The scopes that the key grants.
  public let scopes: Set<Scope>

  /// Why a list of keys is invalid. Line numbers start at 1.
  public enum Fault: Error, Sendable, Equatable {
    /// A line does not have the form `name sha-256 scope,scope`.
    case malformed(line: Int)
    /// A line contains an unknown scope.
    case unknownScope(line: Int)
    /// A name or digest occurs more than once.
    case repeated(line: Int)
    /// The list contains no key. Such a list would lock out all clients.
    case empty
  }

  /// Reads a list with one key per line: `name sha-256 scope,scope`. Skips empty lines and lines that start with `#`.
  ///
  /// - Throws: ``Fault``.
  public static func list(_ text: String) throws(Fault) -> [AccessKey] {
    var keys: [AccessKey] = []
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    for (index, line) in lines.enumerated() {
      let words = line.split { $0 == " " || $0 == "\t" || $0 == "\r" }
      guard let first = words.first, !first.hasPrefix("#") else { continue }
      let key = try AccessKey(words, line: index + 1)
      guard !keys.contains(where: { $0.name == key.name || $0.digest == key.digest }) else {
        throw .repeated(line: index + 1)
      }
      keys.append(key)
    }
    guard !keys.isEmpty else { throw .empty }
    return keys
  }

  private init(_ words: [Substring], line: Int) throws(Fault) {
    guard words.count == 3, Self.isName(words[0]), let digest = Self.bytes(ofDigits: words[1])
    else { throw .malformed(line: line) }
    var scopes: Set<Scope> = []
    for word in words[2].split(separator: ",", omittingEmptySubsequences: false) {
      guard let scope = Scope(rawValue: String(word)) else { throw .unknownScope(line: line) }
      scopes.insert(scope)
    }
    self.init(name: String(words[0]), digest: digest, scopes: scopes)
  }

  private init(name: String, digest: [UInt8], scopes: Set<Scope>) {
    self.name = name
    self.digest = digest
    self.scopes = scopes
  }

  /// Makes a key from 256 random bits.
  ///
  /// - Parameter name: The name of the key's owner; see ``isName(_:)``.
  /// - Returns: The secret that the client sends, and the key that the service stores.
  public static func random(
    name: String, scopes: Set<Scope>
  ) -> (secret: String, key: AccessKey) {
    let secret = "brgsa_" + RequestID.random() + RequestID.random()
    return (secret, AccessKey(name: name, digest: Self.digest(of: secret.utf8), scopes: scopes))
  }

  /// The line that represents the key in a list.
  public var line: String {
    let words = Scope.allCases.filter(scopes.contains).map(\.rawValue).joined(separator: ",")
    return "\(name) \(hexadecimal(digest)) \(words)"
  }

  /// True if `text` is a valid name of a key.
  public static func isName(_ text: some StringProtocol) -> Bool {
    (1...64).contains(text.utf8.count)
      && text.utf8.allSatisfy {
        ASCII.isLetter($0) || ASCII.isDigit($0) || "._-".utf8.contains($0)
      }
  }

  static func digest(of secret: some Sequence<UInt8>) -> [UInt8] {
    Array(SHA256.hash(data: Array(secret)))
  }

  private static func bytes(ofDigits text: Substring) -> [UInt8]? {
    text.utf8.count == 64 ? Array(hexadecimal: text) : nil
  }
}
