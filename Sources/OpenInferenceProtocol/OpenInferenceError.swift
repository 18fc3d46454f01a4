package import StrictJSON

/// The reason why a request is refused. Positions are JSON Pointers. No case contains text from the request.
package enum OpenInferenceError: JSONRefusal, Equatable, Sendable {
  /// The JSON is invalid or does not follow the protocol.
  case json(JSONFault)
  /// An input is given more than once.
  case repeatedInput(pointer: String)
  /// An output is requested more than once.
  case repeatedOutput(pointer: String)
  /// The tensor at this position is unknown.
  case unknownTensor(pointer: String, known: [String])
  /// The request has neither `volume` nor `volume_id`.
  case volumeMissing
  /// The volume is given within the JSON, which is not supported. The pointer refers to the volume's `data`.
  case volumeInJSON(pointer: String)
  /// The request has more prompts than allowed.
  case tooManyPrompts(pointer: String, limit: Int, actual: Int)
  /// The request's `id` is too long. Lengths are in bytes.
  case idTooLong(limit: Int, actual: Int)
  /// The header with the JSON's length does not contain a single whole number.
  case unreadableLength
  /// The length in the header exceeds the size of the body.
  case lengthBeyondBody(declared: Int, byteCount: Int)
  /// The JSON is too long. Lengths are in bytes.
  case jsonTooLong(limit: Int, actual: Int)
  /// The JSON and the tensors, without the volume, exceed the memory limit in bytes.
  case tensorsTooLong(pointer: String, limit: Int)
  /// This many bytes of the body do not belong to a tensor.
  case bytesLeft(Int)
  /// The upload could not be read.
  case unreadableBody

  package init(_ fault: JSONFault) { self = .json(fault) }
}
