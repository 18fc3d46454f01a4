public import Archives
public import Embeddings
internal import Encoders
internal import Hashing
internal import Tensors
internal import Volumes

/// A volume with its embedding, new or known.
public struct EncodedVolume: Sendable {
  /// `sha256-…` of the received bytes.
  public let id: String
  /// Number of received bytes.
  public let byteCount: Int
  /// Its description.
  public let description: VolumeDescription
  /// v and v̂.
  public let embedding: BridgedEmbedding
  /// SHA-256 of the model's input, 32 bytes. Files that differ only in packing have the same.
  let inputDigest: [UInt8]
  /// The model's input, packed for the store; nil unless it is to be stored.
  var voxels: [UInt8]?
  /// Source of the embedding.
  public let origin: Origin
  /// Time of each stage.
  public let timings: StageTimings

  /// Source of an embedding.
  public enum Origin: Sendable, Equatable {
    /// The vision encoder ran.
    case encoded
    /// Another file with the same voxels was encoded earlier; this one was read but not encoded.
    case sameInput
    /// The same bytes were encoded earlier; nothing was read.
    case sameFile
  }

  /// The row u of searches; its product with t/|t| is the paper's score.
  var searchRow: [Float] { embedding.searchRow }
}

extension LoadedModel {
  /// Volume → input → v and v̂. Runs on the lane's thread and the pool's.
  ///
  /// - Parameter known: Asked before encoding for the known v of an equal input, and its distance
  ///   from the model's domain.
  func encode(
    _ source: VolumeSource, _ opened: OpenedVolume, waited: Duration,
    keepsVoxels: Bool = false, isCancelled: @escaping @Sendable () -> Bool,
    progress: @Sendable (Double) -> Void, known: (_ inputDigest: [UInt8]) -> KnownInput?
  ) throws(InferenceError) -> EncodedVolume {
    // The input is released when this returns; this gives its pages back to the system.
    defer { Processor.releaseFreeMemory() }
    let prepared = try prepare(opened.volume, isCancelled)
    var timings = StageTimings()
    timings.queue = opened.waited + waited
    timings.decode = opened.conversionTime + prepared.decodeTime
    timings.preprocess = prepared.resampleTime
    var clock = Stopwatch()
    let digest = Self.digest(of: prepared.input)
    let remembered = known(digest)
    let values: [Float]
    let distance: DomainDistance?
    if let remembered {
      values = remembered.values
      distance = remembered.domain
    } else {
      let encoded = model.encode(prepared.input, on: pool) { share in
        progress(share)
        return !isCancelled()
      }
      guard let encoded else { throw .cancelled }
      values = encoded.values
      distance = domainDistance(encoded.domainDistance)
    }
    progress(1)
    let embedding = try bridged(values)
    timings.encodeVolume = clock.lap()
    return EncodedVolume(
      id: source.id, byteCount: source.byteCount,
      description: VolumeDescription(
        opened.volume, format: opened.format, prepared.intensity,
        opened.warnings + prepared.warnings, domain: distance
      ).judged(by: model),
      embedding: embedding, inputDigest: digest,
      voxels: keepsVoxels ? VoxelGrid(prepared.input, recipe).packed : nil,
      origin: remembered == nil ? .encoded : .sameInput,
      timings: timings)
  }

  private func prepare(
    _ volume: NIfTIVolume, _ isCancelled: () -> Bool
  ) throws(InferenceError) -> PreparedVolume {
    do {
      return try Preprocessing.prepare(volume, recipe: recipe, isCancelled: isCancelled)
    } catch .cancelled {
      throw .cancelled
    } catch {
      throw .volume(error)
    }
  }

  /// Equal inputs of one model have equal embeddings, so the input's bits identify an embedding.
  private static func digest(of input: Tensor) -> [UInt8] {
    input.withElements { Array(SHA256.hash(data: UnsafeRawBufferPointer($0))) }
  }
}

/// Known results of an input: v, and its distance from the model's domain, if any.
struct KnownInput {
  let values: [Float]
  let domain: DomainDistance?
}

/// Measures the time between two calls.
struct Stopwatch {
  private var last = ContinuousClock.now

  mutating func lap() -> Duration {
    let now = ContinuousClock.now
    defer { last = now }
    return now - last
  }
}
