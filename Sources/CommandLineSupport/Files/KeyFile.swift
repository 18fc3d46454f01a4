internal import Files
package import HTTP

/// The file that contains the digests of the clients' API keys. Only its owner may have access.
package struct KeyFile {
  package let path: String

  package typealias Fault = PrivateFile.Fault

  package init(path: String) { self.path = path }

  /// Reads the keys in the file.
  ///
  /// - Throws: ``Fault``.
  package func keys() throws(Fault) -> [AccessKey] {
    let text = try text()
    do throws(AccessKey.Fault) {
      return try AccessKey.list(text)
    } catch {
      throw Fault(words: Self.words(for: error))
    }
  }

  /// Reads the lines of the file. Returns no lines if the file does not exist.
  ///
  /// - Throws: ``Fault``.
  package func lines() throws(Fault) -> [String] {
    guard FileSystem.exists(path) else { return [] }
    return try text().split(whereSeparator: \.isNewline).map(String.init)
  }

  /// Replaces the content of the file.
  ///
  /// - Throws: ``Fault``. The file is then unchanged.
  package func replace(with lines: [String]) throws(Fault) {
    try PrivateFile.replace(path, with: Array((lines.joined(separator: "\n") + "\n").utf8))
  }

  private func text() throws(Fault) -> String {
    String(decoding: try PrivateFile(path: path, forbiddenMode: 0o077).bytes(), as: UTF8.self)
  }

  private static func words(for fault: AccessKey.Fault) -> String {
    switch fault {
    case .malformed(let line): "line \(line) does not have the form “name sha-256 scope,scope”"
    case .unknownScope(let line): "line \(line) has an unknown scope; allowed are \(scopes)"
    case .repeated(let line): "line \(line) repeats a name or a digest"
    case .empty: "has no key, so no client would have access; make one with brgsa keys add"
    }
  }

  /// The names of all scopes, separated by commas.
  package static var scopes: String { Scope.allCases.map(\.rawValue).joined(separator: ", ") }
}
