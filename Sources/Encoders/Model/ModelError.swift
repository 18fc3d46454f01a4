internal import Files

/// The reason why a model directory cannot be used. Each case names the file. Most also name the expected and the
/// actual value.
public enum ModelError: Error, Equatable, Sendable {
  /// A file is missing or unreadable. `errno` is the error number of the failed system call.
  case unreadable(file: String, errno: Int32)
  /// A file exceeds its size limit.
  case tooLarge(file: String, bytes: Int, limit: Int)
  /// `SHA256SUMS` is malformed, or does not list this file.
  case manifest(reason: String)
  /// The SHA-256 of a file differs from the one in `SHA256SUMS`.
  case digestMismatch(file: String)
  /// `config.json` has a missing, unknown or invalid member.
  case configuration(member: String, reason: String)
  /// `vocab.txt` does not match the model.
  case vocabulary(reason: String)
  /// A `.safetensors` file or `calibration.json` is damaged or has an unsupported format.
  case container(file: String, reason: String)
  /// A `.safetensors` file contains a tensor that the model does not use, or lacks one that the model needs.
  case tensor(file: String, name: String, TensorFault)
  /// The model does not reproduce the results stored in `selftest.safetensors`.
  case selfTest(what: String, SelfTestFault)
}

extension ModelError {
  /// How a result differs from the stored one.
  public enum SelfTestFault: Equatable, Sendable {
    /// The prompt's tokens differ from the stored tokens.
    case tokens
    /// The result contains a number that is not finite, or all its components are zero.
    case notFinite
    /// The result has the wrong direction: its cosine with the stored result is too small.
    case cosine(Float, wanted: Float)
    /// The result has the right direction but the wrong length. `share` is its length divided by the stored length.
    case length(share: Double, tolerance: Double)
  }

  /// The fault of a tensor.
  public enum TensorFault: Equatable, Sendable {
    /// The tensor is missing.
    case missing(wanted: [Int])
    /// The model does not use the tensor.
    case unexpected
    /// The tensor has the wrong shape.
    case shape(wanted: [Int], found: [Int])
    /// The tensor's number format is not supported.
    case type(wanted: String, found: String)
    /// The tensor contains NaN or infinities.
    case notFinite(count: Int)
    /// The tensor has at least two axes, and all its elements are zero.
    case allZero
  }
}

extension ModelError: CustomStringConvertible {
  /// A one-line message with the file, the reason, and the expected and the actual value.
  ///
  /// Names in a file are untrusted. Control characters are therefore replaced, and long messages are truncated.
  public var description: String {
    var line = String.UnicodeScalarView()
    for scalar in sentence.unicodeScalars.prefix(Self.lengthLimit) {
      line.append(scalar.properties.generalCategory == .control ? "\u{FFFD}" : scalar)
    }
    return String(line)
  }

  private static let lengthLimit = 500

  private var sentence: String {
    switch self {
    case .unreadable(let file, let code):
      "\(file): cannot be read (\(FileError(errno: code)))"
    case .tooLarge(let file, let bytes, let limit):
      "\(file): \(bytes) bytes, at most \(limit) are allowed"
    case .manifest(let reason): "SHA256SUMS: \(reason)"
    case .digestMismatch(let file):
      "\(file): its SHA-256 is not the one in SHA256SUMS; the file was damaged or changed"
    case .configuration(let member, let reason): "config.json: \(member): \(reason)"
    case .vocabulary(let reason): "vocab.txt: \(reason)"
    case .container(let file, let reason): "\(file): \(reason)"
    case .tensor(let file, let name, let fault): "\(file): tensor \(name) \(fault)"
    case .selfTest(let what, let fault): "selftest.safetensors: \(what) \(fault)"
    }
  }
}

extension ModelError.TensorFault: CustomStringConvertible {
  /// The fault as the end of a sentence that starts with the tensor's name.
  public var description: String {
    switch self {
    case .missing(let wanted): "is missing, wanted shape \(wanted)"
    case .unexpected: "is not part of this architecture"
    case .shape(let wanted, let found): "has shape \(found), wanted \(wanted)"
    case .type(let wanted, let found): "is \(found), wanted \(wanted)"
    case .notFinite(let count): "has \(count) values that are NaN or infinite"
    case .allZero: "is zero throughout"
    }
  }
}

extension ModelError.SelfTestFault: CustomStringConvertible {
  /// The fault as the end of a sentence that starts with the result's name.
  public var description: String {
    switch self {
    case .tokens: "differ from those that the vocabulary gives now"
    case .notFinite: "is not finite, or zero throughout"
    case .cosine(let cosine, let wanted):
      "has cosine \(cosine) to the stored one, wanted \(wanted)"
    case .length(let share, let tolerance):
      "has \(share) times the stored one's length, wanted 1 within \(tolerance)"
    }
  }
}
