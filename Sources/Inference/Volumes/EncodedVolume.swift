public import Archives
public import Embeddings
internal import Encoders
internal import Hashing
internal import Tensors
internal import Volumes

/// A volume with its embedding, which is new or known.
public struct EncodedVolume: Sendable {
  /// The volume's id: `sha256-…` of the received bytes.
  public let id: String
  /// Number of received bytes.
  public let byteCount: Int
  /// The volume's description.
  public let description: VolumeDescription
  /// The volume's embedding v and its bridge v̂. The bridge expresses v as a softmax-weighted
  /// mixture of the model's knowledge bank.
  public let embedding: BridgedEmbedding
  /// SHA-256 of the model's input, 32 bytes. Files that differ only in packing have the same digest.
  let inputDigest: [UInt8]
  /// The model's input, packed for the store; nil unless it is to be stored.
  var voxels: [UInt8]?
  /// The patch embeddings; nil unless they are to be stored and the encoder ran.
  var patches: PatchEmbeddings?
  /// How the embedding was obtained.
  public let origin: Origin
  /// Time of each stage.
  public let timings: StageTimings

  /// How an embedding was obtained.
  public enum Origin: Sendable, Equatable {
    /// The vision encoder ran.
    case encoded
    /// Another file with the same voxels was encoded earlier. This file was read but not encoded.
    case sameInput
    /// The same bytes were encoded earlier. Nothing was read.
    case sameFile
  }

  /// The search row u. Its product with t/|t|, where t is a text's embedding, is the paper's score.
  var searchRow: [Float] { embedding.searchRow }
}

extension LoadedModel {
  /// Converts a volume to the model's input, and computes the input's embedding v and bridge v̂.
  /// Runs on the thread of the volumes' queue and on the pool's threads.
  ///
  /// - Parameters:
  ///   - forPictures: Whether the voxels and the patch embeddings are to be stored.
  ///   - known: Called before encoding. If an equal input was encoded before, returns its embedding
  ///     v and its distance from the model's domain.
  func encode(
    _ source: VolumeSource, _ opened: OpenedVolume, waited: Duration,
    forPictures: Bool = false, isCancelled: @escaping @Sendable () -> Bool,
    progress: @Sendable (Double) -> Void, known: (_ inputDigest: [UInt8]) -> KnownInput?
  ) throws(InferenceError) -> EncodedVolume {
    // When this function returns, the input is released. This call then returns its memory to the system.
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
    var patches: PatchEmbeddings?
    if let remembered {
      values = remembered.values
      distance = remembered.domain
    } else {
      let encoded = model.encode(prepared.input, embedsPatches: forPictures, on: pool) { share in
        progress(share)
        return !isCancelled()
      }
      guard let encoded else { throw .cancelled }
      values = encoded.values
      distance = domainDistance(encoded.domainDistance)
      patches = encoded.patches
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
      voxels: forPictures ? VoxelGrid(prepared.input, recipe).packed : nil, patches: patches,
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

  /// Returns the digest of an input. Equal inputs of one model have equal embeddings, so the digest
  /// identifies an embedding.
  private static func digest(of input: Tensor) -> [UInt8] {
    input.withElements { Array(SHA256.hash(data: UnsafeRawBufferPointer($0))) }
  }
}

/// The known results for an input: the embedding v, and its distance from the model's domain, if any.
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
