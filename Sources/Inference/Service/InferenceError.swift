public import DICOM
public import Storage
public import Volumes

/// Why a diagnosis was not made.
public enum InferenceError: Error, Equatable, Sendable {
  /// The volume was refused.
  case volume(VolumeError)
  /// DICOM files were refused.
  case series(SeriesError)
  /// No prompt was given.
  case promptsMissing
  /// More prompts than allowed.
  case tooManyPrompts(limit: Int, actual: Int)
  /// Nothing of this prompt's text is left after cleaning; `index` counts from 0.
  case promptEmpty(index: Int)
  /// A text of this prompt is too long, in UTF-8 bytes.
  case promptTooLong(index: Int, limit: Int, actual: Int)
  /// No prompt set has the name that was asked for.
  case unknownPromptSet
  /// No calibration has the name that was asked for.
  case unknownCalibration
  /// Not between 1 and `limit`.
  case topKOutOfRange(limit: Int)
  /// As many volumes wait as may; trying again in so many seconds may help.
  case queueFull(capacity: Int, retryAfter: Int)
  /// The system has less memory left than is kept in reserve, in bytes.
  case memoryShort(reserve: Int, left: Int)
  /// The store did not do what it was asked to.
  case store(StoreError)
  /// The service keeps nothing.
  case nothingKept
  /// The volume is kept without its voxels.
  case voxelsNotKept
  /// No volume with that id is kept, or this model has not seen it.
  case unknownVolume
  /// Of a search, not between 1 and `limit`.
  case resultsOutOfRange(limit: Int)
  /// Not between 0 and `limit`.
  case offsetOutOfRange(limit: Int)
  /// A filter has more conditions than allowed.
  case tooManyConditions(limit: Int, actual: Int)
  /// An embedding has another length than this model's.
  case wrongComponents(wanted: Int, found: Int)
  /// As many prompt sets as may be are kept.
  case tooManyPromptSets(limit: Int)
  /// A report or text has too many UTF-8 bytes.
  case reportTooLong(limit: Int, actual: Int)
  /// A report or text has no words that the model reads.
  case reportEmpty
  /// The model is still being read and checked.
  case modelLoading
  /// The model does not reproduce its stored example, so that no score can be trusted.
  case selfTestFailed
  /// The process ended so many times while it worked on the upload.
  case uploadAbandoned(attempts: Int)
  /// The arithmetic left the finite numbers.
  case nonFiniteResult
  /// Whoever asked does not want the answer any more.
  case cancelled
}
