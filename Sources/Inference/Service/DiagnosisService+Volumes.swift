internal import Archives
public import DICOM
public import Storage
internal import Synchronization
internal import Volumes

extension DiagnosisService {
  /// Returns a volume with its embedding, which comes from the store or is computed now. Concurrent requests for the
  /// same file encode it once.
  ///
  /// - Parameters:
  ///   - place: A place in the volumes' queue that was reserved earlier; nil to take one now.
  ///   - progress: Called with the completed share of the encoding, 0 to 1, on the thread of the volumes' queue.
  /// - Throws: ``InferenceError``.
  public func encoded(
    _ reference: VolumeReference, in place: Place? = nil,
    progress: @escaping @Sendable (Double) -> Void = { _ in }
  ) async throws -> EncodedVolume {
    let model = try requireModel()
    switch reference {
    case .stored(let id):
      let archive = try requireArchive()
      guard let volume = try await archive.volume(id, model) else {
        throw InferenceError.unknownVolume
      }
      Instruments.looked(for: .volume, hits: 1, misses: 0)
      return volume
    case .file(let source):
      // An imported volume may lack its distance from the model's domain. Such a volume is encoded again to measure the
      // distance.
      if let known = await remembered(source.id, model),
        known.description.membership(of: model.model) != .unknown
      {
        Instruments.looked(for: .volume, hits: 1, misses: 0)
        return known
      }
      let opened = try open(source)
      return try await encodings.run(source.id) {
        let volume =
          if let opened { opened } else { try await self.convert(source, isAccepted: place != nil) }
        var encoded = try await self.encode(source, volume, model, in: place, progress)
        if self.persistence == .source { encoded.file = VolumeFile(source, volume) }
        return encoded
      }
    }
  }

  /// Encodes a volume and stores it.
  ///
  /// - Parameter metadata: The volume's new metadata. If this is nil, an already stored volume retains its metadata.
  /// - Returns: The volume, and whether it was new to the store.
  /// - Throws: ``InferenceError``. If this throws, the volume is not stored.
  public func add(
    _ source: VolumeSource, metadata: VolumeMetadata? = nil, in place: Place? = nil,
    progress: @escaping @Sendable (Double) -> Void = { _ in }
  ) async throws -> (volume: EncodedVolume, isNew: Bool) {
    let archive = try requireArchive()
    let volume = try await encoded(.file(source), in: place, progress: progress)
    let isNew = try await archive.add(
      volume, at: Self.now(), metadata: metadata ?? VolumeMetadata())
    if !isNew, let metadata {
      _ = try await archive.set(metadata, ofVolume: volume.id)
    }
    await keepFile(of: volume, from: .file(source))
    return (volume, isNew)
  }

  /// Returns a stored volume; nil if it is not stored or the store cannot be read. The volume is then encoded again, so
  /// the request still succeeds.
  private func remembered(_ id: String, _ model: LoadedModel) async -> EncodedVolume? {
    do {
      return try await archive?.volume(id, model)
    } catch {
      return nil
    }
  }

  /// Checks whether a volume can be diagnosed, before work starts. A file needs a reliable header, and an id must be
  /// stored.
  ///
  /// - Throws: ``InferenceError``.
  public func requireReadable(_ reference: VolumeReference) async throws {
    switch reference {
    case .file(let source): _ = try open(source)
    case .stored(let id):
      let archive = try requireArchive()
      // Another process may have stored the volume a moment ago.
      if !archive.isKept(id) { await archive.refresh() }
      guard archive.isKept(id) else { throw InferenceError.unknownVolume }
    }
  }

  /// Checks the file's header, before a place in the queue is taken.
  ///
  /// - Returns: The opened volume; nil for DICOM files, which must be converted first.
  /// - Throws: ``InferenceError``, also for obvious faults of DICOM files.
  func open(_ source: VolumeSource) throws -> OpenedVolume? {
    if let series, source.series.isSeries {
      do throws(SeriesError) {
        try series.requireReadable(source.series)
        return nil
      } catch {
        throw InferenceError.series(error)
      }
    }
    do throws(VolumeError) {
      return OpenedVolume(
        volume: try NIfTIVolume.open(
          fileDescriptor: source.fileDescriptor, offset: source.offset,
          byteCount: source.byteCount, limits: volumeLimits))
    } catch {
      throw InferenceError.volume(error)
    }
  }

  /// Converts DICOM files to a volume, in the queue of series.
  func convert(
    _ source: VolumeSource, isAccepted: Bool
  ) async throws -> OpenedVolume {
    try await seriesLane.run(in: isAccepted ? .accepted : nil) {
      [series, volumeLimits, attempts] waited, isCancelled in
      try attempts.start(source.id)
      defer { attempts.end(source.id, isLast: false) }
      TestFault.endProcess(at: source.id)
      var clock = Stopwatch()
      let converted: ConvertedSeries
      do throws(SeriesError) {
        guard let series else { throw SeriesError.converterMissing }
        converted = try series.convert(source.series, isCancelled: isCancelled)
      } catch .cancelled {
        throw InferenceError.cancelled
      } catch {
        throw InferenceError.series(error)
      }
      return try OpenedVolume(converted, volumeLimits, waited: waited, took: clock.lap())
    }
  }

  /// Encodes a volume, in the queue of volumes.
  ///
  /// - Parameter isForMap: True to return the patch embeddings. The encoder then runs even if an equal input is known.
  func encode(
    _ source: VolumeSource, _ volume: OpenedVolume, _ model: LoadedModel, in place: Place?,
    isForMap: Bool = false, _ progress: @escaping @Sendable (Double) -> Void
  ) async throws -> EncodedVolume {
    let isForPictures = isForMap || persistence.includesPictures
    let encoded = try await lane.run(in: place) {
      [archive, attempts] waited, isCancelled in
      try attempts.start(source.id)
      defer { attempts.end(source.id) }
      TestFault.endProcess(at: source.id)
      return try model.encode(
        source, volume, waited: waited, forPictures: isForPictures, isCancelled: isCancelled,
        progress: progress
      ) { digest in
        isForMap ? nil : archive?.known(inputDigest: digest, model)
      }
    }
    let isKnown = encoded.origin == .sameInput
    Instruments.looked(for: .volume, hits: isKnown ? 1 : 0, misses: isKnown ? 0 : 1)
    Instruments.made(encoded)
    return encoded
  }
}

extension DiagnosisService {
  /// Maximum number of DICOM files in one upload.
  public var seriesFileLimit: Int { seriesLimits.files }

  /// Limits that apply to the DICOM files of one upload.
  public var seriesLimits: SeriesLimits { series?.limits ?? SeriesLimits() }

  /// True if the service accepts DICOM files.
  public var readsDICOM: Bool { series?.isAvailable ?? false }

  /// Deletes a volume from the store and from memory. See `Archive.deleteVolume`.
  ///
  /// - Returns: True if the volume was stored.
  /// - Throws: ``InferenceError``.
  public func eraseVolume(_ id: String) async throws -> Bool {
    let isKnown = try await requireArchive().deleteVolume(id)
    viewCache.withLock { $0.forget { $0 == id } }
    return isKnown
  }
}
