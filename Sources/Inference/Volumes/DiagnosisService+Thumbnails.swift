internal import Archives
internal import Storage
internal import Synchronization
internal import Volumes

extension DiagnosisService {
  /// Returns a small PNG picture of a stored volume: the middle axial slice.
  ///
  /// Reading it from the store takes less than a millisecond. If it is not stored, it is made from the voxels, which
  /// takes most of a second at the published size, and is then stored.
  ///
  /// - Throws: The errors of ``slice(_:_:of:window:over:)``.
  public func thumbnail(ofVolume id: String) async throws -> [UInt8] {
    let archive = try requireArchive()
    _ = try requireModel()
    guard let stored = try await archive.store.thumbnail(ofVolume: id) else {
      throw InferenceError.unknownVolume
    }
    if let bytes = stored.bytes { return bytes }
    return try await slicesLine.run {
      // Another request may have made it in the meantime.
      if let bytes = try await archive.store.thumbnail(ofVolume: id)?.bytes { return bytes }
      let (grid, record) = try await voxels(ofVolume: id, on: slicesLane)
      let bytes = try await slicesLane.run { _, _ in SlicePicture.thumbnail(of: grid).png }
      if persistence.includesPictures {
        // If this write fails, the next request makes the thumbnail again.
        try? await archive.store.addThumbnail(bytes, ofInput: record.inputDigest)
      }
      return bytes
    }
  }

  /// Returns a small PNG picture of the axial slice where a finding's map has its maximum, with the map.
  ///
  /// If no patch embeddings are stored, the result is the thumbnail: a list must not start the encoder.
  ///
  /// - Parameters:
  ///   - index: The index of the finding in `findings`.
  ///   - findings: The sentences of all findings of the diagnosis.
  /// - Returns: The picture; nil if `findings` has no such index.
  /// - Throws: The errors of ``slice(_:_:of:window:over:)``.
  public func keySlice(
    of index: Int, among findings: [[String]], volume id: String
  ) async throws -> [UInt8]? {
    guard findings.indices.contains(index) else { return nil }
    let archive = try requireArchive()
    let key = MapKey(volume: id, texts: findings[index])
    await archive.refresh()
    if let known = viewCache.withLock({ $0.keySlice(of: key) }), archive.isKept(id) { return known }
    guard try await archive.store.hasPatches(ofVolume: id, space: archive.space) else {
      return try await thumbnail(ofVolume: id)
    }
    let maps = try await similarityMaps(of: id, findings: findings)
    guard maps.indices.contains(index) else { return nil }
    return try await slicesLine.run {
      let (grid, _) = try await voxels(ofVolume: id, on: slicesLane)
      let bytes = try await slicesLane.run { _, _ in
        SlicePicture.thumbnail(of: grid, maps[index]).png
      }
      viewCache.withLock { viewCache in
        viewCache.keep(keySlice: bytes, for: key)
        // It may have been deleted meanwhile.
        if !archive.isKept(id) { viewCache.forget { $0 == id } }
      }
      return bytes
    }
  }
}
