public import Files
public import StrictJSON

/// The reason why a calibration cannot be read, does not fit the model, or was not stored.
public enum CalibrationError: Error, Equatable, Sendable {
  /// The document is not JSON.
  case json(JSONError)
  /// The document has too many bytes.
  case tooLarge(bytes: Int, limit: Int)
  /// The object at this JSON Pointer has an unknown member.
  case unknownMember(pointer: String, known: [String])
  /// The value at this JSON Pointer is missing or invalid. `reason` completes a sentence about the value, for example
  /// "is missing".
  case member(pointer: String, reason: String)
  /// The calibration was made for another model. `model` is the fingerprint of the loaded model.
  case otherModel(model: String)
  /// The thresholds were not checked for the loaded model's arithmetic. The associated value is the name of this
  /// arithmetic.
  case otherCompute(String)
  /// The thresholds belong to another kind of score. The associated value is the name of the loaded model's kind.
  case otherScore(String)
  /// The limit on the number of stored calibrations is reached.
  case tooMany(limit: Int)
  /// A file or folder cannot be read or written. `errno` is the error number of the failed call.
  case file(errno: Int32)
}

extension CalibrationError: FromFileError {
  /// Converts a file error to ``file(errno:)``.
  public init(_ error: FileError) { self = .file(errno: error.errno) }
}

extension CalibrationError: CustomStringConvertible {
  /// A one-line description of the error. It contains no text from the document.
  public var description: String {
    switch self {
    case .json(.syntax(let offset)): "is not JSON at byte \(offset)"
    case .json(.encoding(let offset)):
      "contains a string that is not valid Unicode at byte \(offset)"
    case .json(.duplicateKey(let offset)): "repeats a key at byte \(offset)"
    case .json(.tooDeep(let limit)): "has more than \(limit) levels"
    case .tooLarge(let bytes, let limit): "has \(bytes) bytes, at most \(limit) are allowed"
    case .unknownMember(let pointer, let known):
      "\(Self.place(pointer)) has an unknown member; allowed are \(known.joined(separator: ", "))"
    case .member(let pointer, let reason): "\(Self.place(pointer)) \(reason)"
    case .otherModel(let model):
      "was made for another model: /model_sha256 is not this model's \(model)"
    case .otherCompute(let compute):
      "was not checked for compute \(compute): /computes does not contain it"
    case .otherScore(let kind): "has thresholds of another score: /score is not \(kind)"
    case .tooMany(let limit): "there are \(limit) calibrations already"
    case .file(let code): "is not readable or not writable (\(FileError(errno: code)))"
    }
  }

  private static func place(_ pointer: String) -> String {
    pointer.isEmpty ? "the document" : pointer
  }
}
