public import Calibrations
internal import Files
internal import Glibc
internal import StrictJSON

extension Problem {
  /// A refused calibration in words.
  public init(_ error: CalibrationError) {
    switch error {
    case .json(let error): self.init(error)
    case .tooLarge(let bytes, let limit):
      self.init(
        .bodyTooLarge, "The calibration has \(bytes) bytes; the limit is \(limit).",
        limit: .integer(limit), actual: .integer(bytes))
    case .unknownMember(let pointer, let known):
      self.init(.unknownField, "The calibration has an unknown member.")
      self = at(pointer, "Allowed are \(known.joined(separator: ", ")).")
    case .member(let pointer, let reason):
      self.init(.invalidValue, "The calibration is invalid.")
      self = at(pointer, "It \(reason).")
    case .otherModel(let model):
      self.init(
        .conflict, "The calibration was made for another model.",
        hint: "Make it again for this model: brgsa evaluate --write-thresholds.")
      self = at("/model_sha256", "The loaded model's is \(model).")
    case .tooMany(let limit):
      self.init(
        .conflict, "The limit of \(limit) calibrations is reached.", limit: .integer(limit),
        hint: "DELETE one that is no longer needed.")
    case .file(let code) where code == ENOSPC || code == EDQUOT:
      self.init(.storageFull, "The disk has no space for the calibration.")
    case .file(let code):
      self.init(
        .internalError,
        "The calibrations' folder or file is unusable (\(FileError.words(for: code))).")
    }
  }

  /// What `body` returns, or its refusal in words.
  static func from<Result>(
    _ body: () throws(CalibrationError) -> Result
  ) throws(Problem) -> Result {
    do throws(CalibrationError) {
      return try body()
    } catch {
      throw Problem(error)
    }
  }
}
