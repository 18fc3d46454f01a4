/// Why a model directory cannot be used: always the file, then what was wanted and what was found.
public enum ModelError: Error, Equatable, Sendable {
  /// A file is missing or cannot be read; `errno` of the failed call.
  case unreadable(file: String, errno: Int32)
  /// A file is larger than such a file may be.
  case tooLarge(file: String, bytes: Int, limit: Int)
  /// `SHA256SUMS` is malformed, or does not list this file.
  case manifest(reason: String)
  /// The bytes of a file are not those that `SHA256SUMS` names.
  case digestMismatch(file: String)
  /// `config.json` has a missing, unknown or impossible member.
  case configuration(member: String, reason: String)
  /// `vocab.txt` does not fit.
  case vocabulary(reason: String)
  /// The container of a `.safetensors` file is damaged or is no such file.
  case container(file: String, reason: String)
  /// A tensor is not there.
  case tensorMissing(name: String, wanted: [Int])
  /// A tensor that the model has no use for.
  case tensorUnexpected(name: String)
  /// A tensor has another shape.
  case tensorShape(name: String, wanted: [Int], found: [Int])
  /// A tensor is stored in a format that is not read.
  case tensorType(name: String, wanted: String, found: String)
  /// A tensor holds NaN or infinities.
  case tensorNotFinite(name: String, count: Int)
  /// A weight matrix is zero throughout.
  case tensorAllZero(name: String)
  /// The model does not reproduce its own `selftest.safetensors`.
  case selfTest(what: String, cosine: Float, wanted: Float)
}

extension ModelError: CustomStringConvertible {
  /// One line: file, reason, wanted and found.
  public var description: String {
    switch self {
    case .unreadable(let file, let code):
      "\(file): cannot be read (\(systemMessage(code)))"
    case .tooLarge(let file, let bytes, let limit):
      "\(file): \(bytes) bytes, at most \(limit) are allowed"
    case .manifest(let reason): "SHA256SUMS: \(reason)"
    case .digestMismatch(let file):
      "\(file): its SHA-256 is not the one in SHA256SUMS; the file was damaged or changed"
    case .configuration(let member, let reason): "config.json: \(member): \(reason)"
    case .vocabulary(let reason): "vocab.txt: \(reason)"
    case .container(let file, let reason): "\(file): \(reason)"
    case .tensorMissing(let name, let wanted):
      "model.safetensors: tensor \(name) is missing, wanted shape \(wanted)"
    case .tensorUnexpected(let name):
      "model.safetensors: tensor \(name) is not part of this architecture"
    case .tensorShape(let name, let wanted, let found):
      "model.safetensors: tensor \(name) has shape \(found), wanted \(wanted)"
    case .tensorType(let name, let wanted, let found):
      "model.safetensors: tensor \(name) is \(found), wanted \(wanted)"
    case .tensorNotFinite(let name, let count):
      "model.safetensors: tensor \(name) has \(count) values that are NaN or infinite"
    case .tensorAllZero(let name):
      "model.safetensors: tensor \(name) is zero throughout"
    case .selfTest(let what, let cosine, let wanted):
      "selftest.safetensors: \(what) has cosine \(cosine) to the stored one, wanted \(wanted)"
    }
  }
}
