public import Tensors

/// A directory that contains a model.
///
/// It contains `config.json`, `vocab.txt`, `model.safetensors` and `selftest.safetensors`. If `config.json` specifies a
/// domain, it also contains `domain.safetensors`. `SHA256SUMS` lists the digests of these files. Only this type reads
/// `config.json`.
public struct ModelDirectory: Sendable {
  /// The content of `config.json`.
  public let configuration: ModelConfiguration

  /// SHA-256 over the digests of the weights, vocabulary, configuration and domain, in hexadecimal.
  public let fingerprint: String

  private let path: String
  private let manifest: ModelManifest

  /// The names of all files except the manifest `SHA256SUMS`.
  enum FileName {
    static let configuration = "config.json"
    static let weights = "model.safetensors"
    static let selfTest = "selftest.safetensors"
    static let vocabulary = "vocab.txt"
    static let domain = "domain.safetensors"
  }

  private static let configurationLimit = 1 << 20
  private static let vocabularyLimit = 64 << 20

  /// Reads the manifest and the configuration. The large files are read later.
  ///
  /// - Throws: ``ModelError``.
  public init(_ path: String) throws(ModelError) {
    self.path = path
    manifest = try ModelManifest(directory: path)
    configuration = try ModelConfiguration(
      parsing: Self.open(
        FileName.configuration, in: path, manifest, limit: Self.configurationLimit
      ).contents())
    // The distance from the domain is stored with each volume, so the fingerprint must cover the domain.
    fingerprint = manifest.fingerprint(
      of: [FileName.configuration, FileName.weights, FileName.vocabulary]
        + (configuration.domain == nil ? [] : [FileName.domain]))
  }

  /// Reads the vocabulary and makes the tokenizer.
  ///
  /// - Throws: ``ModelError``.
  public func tokenizer() throws(ModelError) -> WordPieceTokenizer {
    try WordPieceTokenizer(
      vocabulary: Self.open(
        FileName.vocabulary, in: path, manifest, limit: Self.vocabularyLimit
      ).contents(),
      count: configuration.text.vocabulary, special: configuration.specialTokens,
      maximumTokens: configuration.text.maximumTokens, cleaning: configuration.text.cleaning)
  }

  /// Reads the tensors that `build` takes from a file, and checks the file's digest in the same pass.
  ///
  /// - Throws: ``ModelError/digestMismatch(file:)`` if the file is damaged; otherwise the error of `build`.
  func read<Part>(
    _ name: String = FileName.weights, on pool: WorkerPool,
    _ build: (SafetensorsFile) throws(ModelError) -> Part
  ) throws(ModelError) -> Part {
    let file = try ModelFile(directory: path, name: name)
    let digest = try manifest.digest(of: name)
    let part: Part
    do throws(ModelError) {
      let tensors = try SafetensorsFile(file, digest: digest)
      part = try build(tensors)
      try tensors.read(on: pool)
    } catch {
      try manifest.verify(file)
      throw error
    }
    return part
  }

  private static func open(
    _ name: String, in path: String, _ manifest: ModelManifest, limit: Int = .max
  ) throws(ModelError) -> ModelFile {
    let file = try ModelFile(directory: path, name: name, limit: limit)
    try manifest.verify(file)
    return file
  }
}

extension ModelDirectory {
  /// Loads only the vision encoder, but verifies the whole weights file.
  ///
  /// - Throws: ``ModelError``.
  public func visionEncoder(
    on pool: WorkerPool, kernels: Kernels = .best
  ) throws(ModelError) -> VisionEncoder {
    try read(on: pool) { file throws(ModelError) in
      try VisionEncoder(file, configuration, kernels)
    }
  }

  /// Loads only the text encoder, but verifies the whole weights file.
  /// - Throws: ``ModelError``.
  public func textEncoder(
    on pool: WorkerPool, kernels: Kernels = .best
  ) throws(ModelError) -> TextEncoder {
    try read(on: pool) { file throws(ModelError) in try TextEncoder(file, configuration, kernels) }
  }
}
