internal import Embeddings
internal import Inference
internal import Volumes

/// A volume of a cohort. Its file is opened only when it is read, because a cohort may contain more volumes than a
/// process may have open files.
struct CohortVolume: Sendable {
  let open: @Sendable () throws(VolumeError) -> OpenVolume

  /// - Parameter open: Opens the file. It is called once, on a thread that may block.
  init(open: @escaping @Sendable () throws(VolumeError) -> OpenVolume) {
    self.open = open
  }
}

/// An open file. It is closed when its owner is released.
struct OpenVolume: Sendable {
  let fileDescriptor: Int32
  let byteCount: Int
  let owner: any Sendable

  /// Refers to an open file. `owner` closes the file when it is released.
  init(fileDescriptor: Int32, byteCount: Int, owner: any Sendable) {
    self.fileDescriptor = fileDescriptor
    self.byteCount = byteCount
    self.owner = owner
  }
}

/// The result of encoding one volume of a cohort.
struct CohortOutcome: Sendable {
  /// The volume's index in the cohort.
  let index: Int
  /// The volume's embedding v with its bridge v̂, or the error.
  let embedding: Result<BridgedEmbedding, InferenceError>
}
