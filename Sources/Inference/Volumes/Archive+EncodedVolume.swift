internal import Archives
internal import Embeddings
internal import Encoders
internal import Search
internal import Storage
internal import Tensors
internal import Volumes

extension Archive {
  /// Returns the stored volume with an id; nil if the id is unknown or this model has not encoded the volume.
  func volume(_ id: String, _ model: LoadedModel) async throws -> EncodedVolume? {
    guard let (record, embedding) = try await store.volume(id: id, space: space), let embedding,
      let description = VolumeDescription(document: record.document)
    else { return nil }
    return EncodedVolume(
      id: id, byteCount: record.byteCount, description: description.judged(by: model.model),
      embedding: try model.bridged(embedding.values), inputDigest: record.inputDigest,
      origin: .sameFile, timings: StageTimings())
  }

  /// Returns the stored results for a model input; nil if something that the model needs is
  /// missing. Runs on the caller's thread.
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

  /// Stores a volume. A known volume retains its metadata.
  ///
  /// - Returns: True if the volume is new.
  func add(
    _ volume: EncodedVolume, at time: Int, metadata: VolumeMetadata = VolumeMetadata()
  ) async throws(StoreError) -> Bool {
    let row = volume.searchRow
    let record = VolumeRecord(
      id: volume.id, createdAt: time, byteCount: volume.byteCount, inputDigest: volume.inputDigest,
      document: volume.description.document, metadata: metadata)
    let isNew = try await store.addVolume(
      record, embedding: VolumeEmbedding(values: volume.embedding.direct.values, searchRow: row),
      voxels: volume.voxels, space: space, updatesDocument: volume.origin != .sameFile
    ) { [volumes] metadata in
      row.withUnsafeBufferPointer { volumes.put(SearchEntry(id: record.id, metadata), row: $0) }
    }
    if let patches = volume.patches {
      // Without them the first heat map takes another encoding.
      try? await store.addPatches(patches.bytes, ofInput: volume.inputDigest, space: space)
    }
    return isNew
  }
}

extension EmbeddingSpace {
  /// Makes the space of a model directory's embeddings. The model's files need not be checked yet.
  init(_ files: ModelDirectory, _ compute: Compute) throws(ModelError) {
    self.init(
      modelSHA256: files.fingerprint,
      recipe: try PreprocessingRecipe(files.configuration).identifier(compute),
      components: files.configuration.embedding)
  }

  /// The space of a loaded model.
  init(_ loaded: LoadedModel) {
    self.init(
      modelSHA256: loaded.model.fingerprint,
      recipe: loaded.recipe.identifier(loaded.model.kernels.compute),
      components: loaded.model.configuration.embedding)
  }
}

extension PreprocessingRecipe {
  /// The identifier of the recipe and of the arithmetic that encodes its result. Embeddings of different arithmetic are
  /// never compared.
  func identifier(_ compute: Compute) -> String {
    compute == .f32 ? identifier : "\(identifier)+\(compute.rawValue)"
  }
}
