internal import Embeddings
internal import Inference
internal import Volumes

/// A volume of a cohort: a file that is opened on demand.
///
/// A cohort may have more volumes than a process may have open files.
struct CohortVolume: Sendable {
  let open: @Sendable () throws(VolumeError) -> OpenVolume

  /// - Parameter open: Called once, on a thread that may block.
  init(open: @escaping @Sendable () throws(VolumeError) -> OpenVolume) {
    self.open = open
  }
}

/// A file that is open while its owner lives.
struct OpenVolume: Sendable {
  let fileDescriptor: Int32
  let byteCount: Int
  let owner: any Sendable

  /// Makes a view of a file that `owner` closes.
  init(fileDescriptor: Int32, byteCount: Int, owner: any Sendable) {
    self.fileDescriptor = fileDescriptor
    self.byteCount = byteCount
    self.owner = owner
  }
}

/// The result of one volume of a cohort.
struct CohortOutcome: Sendable {
  /// Index of the volume in the cohort.
  let index: Int
  /// v and v̂, or the error.
  let embedding: Result<BridgedEmbedding, InferenceError>
}
