internal import Archives
internal import Embeddings
internal import Encoders
internal import Storage
internal import Synchronization
internal import Tensors
public import Volumes

extension DiagnosisService {
  /// Returns a picture of one slice of a stored volume. If a map is given, its colours are drawn over the slice.
  ///
  /// - Returns: The picture; nil if the plane has no slice with this index.
  /// - Throws: ``InferenceError``; ``InferenceError/unknownVolume`` if the volume is not stored,
  ///   ``InferenceError/voxelsNotStored`` if its voxels are not stored, and
  ///   ``InferenceError/queueFull(capacity:retryAfter:)`` if too many requests for slices wait.
  public func slice(
    _ slice: Int, _ plane: VoxelGrid.Plane, of volume: String, window: DisplayWindow,
    over map: SimilarityMap? = nil
  ) async throws -> SlicePicture? {
    try await slicesLine.run {
      let (grid, _) = try await voxels(ofVolume: volume, on: slicesLane)
      let extent = VoxelGrid.extent(plane, shape: grid.shape, spacing: grid.spacing)
      guard (0..<extent.count).contains(slice) else { return nil }
      return try await slicesLane.run { _, _ in SlicePicture(grid, plane, slice, window, map) }
    }
  }

  /// Returns the number and size of the slices in each plane of a volume; nil if its voxels are not stored.
  public func sliceExtents(
    ofVolume id: String
  ) async throws -> [VoxelGrid.Plane: VoxelGrid.Extent]? {
    let archive = try requireArchive()
    let recipe = try requireModel().recipe
    guard try await archive.store.hasVoxels(ofVolume: id) else { return nil }
    return Dictionary(
      uniqueKeysWithValues: VoxelGrid.Plane.allCases.map {
        ($0, VoxelGrid.extent($0, shape: recipe.shape, spacing: recipe.spacing))
      })
  }

  /// Returns one map for each finding. A map contains the similarity of each patch of the volume to the finding.
  ///
  /// The maps are computed from the volume's stored patch embeddings. If none are stored, the volume is encoded again
  /// with all its tokens, in the queue of volumes. Only one request computes maps at a time, so a new volume waits for
  /// at most one such encoding. Recent maps are cached.
  ///
  /// - Parameters:
  ///   - findings: The sentences of each finding. If a finding has several sentences, its map is the mean of their
  ///     maps.
  /// - Throws: The errors of ``slice(_:_:of:window:over:)``.
  public func similarityMaps(
    of volume: String, findings: [[String]]
  ) async throws -> [SimilarityMap] {
    try requireModel().requirePatches()
    let archive = try requireArchive()
    let keys = findings.map { MapKey(volume: volume, texts: $0) }
    await archive.refresh()
    if let maps = rememberedMaps(keys) { return maps }
    let flight = keys.map(\.text).joined(separator: ";")
    return try await mapFlights.run(flight) { [self] in
      try await mapsLine.run {
        // Another request may have computed the maps in the meantime.
        if let maps = rememberedMaps(keys) { return maps }
        return try await makeMaps(of: volume, findings, keys)
      }
    }
  }

  private func rememberedMaps(_ keys: [MapKey]) -> [SimilarityMap]? {
    let remembered = viewCache.withLock { viewCache in keys.map { viewCache.map(of: $0) } }
    return remembered.contains(nil) ? nil : remembered.compactMap(\.self)
  }

  private func makeMaps(
    of volume: String, _ findings: [[String]], _ keys: [MapKey]
  ) async throws -> [SimilarityMap] {
    let model = try requireModel()
    let archive = try requireArchive()
    let patches = try await patches(ofVolume: volume, model)
    let prompts = findings.map { Prompt(label: "", texts: $0) }
    let admitted = try model.admit(prompts, topK: nil, limits)
    let maps = try await maps(of: admitted, patches, model)
    viewCache.withLock { viewCache in
      for (key, map) in zip(keys, maps) { viewCache.keep(map, for: key) }
      // It may have been deleted meanwhile.
      if !archive.isKept(volume) { viewCache.forget { $0 == volume } }
    }
    return maps
  }

