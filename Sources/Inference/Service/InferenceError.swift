public import DICOM
public import Storage
public import Volumes

/// The reason for which a diagnosis was not made.
public enum InferenceError: Error, Equatable, Sendable {
  /// The volume was refused.
  case volume(VolumeError)
  /// DICOM files were refused.
  case series(SeriesError)
  /// No prompt was given.
  case promptsMissing
  /// More prompts than allowed.
  case tooManyPrompts(limit: Int, actual: Int)
  /// Nothing is left of this prompt's text after cleaning. `index` counts from 0.
  case promptEmpty(index: Int)
  /// A text of this prompt is too long, in UTF-8 bytes.
  case promptTooLong(index: Int, limit: Int, actual: Int)
  /// The requested prompt set does not exist.
  case unknownPromptSet
  /// The requested calibration does not exist.
  case unknownCalibration
  /// The number of findings to return is not between 1 and `limit`.
  case topKOutOfRange(limit: Int)
  /// The queue is full; retry after `retryAfter` seconds.
  case queueFull(capacity: Int, retryAfter: Int)
  /// The system's free memory, `left`, is below the reserve, in bytes.
  case memoryShort(reserve: Int, left: Int)
  /// The store refused the data or failed.
  case store(StoreError)
  /// The service stores nothing.
  case nothingKept
  /// The volume is stored without its voxels.
  case voxelsNotKept
  /// The volume is not stored, or this model has not encoded it.
  case unknownVolume
  /// The number of results is not between 1 and `limit`.
  case resultsOutOfRange(limit: Int)
  /// The offset is not between 0 and `limit`.
  case offsetOutOfRange(limit: Int)
  /// A filter has more conditions than allowed.
  case tooManyConditions(limit: Int, actual: Int)
  /// The embedding's length differs from that of this model's embeddings.
  case wrongComponents(wanted: Int, found: Int)
  /// The limit of prompt sets is reached.
  case tooManyPromptSets(limit: Int)
  /// A report or text has too many UTF-8 bytes.
  case reportTooLong(limit: Int, actual: Int)
  /// A report or text has no words that the model can read.
  case reportEmpty
  /// The model is still loading.
  case modelLoading
  /// The model does not reproduce its stored example, so its scores cannot be trusted.
  case selfTestFailed
  /// The process crashed this many times while it worked on the upload.
  case uploadAbandoned(attempts: Int)
  /// A computed number is not finite.
  case nonFiniteResult
  /// The caller cancelled the request.
  case cancelled
}
