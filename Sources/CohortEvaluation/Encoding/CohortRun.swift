internal import Dispatch
internal import Embeddings
internal import Encoders
internal import Inference
internal import Synchronization
internal import Tensors
internal import Volumes

/// Encodes many volumes with one model. While all threads encode one volume, the next ones are read.
///
/// Several threads, called lanes, share the work. Each lane repeatedly takes the next volume, reads and preprocesses
/// it, waits for the encoder, and encodes the volume. A large model therefore never waits for a file, and with a small
/// model all cores decompress files in parallel. A volume's embedding is bit-identical to the one from
/// ``DiagnosisService``.
struct CohortRun: Sendable {
  private let model: LoadedModel
  private let limits: VolumeLimits
  private let lanes: Int

  /// The maximum total size in bytes of preprocessed volumes that wait for the encoder.
  private static let waitingBytes = 1 << 30

  /// - Parameters:
  ///   - model: The model, which has its own threads.
  ///   - limits: The limits for each volume.
  init(model: LoadedModel, limits: VolumeLimits = .standard) {
    self.model = model
    self.limits = limits
    let inputBytes = model.recipe.shape.reduce(MemoryLayout<Float>.stride, *)
    // Use one lane more than threads, because one lane usually waits for the encoder.
    lanes = min(model.pool.threads + 1, max(2, Self.waitingBytes / inputBytes))
  }

  /// Encodes every volume once.
  ///
  /// - Returns: One outcome for each volume, in order of completion. The work stops when the stream is released.
  func embeddings(of volumes: [CohortVolume]) -> AsyncStream<CohortOutcome> {
    AsyncStream { continuation in
      let desk = CohortDesk(volumes: volumes.count)
      continuation.onTermination = { _ in desk.stop() }
      let group = DispatchGroup()
      for lane in 0..<min(lanes, volumes.count) {
        DispatchQueue(label: "brgsa.cohort.\(lane)").async(group: group) {
          while let index = desk.next() {
            let embedding = Result { () throws(InferenceError) in
              try self.encode(volumes[index], desk)
            }
            if case .failure(.cancelled) = embedding { continue }
            continuation.yield(CohortOutcome(index: index, embedding: embedding))
          }
        }
      }
      group.notify(queue: DispatchQueue(label: "brgsa.cohort")) { continuation.finish() }
    }
  }

  private func encode(
    _ volume: CohortVolume, _ desk: CohortDesk
  ) throws(InferenceError) -> BridgedEmbedding {
    let input = try prepare(volume, desk)
    let values = desk.encode {
      model.model.vision.encode(input, on: model.pool) { _ in !desk.isStopped }
    }
    guard let values else { throw .cancelled }
    guard let embedding = model.model.bridged(values) else { throw .nonFiniteResult }
    return embedding
  }

  private func prepare(
    _ volume: CohortVolume, _ desk: CohortDesk
  ) throws(InferenceError) -> Tensor {
    do throws(VolumeError) {
      let file = try volume.open()
      return try withExtendedLifetime(file.owner) { () throws(VolumeError) in
        let volume = try NIfTIVolume.open(
          fileDescriptor: file.fileDescriptor, byteCount: file.byteCount, limits: limits)
        // Read the file on this lane's thread only: the other lanes already occupy the other cores.
        let prepared = try Preprocessing.prepare(
          volume, recipe: model.recipe, reading: .inTurn, isCancelled: { desk.isStopped })
        return prepared.input
      }
    } catch .cancelled {
      throw .cancelled
    } catch {
      throw .volume(error)
    }
  }
}

/// Assigns each volume to one lane, and admits one lane at a time to the encoder.
private final class CohortDesk: Sendable {
  private let volumes: Int
  private let taken = Atomic(0)
  private let stopped = Atomic(false)
  private let encoder = Mutex(())

  init(volumes: Int) { self.volumes = volumes }

  var isStopped: Bool { stopped.load(ordering: .relaxed) }

  func stop() { stopped.store(true, ordering: .relaxed) }

  /// Returns the index of the next volume; nil if none is left or the work was stopped.
  func next() -> Int? {
    guard !isStopped else { return nil }
    let index = taken.add(1, ordering: .relaxed).oldValue
    return index < volumes ? index : nil
  }

  /// Waits until the encoder is free, then runs `work`.
  func encode(_ work: () -> [Float]?) -> [Float]? { encoder.withLock { _ in work() } }
}
