public import Embeddings
public import Volumes

/// A volume of a cohort: a file that is opened when its turn comes.
///
/// A cohort may have more volumes than a process may have open files.
public struct CohortVolume: Sendable {
  let open: @Sendable () throws(VolumeError) -> OpenVolume

  /// - Parameter open: Called once, on a thread that may wait.
  public init(open: @escaping @Sendable () throws(VolumeError) -> OpenVolume) {
    self.open = open
  }
}

/// A file that stays open as long as its owner lives.
public struct OpenVolume: Sendable {
  let fileDescriptor: Int32
  let byteCount: Int
  let owner: any Sendable

  /// Describes a file that `owner` closes when it goes.
  public init(fileDescriptor: Int32, byteCount: Int, owner: any Sendable) {
    self.fileDescriptor = fileDescriptor
    self.byteCount = byteCount
    self.owner = owner
  }
}

/// What became of one volume of a cohort.
public struct CohortOutcome: Sendable {
  /// Place of the volume in the cohort, from 0.
  public let index: Int
  /// v and v̂, or why there are none.
  public let embedding: Result<BridgedEmbedding, InferenceError>
}
