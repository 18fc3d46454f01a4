/// A folder with a model: `config.json`, `vocab.txt`, `model.safetensors`, `selftest.safetensors` and
/// their digests in `SHA256SUMS`. The only reader of `config.json`.
public struct ModelDirectory: Sendable {
  /// What `config.json` says.
  public let configuration: ModelConfiguration

  /// SHA-256 over weights, vocabulary and configuration, in hexadecimal.
  public let fingerprint: String

  private let path: String
  private let manifest: ModelManifest

  /// Files besides the manifest.
  enum FileName {
    static let configuration = "config.json"
    static let weights = "model.safetensors"
    static let selfTest = "selftest.safetensors"
    static let vocabulary = "vocab.txt"
  }

  private static let configurationLimit = 1 << 20
  private static let vocabularyLimit = 64 << 20

  /// Reads manifest and configuration; the large files wait until they are asked for.
  ///
  /// - Throws: ``ModelError``.
  public init(_ path: String) throws(ModelError) {
    self.path = path
    manifest = try ModelManifest(directory: path)
    configuration = try ModelConfiguration(
      parsing: Self.open(
        FileName.configuration, in: path, manifest, limit: Self.configurationLimit
      ).contents())
    fingerprint = manifest.fingerprint(
      of: [FileName.configuration, FileName.weights, FileName.vocabulary])
  }

  /// Reads the vocabulary.
  ///
  /// - Throws: ``ModelError``.
  public func tokenizer() throws(ModelError) -> WordPieceTokenizer {
    try WordPieceTokenizer(
      vocabulary: Self.open(
        FileName.vocabulary, in: path, manifest, limit: Self.vocabularyLimit
      ).contents(),
      count: configuration.text.vocabulary, special: configuration.specialTokens,
      maximumTokens: configuration.text.maximumTokens)
  }

  func weights() throws(ModelError) -> SafetensorsFile {
    try SafetensorsFile(Self.open(FileName.weights, in: path, manifest))
  }

  func selfTest() throws(ModelError) -> SelfTest {
    try SelfTest(
      SafetensorsFile(Self.open(FileName.selfTest, in: path, manifest)), configuration)
  }

  private static func open(
    _ name: String, in path: String, _ manifest: ModelManifest, limit: Int = .max
  ) throws(ModelError) -> ModelFile {
    let file = try ModelFile(directory: path, name: name, limit: limit)
    try manifest.verify(file)
    return file
  }
}
