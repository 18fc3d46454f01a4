@testable import Storage

/// Reads one kind of record, each from a snapshot of its own.
extension Store {
  func countVolumesNow() throws(StoreError) -> Int { try withSnapshot { try $0.volumeCount() } }

  func promptSetsNow() throws(StoreError) -> [PromptSetRecord] {
    try withSnapshot { try $0.promptSets() }
  }

  func calibrationsNow(model: String) throws(StoreError) -> [CalibrationRecord] {
    try withSnapshot { try $0.calibrations(model: model) }
  }

  func forEachReport(
    space: EmbeddingSpace, _ body: (ReportRecord) -> Void
  ) throws(StoreError) {
    try withSnapshot { try $0.forEachReport(space: space, body) }
  }

  func forEachSearchRow(
    space: EmbeddingSpace,
    _ body: (String, VolumeMetadata, UnsafeBufferPointer<Float>) -> Void
  ) throws(StoreError) {
    try withSnapshot { try $0.forEachSearchRow(space: space, body) }
  }
}
