public import DICOM
public import Storage
public import Volumes

/// A feature that depends on the model. The raw value is its name in `features` of the service's information.
public enum ModelFeature: String, Sendable, CaseIterable {
  /// Maps of the similarity between the patches of a volume and a finding.
  case heatMaps = "heat-maps"
}

/// The reason why a request to the diagnosis service failed.
public enum InferenceError: Error, Equatable, Sendable {
  /// The volume's file was refused.
  case volume(VolumeError)
  /// The DICOM files were refused.
  case series(SeriesError)
  /// No prompt was given.
  case promptsMissing
  /// The request has more prompts than allowed.
  case tooManyPrompts(limit: Int, actual: Int)
  /// This prompt's text contains nothing that the model can read. `index` counts from 0.
  case promptEmpty(index: Int)
  /// The model scores pairs of texts, and this prompt has no text that denies the finding. `index` counts from 0.
  case negativeMissing(index: Int)
  /// The model cannot provide this feature.
  case unsupported(ModelFeature)
  /// A text of this prompt is too long. Lengths are in UTF-8 bytes; `index` counts from 0.
  case promptTooLong(index: Int, limit: Int, actual: Int)
  /// The requested prompt set does not exist.
  case unknownPromptSet
  /// The requested calibration does not exist.
  case unknownCalibration
  /// The requested number of findings is not between 1 and `limit`.
  case topKOutOfRange(limit: Int)
  /// The queue is full; retry after `retryAfter` seconds.
  case queueFull(capacity: Int, retryAfter: Int)
  /// The system's free memory is below the reserve. Both values are in bytes.
  case memoryShort(reserve: Int, left: Int)
  /// The store refused the data or failed.
  case store(StoreError)
  /// The service is configured to store nothing.
  case nothingStored
  /// The volume is stored, but its voxels are not.
  case voxelsNotStored
  /// The volume is not stored, or it was not encoded by this model.
  case unknownVolume
  /// The requested number of search results is not between 1 and `limit`.
  case resultsOutOfRange(limit: Int)
  /// The offset is not between 0 and `limit`.
  case offsetOutOfRange(limit: Int)
  /// The filter has more conditions than allowed.
  case tooManyConditions(limit: Int, actual: Int)
  /// The embedding does not have the number of components that this model uses.
  case wrongComponents(wanted: Int, found: Int)
  /// The limit of prompt sets is reached.
  case tooManyPromptSets(limit: Int)
  /// A report or text is too long. Lengths are in UTF-8 bytes.
  case reportTooLong(limit: Int, actual: Int)
  /// A report or text contains no words that the model can read.
  case reportEmpty
  /// The model is still loading.
  case modelLoading
  /// The model does not reproduce its stored example, so its scores cannot be trusted.
  case selfTestFailed
  /// The process crashed this many times while it processed the upload, so the upload is refused.
  case uploadAbandoned(attempts: Int)
  /// A computed number is not finite.
  case nonFiniteResult
  /// The caller cancelled the request.
  case cancelled
}
