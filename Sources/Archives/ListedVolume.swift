public import Storage

/// A volume of the worklist.
public struct ListedVolume: Sendable {
  /// The volume.
  public let volume: StoredVolume
  /// Whether its voxels are stored.
  public let hasVoxels: Bool
  /// The number of its diagnoses.
  public let diagnosisCount: Int
  /// Its newest diagnosis; nil if it has none.
  public let latestDiagnosis: DiagnosisRecord?

  init(_ row: WorklistRow) {
    volume = StoredVolume(row.record, isEncoded: nil)
    hasVoxels = row.hasVoxels
    diagnosisCount = row.diagnosisCount
    latestDiagnosis = row.latestDiagnosis
  }
}
