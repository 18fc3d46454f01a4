/// A site's thresholds for one model.
public struct CalibrationRecord: Sendable, Equatable {
  /// The calibration's name.
  public var name: String
  /// The fingerprint of the model that computed the scores. Each model has its own calibration of a name.
  public var model: String
  /// When the document was stored or deleted, in seconds since 1970.
  public var createdAt: Int
  /// The thresholds, in the caller's format. Empty after a deletion: the row stays, so that an old file of this name is
  /// not imported again.
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

/// What became of a calibration that was to be stored.
public enum CalibrationOutcome: Sendable, Equatable {
  /// It is stored, and there was none of this name.
  case added
  /// It is stored in place of another one, or was stored already.
  case replaced
  /// It is not stored, because the store has another one of this name.
  case differs
  /// It is not stored, because the one of this name was deleted.
  case deleted
  /// It is not stored, because the limit is reached.
  case limitReached
}