  /// Returns the map of each finding from a volume's patch embeddings.
  func maps(
    of findings: [AdmittedPrompt], _ patches: PatchEmbeddings, _ model: LoadedModel
  ) async throws -> [SimilarityMap] {
    let texts = try await embeddings(of: findings.flatMap(\.texts), remembers: true)
    let directions = texts.map(\.embedding.direct.values)
    let rows = try await mapsLane.run { _, _ in
      patches.similarities(to: directions, on: model.lightPool)
    }
    let grid = model.model.vision.patchGrid(of: model.recipe.shape)
    var rest = rows[...]
    return findings.map { finding in
      let own = rest.prefix(finding.texts.count)
      rest = rest.dropFirst(own.count)
      let values = (own.first ?? []).indices.map { patch in
        own.reduce(0) { $0 + $1[patch] } / Float(own.count)
      }
      return SimilarityMap(grid: grid, values: values)
    }
  }

  /// Returns the patch embeddings of a volume, from the store if possible.
  ///
  /// None are stored if an earlier version stored the volume or if disk space was short. The stored voxels are then
  /// encoded, and the patch embeddings are stored.
  private func patches(
    ofVolume id: String, _ model: LoadedModel
  ) async throws -> PatchEmbeddings {
    let archive = try requireArchive()
    guard let found = try await archive.store.patches(ofVolume: id, space: archive.space) else {
      throw InferenceError.unknownVolume
    }
    let count = model.model.vision.patchGrid(of: model.recipe.shape).reduce(1, *)
    let width = model.model.configuration.embedding
    let stored = found.bytes.flatMap { PatchEmbeddings(bytes: $0, count: count, width: width) }
    if let stored { return stored }
    let (grid, record) = try await voxels(ofVolume: id, on: mapsLane)
    // `mapsLine` admits one such encoding at a time, so the queue of volumes need not refuse this one.
    let patches = try await lane.run(in: .accepted) { _, isCancelled in
      defer { Processor.releaseFreeMemory() }
      let patches = model.model.vision.patchEmbeddings(
        grid.input(model.recipe), on: model.pool
      ) { _ in !isCancelled() }
      guard let patches else { throw InferenceError.cancelled }
      return patches
    }
    if persistence.includesPictures {
      // If this write fails, the next request for a map encodes the volume again.
      try? await archive.store.addPatches(
        patches.bytes, ofInput: record.inputDigest, space: archive.space, replaces: true)
    }
    return patches
  }

  /// Returns the map of one finding as a compressed NIfTI file, with the position and resolution of the uploaded
  /// volume.
  ///
  /// Files are made one at a time, outside the queue of volumes. Concurrent requests for the same file share the work.
  /// Recent files are cached.
  ///
  /// - Parameters:
  ///   - index: The index of the finding in `findings`.
  ///   - findings: The sentences of all findings of the diagnosis.
  /// - Returns: The file's bytes; nil if `findings` has no such index.
  /// - Throws: The errors of ``slice(_:_:of:window:over:)``.
  public func heatMap(
    of index: Int, among findings: [[String]], volume: String
  ) async throws -> [UInt8]? {
    guard findings.indices.contains(index) else { return nil }
    let key = MapKey(volume: volume, texts: findings[index])
    let archive = try requireArchive()
    await archive.refresh()
    if let known = viewCache.withLock({ $0.file(of: key) }), archive.isKept(volume) { return known }
    let maps = try await similarityMaps(of: volume, findings: findings)
    guard maps.indices.contains(index) else { return nil }
    return try await mapFileFlights.run(key.text) { [self] in
      try await mapsLine.run {
        try await file(of: maps[index], key, archive)
      }
    }
  }

  private func file(
    of map: SimilarityMap, _ key: MapKey, _ archive: Archive
  ) async throws -> [UInt8] {
    let model = try requireModel()
    let known = try await archive.store.volume(id: key.volume, space: archive.space)
    guard let (record, _) = known else { throw InferenceError.unknownVolume }
    guard let description = VolumeDescription(document: record.document) else {
      throw InferenceError.voxelsNotStored
    }
    let file = try await file(of: map, over: description, model)
    viewCache.withLock { viewCache in
      viewCache.keep(file, for: key)
      // Data of a deleted volume must not stay in memory.
      if !archive.isKept(key.volume) { viewCache.forget { $0 == key.volume } }
    }
    return file
  }

  /// Returns a map as a compressed NIfTI file, with the position and resolution of a volume's file.
  func file(
    of map: SimilarityMap, over description: VolumeDescription, _ model: LoadedModel
  ) async throws -> [UInt8] {
    guard let affine = description.affine,
      let geometry = VolumeGeometry(
        spacing: description.spacing, affine: affine, orientation: description.orientation)
    else { throw InferenceError.voxelsNotStored }
    return try await mapsLane.run { _, isCancelled in
      let made: [UInt8]?
      do throws(VolumeError) {
        made = try SimilarityVolume(
          map, recipe: model.recipe, geometry: geometry, shape: description.shape
        ).gzip(on: model.lightPool, isCancelled: isCancelled)
      } catch {
        throw InferenceError.volume(error)
      }
      guard let made else { throw InferenceError.cancelled }
      return made
    }
  }

