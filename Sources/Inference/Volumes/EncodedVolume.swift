public import Archives
public import Embeddings
internal import Encoders
internal import Hashing
internal import Tensors
internal import Volumes

/// A volume with its embedding, which was computed now or earlier.
public struct EncodedVolume: Sendable {
  /// The volume's id: `sha256-` and 64 hexadecimal digits that depend only on the received bytes.
  public let id: String
  /// Number of received bytes.
  public let byteCount: Int
  /// The volume's geometry, intensities and warnings.
  public let description: VolumeDescription
  /// The volume's embedding v and its bridge v̂. The bridge expresses v as a softmax-weighted
  /// mixture of the model's knowledge bank.
  public let embedding: BridgedEmbedding
  /// SHA-256 of the model's input, 32 bytes. Files with the same voxels in different packaging have the same digest.
  let inputDigest: [UInt8]
  /// The model's input, packed for the store; nil if it will not be stored.
  var voxels: [UInt8]?
  /// A small PNG picture for lists; nil if it will not be stored.
  var thumbnail: [UInt8]?
  /// The patch embeddings; nil if they will not be stored or the encoder did not run.
  var patches: PatchEmbeddings?
  /// The volume as a file, if it may be stored; nil if the volume was known or files are not stored.
  var file: VolumeFile?
  /// How the embedding was obtained.
  public let origin: Origin
  /// The duration of each stage.
  public let timings: StageTimings

  /// How an embedding was obtained.
  public enum Origin: Sendable, Equatable {
    /// The vision encoder ran for this file.
    case encoded
    /// The encoder did not run: this file was read, and another file with the same voxels had been encoded before.
    case sameInput
    /// The encoder did not run and the file was not read: the same bytes had been encoded before.
    case sameFile
  }

  /// The search row u. The paper's score is the product of u and t/|t|, where t is a text's embedding.
  var searchRow: [Float] { embedding.searchRow }
}

extension LoadedModel {
  /// Converts a volume to the model's input, and computes the embedding v and its bridge v̂. Runs on the thread of the
  /// volumes' queue and on the threads of the pool.
  ///
  /// - Parameters:
  ///   - forPictures: True to return the voxels and the patch embeddings, too.
  ///   - known: Called with the input's digest before encoding. If an equal input was encoded before, it returns the
  ///     embedding v and the distance from the model's domain.
  func encode(
    _ source: VolumeSource, _ opened: OpenedVolume, waited: Duration,
    forPictures: Bool = false, isCancelled: @escaping @Sendable () -> Bool,
    progress: @Sendable (Double) -> Void, known: (_ inputDigest: [UInt8]) -> KnownInput?
  ) throws(InferenceError) -> EncodedVolume {
    // Return memory to the system after this function has released the input.
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
      let embedsPatches = forPictures && model.configuration.vision.embedsPatches
      let encoded = model.encode(prepared.input, embedsPatches: embedsPatches, on: pool) { share in
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
    let grid = forPictures ? VoxelGrid(prepared.input, recipe) : nil
    return EncodedVolume(
      id: source.id, byteCount: source.byteCount,
      description: VolumeDescription(
        opened.volume, format: opened.format, prepared.intensity,
        opened.warnings + prepared.warnings, domain: distance
      ).judged(by: model),
      embedding: embedding, inputDigest: digest,
      voxels: grid?.packed, thumbnail: grid.map { SlicePicture.thumbnail(of: $0).png },
      patches: patches,
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

  /// Returns the SHA-256 of an input. It identifies the embedding, because equal inputs of one model have equal
  /// embeddings.
  private static func digest(of input: Tensor) -> [UInt8] {
    input.withElements { Array(SHA256.hash(data: UnsafeRawBufferPointer($0))) }
  }
}

/// The stored results for an input: the embedding v and, if the model has a domain, the distance from it.
struct KnownInput {
  let values: [Float]
  let domain: DomainDistance?
}

/// Measures the time since its creation or the previous lap.
struct Stopwatch {
  private var last = ContinuousClock.now

  mutating func lap() -> Duration {
    let now = ContinuousClock.now
    defer { last = now }
    return now - last
  }
}
