/// A site's score thresholds for one model.
public struct CalibrationRecord: Sendable, Equatable {
  /// The calibration's name.
  public var name: String
  /// The fingerprint of the model that computed the scores. Calibrations of different models can have the same name.
  public var model: String
  /// When the calibration was stored or deleted, in seconds since 1970.
  public var createdAt: Int
  /// The thresholds, in the caller's format. Empty if the calibration was deleted. The row of a deleted calibration
  /// remains, so that an old file with the same name is not imported again.
  public var document: [UInt8]

  /// Makes a record.
  public init(name: String, model: String, createdAt: Int, document: [UInt8]) {
    self.name = name
    self.model = model
    self.createdAt = createdAt
    self.document = document
  }
}

extension CalibrationRecord {
  static let table = Table(
    .calibration, checksum: "calibration", key: ["name", "model"],
    blank: CalibrationRecord(name: "", model: "", createdAt: 0, document: []),
    [
      .text("name", \.name), .text("model", \.model), .integer("created_at", \.createdAt),
      .checksum, .bytes("document", \.document),
    ])
}

/// The result of an attempt to store a calibration.
public enum CalibrationOutcome: Sendable, Equatable {
  /// The calibration was stored. No calibration with this name existed before.
  case added
  /// The calibration replaced another one with the same name, or the same document was already stored.
  case replaced
  /// The calibration was not stored, because a different one with the same name exists.
  case differs
  /// The calibration was not stored, because a calibration with this name was deleted earlier.
  case deleted
  /// The calibration was not stored, because the limit on their number is reached.
  case limitReached
}
