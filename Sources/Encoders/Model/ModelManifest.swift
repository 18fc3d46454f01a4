internal import Formats
internal import Hashing

/// The file `SHA256SUMS` of a model directory, in the format of the command `sha256sum`.
struct ModelManifest: Sendable {
  /// The digest of each file in hexadecimal, by file name.
  private let digests: [String: String]

  static let fileName = "SHA256SUMS"
  private static let sizeLimit = 64 << 10

  init(directory: String) throws(ModelError) {
    let bytes = try ModelFile(
      directory: directory, name: Self.fileName, limit: Self.sizeLimit
    ).contents()
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw .manifest(reason: "is not UTF-8")
    }
    var digests: [String: String] = [:]
    for line in text.split(separator: "\n") {
      let fields = line.split(separator: "  ", maxSplits: 1)
      guard fields.count == 2, fields[0].utf8.count == 64,
        fields[0].utf8.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit })
      else { throw .manifest(reason: "has a line that is not “digest, two spaces, file name”") }
      guard digests.updateValue(fields[0].lowercased(), forKey: String(fields[1])) == nil else {
        throw .manifest(reason: "lists a file twice")
      }
    }
    self.digests = digests
  }

  /// Checks the SHA-256 of `file` against the manifest.
  ///
  /// - Throws: ``ModelError``.
  func verify(_ file: ModelFile) throws(ModelError) {
    guard try file.digest() == digest(of: file.name) else {
      throw .digestMismatch(file: file.name)
    }
  }

  /// Returns the SHA-256 that the manifest lists for a file, in hexadecimal.
  func digest(of name: String) throws(ModelError) -> String {
    guard let digest = digests[name] else { throw .manifest(reason: "does not list \(name)") }
    return digest
  }

  /// Returns the SHA-256 of the manifest's lines for the given files, in hexadecimal.
  ///
  /// For the files that determine an embedding, this is the model's fingerprint. It does not depend on the directory's
  /// path or on other files.
  func fingerprint(of names: [String]) -> String {
    var hash = SHA256()
    for name in names {
      hash.update(data: Array("\(digests[name] ?? "")  \(name)\n".utf8))
    }
    return hexadecimal(hash.finalize())
  }
}
