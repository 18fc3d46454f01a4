internal import Archives
internal import Embeddings
internal import Encoders
internal import Search
internal import Storage
internal import Tensors
internal import Volumes

extension Archive {
  /// Returns a stored volume; nil if the id is unknown or this model has not encoded the volume.
  func volume(_ id: String, _ model: LoadedModel) async throws -> EncodedVolume? {
    guard let (record, embedding) = try await store.volume(id: id, space: space), let embedding,
      let description = VolumeDescription(document: record.document)
    else { return nil }
    return EncodedVolume(
      id: id, byteCount: record.byteCount, description: description.judged(by: model.model),
      embedding: try model.bridged(embedding.values), inputDigest: record.inputDigest,
      origin: .sameFile, timings: StageTimings())
  }

  /// Returns the stored results for a model input; nil if any result that the model needs is missing. Blocks the
  /// calling thread.
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

  /// Stores a volume. If the volume is already stored, its metadata stay unchanged.
  ///
  /// - Returns: True if the volume was not stored before.
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
    if let thumbnail = volume.thumbnail {
      // If this write fails, the first request for the thumbnail makes it again.
      try? await store.addThumbnail(thumbnail, ofInput: volume.inputDigest)
    }
    if let patches = volume.patches {
      // If this write fails, the first heat map encodes the volume again.
      try? await store.addPatches(patches.bytes, ofInput: volume.inputDigest, space: space)
    }
    return isNew
  }
}

extension EmbeddingSpace {
  /// Makes the embedding space of a model directory. The directory's files need not be verified yet.
  init(_ files: ModelDirectory, _ compute: Compute) throws(ModelError) {
    self.init(
      modelSHA256: files.fingerprint,
      recipe: try PreprocessingRecipe(files.configuration).identifier(compute),
      components: files.configuration.embedding)
  }

  /// Makes the embedding space of a loaded model.
  init(_ loaded: LoadedModel) {
    self.init(
      modelSHA256: loaded.model.fingerprint,
      recipe: loaded.recipe.identifier(loaded.model.kernels.compute),
      components: loaded.model.configuration.embedding)
  }
}

extension PreprocessingRecipe {
  /// Identifies the recipe and the number format of the encoder that reads its result. Embeddings with different
  /// identifiers are never compared.
  func identifier(_ compute: Compute) -> String {
    compute == .f32 ? identifier : "\(identifier)+\(compute.rawValue)"
  }
}
