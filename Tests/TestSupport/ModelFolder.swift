internal import Glibc

/// A model directory of its own that starts as the tiny model: its files are links into the fixtures
/// until they are replaced. The folder goes when the object goes.
public final class ModelFolder: Sendable {
  /// The folder.
  public let path: String

  /// The files of a model directory besides the manifest.
  public static let fileNames = [
    "config.json", "model.safetensors", "selftest.safetensors", "vocab.txt",
  ]

  /// Makes the folder.
  public init() throws(FixtureError) {
    var template = Array("/tmp/brgsa-model-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else {
      throw .inaccessible(path: "/tmp", errno: errno)
    }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    for name in Self.fileNames + ["SHA256SUMS"] {
      guard symlink("\(Fixtures.tinyModel)/\(name)", "\(path)/\(name)") == 0 else {
        throw .inaccessible(path: "\(path)/\(name)", errno: errno)
      }
    }
  }

  /// The tiny model with `files` instead of its own, and a manifest that agrees with them.
  public convenience init(replacing files: [String: [UInt8]]) throws(FixtureError) {
    try self.init()
    for (name, bytes) in files { try write(bytes, as: name) }
    try seal(changed: files)
  }

  /// The tiny model with other weights.
  public convenience init(weights: ModelTensorFile) throws(FixtureError) {
    try self.init(replacing: ["model.safetensors": weights.bytes])
  }

  /// Makes or replaces a file; the manifest stays.
  public func write(_ bytes: [UInt8], as name: String) throws(FixtureError) {
    try FixtureFile.write(bytes, to: "\(path)/\(name)")
  }

  /// Removes a file.
  public func remove(_ name: String) { unlink("\(path)/\(name)") }

  /// Gives a file of its own the length `bytes`; what is new is zero and takes no room on the disk.
  public func resize(_ name: String, to bytes: Int) { truncate("\(path)/\(name)", bytes) }

  /// Writes a manifest: of the fixtures, with the digests of the `changed` files.
  public func seal(changed files: [String: [UInt8]]) throws(FixtureError) {
    let manifest = try FixtureFile.read("\(Fixtures.tinyModel)/SHA256SUMS")
    let lines = String(decoding: manifest, as: UTF8.self).split(separator: "\n").map { line in
      guard let name = line.split(separator: "  ").last.map({ String($0) }),
        let bytes = files[name]
      else { return String(line) }
      return "\(ModelDigest.sha256(bytes))  \(name)"
    }
    let listed = Set(Self.fileNames)
    let others = files.filter { !listed.contains($0.key) }.sorted { $0.key < $1.key }
      .map { "\(ModelDigest.sha256($0.value))  \($0.key)" }
    try write(Array(((lines + others).joined(separator: "\n") + "\n").utf8), as: "SHA256SUMS")
  }

  deinit {
    for name in Self.fileNames + ["SHA256SUMS", DomainSample.fileName] { remove(name) }
    rmdir(path)
  }
}
