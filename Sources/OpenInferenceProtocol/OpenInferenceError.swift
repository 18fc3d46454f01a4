package import StrictJSON

/// The reason for which a request of the protocol is refused. Positions are JSON Pointers. No case
/// contains text of the request.
package enum OpenInferenceError: JSONRefusal, Equatable, Sendable {
  /// The JSON does not follow the protocol.
  case json(JSONFault)
  /// An input occurs more than once.
  case repeatedInput(pointer: String)
  /// An output is named more than once.
  case repeatedOutput(pointer: String)
  /// The tensor at this pointer is unknown.
  case unknownTensor(pointer: String, known: [String])
  /// Both `volume` and `volume_id` are missing.
  case volumeMissing
  /// The volume is in the JSON, which is not supported. The pointer is that of the volume's `data`.
  case volumeInJSON(pointer: String)
  /// More prompts than allowed.
  case tooManyPrompts(pointer: String, limit: Int, actual: Int)
  /// The request's `id` has too many bytes.
  case idTooLong(limit: Int, actual: Int)
  /// The header with the JSON's length is not one whole number.
  case unreadableLength
  /// The length in the header is greater than the body's `byteCount`.
  case lengthBeyondBody(declared: Int, byteCount: Int)
  /// The JSON has too many bytes.
  case jsonTooLong(limit: Int, actual: Int)
  /// JSON and tensors, without the volume, have too many bytes.
  case tensorsTooLong(pointer: String, limit: Int)
  /// The body has this many bytes that are not part of a tensor.
  case bytesLeft(Int)
  /// The upload cannot be read.
  case unreadableBody

  package init(_ fault: JSONFault) { self = .json(fault) }
}
