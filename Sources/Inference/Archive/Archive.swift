internal import Dispatch
internal import Embeddings
internal import Encoders
internal import Search
public import Storage
internal import Synchronization
internal import Volumes

/// What the service remembers with one model: the store, and in memory what searches need of it.
///
/// A change is made in the store first; the index follows in the same order, before whoever asked is told.
public final class Archive: Sendable {
  /// The store.
  public let store: Store
  /// The model and recipe that embeddings belong to; others in the store are left alone.
  public let space: EmbeddingSpace

  /// One row u for each volume.
  let volumes: SearchIndex
  /// One row t/|t| for each report.
  let reports: SearchIndex
  /// What percentiles are taken from.
  let columns = ScoreColumns()
  /// Computes a search row u from an embedding v, once there is a model.
  let derivation = Mutex<(@Sendable ([Float]) -> [Float]?)?>(nil)
  /// Where memory follows what the store lost and regained.
  let repairs = DispatchQueue(label: "brgsa.archive.repairs", qos: .utility)
  /// The site's prompt sets by name, as the store has them.
  let promptSets: Mutex<[String: PromptSetRecord]>

  /// Reads what is there.
  ///
  /// - Throws: `StoreError`.
  init(store: Store, space: EmbeddingSpace) throws(StoreError) {
    self.store = store
    self.space = space
    let components = space.components
    var sets: [String: PromptSetRecord] = [:]
    for set in try store.promptSetsNow() { sets[set.name] = set }
    promptSets = Mutex(sets)
    volumes = SearchIndex(components: components)
    reports = SearchIndex(components: components)
    volumes.reserve(try store.countVolumesNow())
    try store.forEachSearchRow(space: space) { [volumes] id, metadata, row in
      volumes.put(SearchEntry(id: id, metadata), row: row)
    }
    try store.forEachReport(space: space) { [reports] record in
      reports.put(record)
    }
    store.onSetAside { [weak self] in self?.followLosses() }
  }

  /// Takes out of memory what is in the store no longer, after a damaged file was rebuilt.
  ///
  /// - Throws: `StoreError`.
  func forgetWhatTheStoreLost() throws(StoreError) {
    // What is in memory now was in the store before; so what the store does not have from here on is lost or deleted.
    var lostVolumes = volumes.ids
    var lostReports = reports.ids
    try store.forEachSearchRow(space: space) { id, _, _ in lostVolumes.remove(id) }
    try store.forEachReport(space: space) { lostReports.remove($0.id) }
    volumes.remove(lostVolumes)
    reports.remove(lostReports)
    let names = Set(try store.promptSetsNow().map(\.name))
    promptSets.withLock { sets in sets = sets.filter { names.contains($0.key) } }
  }

  /// Volumes that can be searched.
  public var volumeCount: Int { volumes.count }

  /// Whether a volume of that id is kept, with an embedding of this model.
  func isKept(_ id: String) -> Bool { volumes.contains(id) }

  /// The volume of that id as it was encoded earlier; nil if it is unknown or this model has not seen it.
  func volume(_ id: String, _ model: LoadedModel) async throws(InferenceError) -> EncodedVolume? {
    let found: (VolumeRecord, VolumeEmbedding?)?
    do throws(StoreError) {
      found = try await store.volume(id: id, space: space)
    } catch {
      throw .store(error)
    }
    guard let (record, embedding) = found, let embedding,
      let description = VolumeDescription(document: record.document)
    else { return nil }
    return EncodedVolume(
      id: id, byteCount: record.byteCount, description: description.judged(by: model),
      embedding: try model.bridged(embedding.values), inputDigest: record.inputDigest,
      origin: .sameFile, timings: StageTimings())
  }

  /// What is remembered of a model input; nil if that is not all that the model needs. On the caller's thread.
  func known(inputDigest: [UInt8], _ model: LoadedModel) -> KnownInput? {
    guard
      let values = (try? store.embeddingNow(inputDigest: inputDigest, space: space))?.values
    else { return nil }
    guard model.domain != nil else { return KnownInput(values: values, domain: nil) }
    let documents = (try? store.documentsNow(inputDigest: inputDigest)) ?? []
    let distances = documents.compactMap { VolumeDescription(document: $0)?.domain }
    return distances.first { $0.model == space.modelSHA256 }
      .map { KnownInput(values: values, domain: $0) }
  }

  /// Keeps a volume; a known one keeps its metadata.
  ///
  /// - Returns: Whether it is new.
  func add(
    _ volume: EncodedVolume, at time: Int, metadata: VolumeMetadata = VolumeMetadata()
  ) async throws(InferenceError) -> Bool {
    let row = volume.searchRow
    let record = VolumeRecord(
      id: volume.id, createdAt: time, byteCount: volume.byteCount, inputDigest: volume.inputDigest,
      document: volume.description.document, metadata: metadata)
    do throws(StoreError) {
      return try await store.addVolume(
        record, embedding: VolumeEmbedding(values: volume.embedding.direct.values, searchRow: row),
        voxels: volume.voxels, space: space, updatesDocument: volume.origin != .sameFile
      ) { [volumes] metadata in
        row.withUnsafeBufferPointer { volumes.put(SearchEntry(id: record.id, metadata), row: $0) }
      }
    } catch {
      throw .store(error)
    }
  }

  /// What the store does, with its errors as the service's.
  func from<Value>(
    _ body: () async throws(StoreError) -> Value
  ) async throws(InferenceError) -> Value {
    do throws(StoreError) {
      return try await body()
    } catch {
      throw .store(error)
    }
  }
}

extension EmbeddingSpace {
  /// What a model directory's embeddings belong to, as it says of itself before it is read and checked.
  init(_ files: ModelDirectory) throws(ModelError) {
    self.init(
      modelSHA256: files.fingerprint,
      recipe: try PreprocessingRecipe(files.configuration).identifier,
      components: files.configuration.embedding)
  }

  /// What a model in use makes.
  init(_ loaded: LoadedModel) {
    self.init(
      modelSHA256: loaded.model.fingerprint, recipe: loaded.recipe.identifier,
      components: loaded.model.configuration.embedding)
  }
}
