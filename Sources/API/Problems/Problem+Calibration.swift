public import Calibrations
internal import Files
internal import Glibc
internal import StrictJSON

extension CalibrationError: Refusal {
  /// The problem that describes this error of a calibration.
  public var problem: Problem {
    switch self {
    case .json(let error): error.problem
    case .tooLarge(let bytes, let limit):
      Problem(
        .bodyTooLarge, "The calibration has \(bytes) bytes; the limit is \(limit).",
        limit: .integer(limit), actual: .integer(bytes))
    case .unknownMember(let pointer, let known):
      Problem(.unknownField, "The calibration has an unknown member.").at(
        pointer, "Allowed are \(known.joined(separator: ", ")).")
    case .member(let pointer, let reason):
      Problem(.invalidValue, "The calibration is invalid.").at(pointer, "It \(reason).")
    case .otherModel(let model):
      Problem(
        .conflict, "The calibration was made for another model.",
        hint: "Create it for this model with brgsa evaluate --write-thresholds."
      ).at("/model_sha256", "The loaded model has the SHA-256 \(model).")
    case .otherScore(let kind):
      Problem(
        .invalidValue, "The thresholds belong to another kind of score. This model has \(kind).",
        hint: "Measure thresholds with this model: brgsa evaluate --write-thresholds."
      ).at("/score")
    case .otherCompute(let compute):
      Problem(
        .conflict,
        "The calibration was made with another arithmetic (f32 or bf16) than this service uses.",
        hint: "Check its thresholds with brgsa evaluate --compute \(compute), then list it."
      ).at("/computes", "It does not contain \(compute).")
    case .tooMany(let limit):
      Problem(
        .conflict, "The limit of \(limit) calibrations is reached.", limit: .integer(limit),
        hint: "DELETE one that is no longer needed.")
    case .file(let code) where code == ENOSPC || code == EDQUOT:
      Problem(.storageFull, "The disk has no space for the calibration.")
    case .file(let code):
      Problem(
        .internalError,
        "The calibrations' folder or file is unusable (\(FileError.words(for: code))).")
    }
  }
}
