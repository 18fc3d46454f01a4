internal import Archives
internal import Storage
internal import Volumes

extension DiagnosisService {
  /// Returns an upload as a NIfTI file: the upload itself, or the volume that is made from its DICOM files. Nothing is
  /// stored.
  ///
  /// - Parameter place: A place in the volumes' queue that was reserved earlier; nil if there is none.
  /// - Throws: ``InferenceError``. DICOM files are checked as for a diagnosis. Of a NIfTI file, only the header is read.
  public func file(of source: VolumeSource, in place: Place? = nil) async throws -> VolumeFile {
    if let opened = try open(source) { return VolumeFile(source, opened) }
    return VolumeFile(source, try await convert(source, isAccepted: place != nil))
  }

  /// Stores the file of a stored volume, if the service stores files and this one is missing.
  ///
  /// A failure is not an error, because the volume itself is stored: when the volume is sent again, its file is stored.
  func keepFile(of volume: EncodedVolume, from reference: VolumeReference) async {
    guard persistence == .source, case .file(let source) = reference, let archive else { return }
    _ = try? await fileFlights.run(volume.id) { [self] in
      guard try await archive.store.source(ofVolume: volume.id) == nil else { return true }
      let file =
        if let file = volume.file { file } else { try await self.file(of: source, in: .accepted) }
      let reader = try VolumeFileReader(file)
      return try await archive.store.addSource(ofVolume: volume.id) { [filesLane] in
        try await filesLane.run(in: .accepted) { _, _ in try reader.next() }
      }
    }
  }

  /// Returns the model's input of a volume as a compressed NIfTI file in HU, at its position in the patient.
  ///
  /// - Throws: ``InferenceError``; ``InferenceError/unknownVolume`` if the volume is not stored, and
  ///   ``InferenceError/voxelsNotStored`` if its voxels are not stored.
  public func gridFile(ofVolume id: String) async throws -> [UInt8] {
    let model = try requireModel()
    return try await mapsLine.run { [self] in
      let (grid, record) = try await voxels(ofVolume: id, on: mapsLane)
      guard let description = VolumeDescription(document: record.document),
        let affine = description.affine,
        let geometry = VolumeGeometry(
          spacing: description.spacing, affine: affine, orientation: description.orientation)
      else { throw InferenceError.voxelsNotStored }
      return try await mapsLane.run { _, isCancelled in
        let made: [UInt8]?
        do throws(VolumeError) {
          made = try grid.nifti(
            in: geometry, fileShape: description.shape, recipe: model.recipe,
            on: model.lightPool, isCancelled: isCancelled)
        } catch {
          throw InferenceError.volume(error)
        }
        guard let made else { throw InferenceError.cancelled }
        return made
      }
    }
  }
}