  /// Returns the stored voxels of a volume. Recently viewed volumes are cached.
  func voxels(
    ofVolume id: String, on lane: InferenceLane
  ) async throws -> (grid: VoxelGrid, record: VolumeRecord) {
    let archive = try requireArchive()
    let recipe = try requireModel().recipe
    await archive.refresh()
    if let known = viewCache.withLock({ $0.grid(of: id) }), archive.isKept(id) { return known }
    guard let found = try await archive.store.voxels(ofVolume: id) else {
      throw InferenceError.unknownVolume
    }
    guard let bytes = found.bytes else { throw InferenceError.voxelsNotStored }
    let grid = try await lane.run { _, _ in
      guard let grid = VoxelGrid(packed: bytes, recipe: recipe) else {
        throw InferenceError.voxelsNotStored
      }
      return grid
    }
    viewCache.withLock { viewCache in
      viewCache.keep(grid, found.record)
      // It may have been deleted meanwhile.
      if !archive.isKept(id) { viewCache.forget { $0 == id } }
    }
    return (grid, found.record)
  }
}

/// The cache key of a map: the volume and the sentences of one finding.
struct MapKey: Hashable, Sendable {
  let volume: String
  let texts: [String]

  /// The key as text. Two keys are equal if and only if their texts are equal.
  var text: String {
    ([volume] + texts).map { "\($0.utf8.count):\($0)" }.joined()
  }
}

/// Caches the voxels of recently viewed volumes, recent maps, files of maps, and key slices.
struct ViewCache: Sendable {
  private var grids: [(grid: VoxelGrid, record: VolumeRecord)] = []
  private var maps: [(key: MapKey, map: SimilarityMap)] = []
  private var files: [(key: MapKey, bytes: [UInt8])] = []
  private var keySlices: [(key: MapKey, bytes: [UInt8])] = []
  private let fileByteLimit: Int

  init(fileByteLimit: Int) { self.fileByteLimit = fileByteLimit }

  /// Maximum number of cached volumes. Each takes tens of megabytes.
  private static let gridLimit = 2
  /// Maximum number of cached maps. Each takes tens of kilobytes.
  private static let mapLimit = 256
  /// Maximum number of cached key slices. Each takes about twenty kilobytes.
  private static let keySliceLimit = 256

  func grid(of id: String) -> (grid: VoxelGrid, record: VolumeRecord)? {
    grids.first { $0.record.id == id }
  }

  mutating func keep(_ grid: VoxelGrid, _ record: VolumeRecord) {
    grids.removeAll { $0.record.id == record.id }
    grids.append((grid, record))
    if grids.count > Self.gridLimit { grids.removeFirst() }
  }

  func map(of key: MapKey) -> SimilarityMap? { maps.first { $0.key == key }?.map }

  mutating func keep(_ map: SimilarityMap, for key: MapKey) {
    maps.removeAll { $0.key == key }
    maps.append((key, map))
    if maps.count > Self.mapLimit { maps.removeFirst() }
  }

  func file(of key: MapKey) -> [UInt8]? { files.first { $0.key == key }?.bytes }

  /// Caches a file. Drops the oldest files if the limit is exceeded.
  mutating func keep(_ bytes: [UInt8], for key: MapKey) {
    files.removeAll { $0.key == key }
    guard bytes.count <= fileByteLimit else { return }
    files.append((key, bytes))
    while files.reduce(0, { $0 + $1.bytes.count }) > fileByteLimit { files.removeFirst() }
  }

  func keySlice(of key: MapKey) -> [UInt8]? { keySlices.first { $0.key == key }?.bytes }

  mutating func keep(keySlice bytes: [UInt8], for key: MapKey) {
    keySlices.removeAll { $0.key == key }
    keySlices.append((key, bytes))
    if keySlices.count > Self.keySliceLimit { keySlices.removeFirst() }
  }

  /// Removes all data of the volumes for which `isErased` returns true.
  mutating func forget(_ isErased: (String) -> Bool) {
    grids.removeAll { isErased($0.record.id) }
    maps.removeAll { isErased($0.key.volume) }
    files.removeAll { isErased($0.key.volume) }
    keySlices.removeAll { isErased($0.key.volume) }
  }
}
