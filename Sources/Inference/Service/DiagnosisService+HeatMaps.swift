internal import Archives
internal import Encoders
internal import Volumes

extension DiagnosisService {
  /// Returns the map of one finding over a volume that the client sends, as a compressed NIfTI file with the position and
  /// resolution of that volume. Neither the volume nor the map is stored or cached.
  ///
  /// - Parameters:
  ///   - finding: Exactly one finding. If it has several sentences, the map is the mean of their maps.
  ///   - place: A place in the volumes' queue that was reserved earlier; nil to take one now.
  /// - Throws: ``InferenceError``.
  /// - Complexity: The encoder runs once.
  public func heatMap(
    of finding: AdmittedPrompts, over source: VolumeSource, in place: Place? = nil
  ) async throws -> [UInt8] {
    let model = try requireModel()
    try model.requirePatches()
    let opened = try open(source)
    let volume =
      if let opened { opened } else { try await convert(source, isAccepted: place != nil) }
    let encoded = try await encode(source, volume, model, in: place, isForMap: true) { _ in }
    guard let patches = encoded.patches else { throw InferenceError.voxelsNotStored }
    return try await mapsLine.run { [self] in
      let maps = try await maps(of: finding.prompts, patches, model)
      guard let map = maps.first else { throw InferenceError.voxelsNotStored }
      return try await file(of: map, over: encoded.description, model)
    }
  }
}
