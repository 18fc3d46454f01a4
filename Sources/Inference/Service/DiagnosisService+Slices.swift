internal import Archives
internal import Embeddings
internal import Encoders
internal import Storage
internal import Synchronization
internal import Tensors
public import Volumes

extension DiagnosisService {
  /// Returns a slice of a volume with stored voxels, overlaid with the colours of a map if one is given.
  ///
  /// - Returns: Nil if the plane has no such slice.
  /// - Throws: ``InferenceError``; ``InferenceError/unknownVolume`` if the volume is not stored,
  ///   ``InferenceError/voxelsNotKept`` if its voxels are not stored, and
  ///   ``InferenceError/queueFull(capacity:retryAfter:)`` if too many slices wait.
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

  /// Returns the sizes of the slices in each plane of a volume; nil if its voxels are not stored.
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

  /// Returns a map of the similarity of a volume's patches to each finding.
  ///
  /// The maps are made from the volume's patch embeddings. If the store has none, the volume is encoded again, with all
  /// tokens, in the queue of volumes. The maps of only one diagnosis are made at a time, so that a new volume waits for
  /// at most one such encoding. The maps are cached for a while.
  ///
  /// - Parameters:
  ///   - findings: The sentences of each finding. The map of several sentences is their mean map.
  /// - Throws: The errors of ``slice(_:_:of:window:over:)``.
  public func similarityMaps(
    of volume: String, findings: [[String]]
  ) async throws -> [SimilarityMap] {
    _ = try requireModel()
    let keys = findings.map { MapKey(volume: volume, texts: $0) }
    if let maps = rememberedMaps(keys) { return maps }
    let flight = keys.map(\.text).joined(separator: ";")
    return try await mapFlights.run(flight) { [self] in
      try await mapsLine.run {
        // Another request may have made the maps by now.
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
    let patches = try await patches(ofVolume: volume, model)
    let prompts = findings.map { Prompt(label: "", texts: $0) }
    let admitted = try model.admit(prompts, topK: nil, limits)
    let texts = try await embeddings(of: admitted.flatMap(\.texts), remembers: true)
    let directions = texts.map(\.embedding.direct.values)
    let rows = try await mapsLane.run { _, _ in
      patches.similarities(to: directions, on: model.lightPool)
    }
    let grid = model.model.vision.patchGrid(of: model.recipe.shape)
    var rest = rows[...]
    let maps = admitted.map { finding in
      let own = rest.prefix(finding.texts.count)
      rest = rest.dropFirst(own.count)
      let values = (own.first ?? []).indices.map { patch in
        own.reduce(0) { $0 + $1[patch] } / Float(own.count)
      }
      return SimilarityMap(grid: grid, values: values)
    }
    viewCache.withLock { viewCache in
      for (key, map) in zip(keys, maps) { viewCache.keep(map, for: key) }
    }
    return maps
  }

  /// Returns the stored patch embeddings of a volume.
  ///
  /// A volume has none if an earlier version stored it, or if space was short. Then the stored
  /// voxels are encoded, and the result is stored.
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
    // `mapsLine` admits one such encoding at a time, so this one is always accepted.
    let patches = try await lane.run(in: .accepted) { _, isCancelled in
      defer { Processor.releaseFreeMemory() }
      let patches = model.model.vision.patchEmbeddings(
        grid.input(model.recipe), on: model.pool
      ) { _ in !isCancelled() }
      guard let patches else { throw InferenceError.cancelled }
      return patches
    }
    if persistence == .full {
      // If this fails, the next map takes another encoding.
      try? await archive.store.addPatches(
        patches.bytes, ofInput: record.inputDigest, space: archive.space, replaces: true)
    }
    return patches
  }

  /// Returns the map of one finding, at the position and resolution of the uploaded volume, as a compressed NIfTI file.
  ///
  /// Files are made one at a time, outside the queue of volumes. Concurrent requests for one file
  /// share the work, and recent files are cached.
  ///
  /// - Parameters:
  ///   - index: The index of the finding in `findings`.
  ///   - findings: The sentences of all findings of the diagnosis.
  /// - Returns: Nil if `findings` has no such index.
  /// - Throws: The errors of ``slice(_:_:of:window:over:)``.
  public func heatMap(
    of index: Int, among findings: [[String]], volume: String
  ) async throws -> [UInt8]? {
    guard findings.indices.contains(index) else { return nil }
    let key = MapKey(volume: volume, texts: findings[index])
    let archive = try requireArchive()
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
    guard let description = VolumeDescription(document: record.document),
      let affine = description.affine,
      let geometry = VolumeGeometry(
        spacing: description.spacing, affine: affine, orientation: description.orientation)
    else { throw InferenceError.voxelsNotKept }
    let file = try await mapsLane.run { _, isCancelled in
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
    // Data of a deleted volume must not stay in memory.
    if archive.isKept(key.volume) { viewCache.withLock { $0.keep(file, for: key) } }
    return file
  }

  /// Returns the voxels of a volume. They are cached for recently viewed volumes.
  private func voxels(
    ofVolume id: String, on lane: InferenceLane
  ) async throws -> (grid: VoxelGrid, record: VolumeRecord) {
    let archive = try requireArchive()
    let recipe = try requireModel().recipe
    if let known = viewCache.withLock({ $0.grid(of: id) }), archive.isKept(id) { return known }
    guard let found = try await archive.store.voxels(ofVolume: id) else {
      throw InferenceError.unknownVolume
    }
    guard let bytes = found.bytes else { throw InferenceError.voxelsNotKept }
    let grid = try await lane.run { _, _ in
      guard let grid = VoxelGrid(packed: bytes, recipe: recipe) else {
        throw InferenceError.voxelsNotKept
      }
      return grid
    }
    viewCache.withLock { $0.keep(grid, found.record) }
    return (grid, found.record)
  }
}

/// The key of a map: the volume and the sentences of one finding.
struct MapKey: Hashable, Sendable {
  let volume: String
  let texts: [String]

  /// The key as a text: equal texts mean equal keys.
  var text: String {
    ([volume] + texts).map { "\($0.utf8.count):\($0)" }.joined()
  }
}

/// Caches recently viewed data: a few volumes, and the maps of a few diagnoses.
struct ViewCache: Sendable {
  private var grids: [(grid: VoxelGrid, record: VolumeRecord)] = []
  private var maps: [(key: MapKey, map: SimilarityMap)] = []
  private var files: [(key: MapKey, bytes: [UInt8])] = []
  private let fileByteLimit: Int

  init(fileByteLimit: Int) { self.fileByteLimit = fileByteLimit }

  /// Maximum number of cached volumes, of tens of megabytes each.
  private static let gridLimit = 2
  /// Maximum number of cached maps, of tens of kilobytes each.
  private static let mapLimit = 256

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

  /// Caches a file, and drops the oldest ones to make space.
  mutating func keep(_ bytes: [UInt8], for key: MapKey) {
    files.removeAll { $0.key == key }
    guard bytes.count <= fileByteLimit else { return }
    files.append((key, bytes))
    while files.reduce(0, { $0 + $1.bytes.count }) > fileByteLimit { files.removeFirst() }
  }

  /// Removes volumes that are being deleted.
  mutating func forget(_ isErased: (String) -> Bool) {
    grids.removeAll { isErased($0.record.id) }
    maps.removeAll { isErased($0.key.volume) }
    files.removeAll { isErased($0.key.volume) }
  }
}
