package import StrictJSON

/// Why a request of the protocol is refused. Places are JSON Pointers; nothing repeats the request's text.
package enum OpenInferenceError: JSONRefusal, Equatable, Sendable {
  /// The JSON is not what the protocol has.
  case json(JSONFault)
  /// An input is there more than once.
  case repeatedInput(pointer: String)
  /// An output is named more than once.
  case repeatedOutput(pointer: String)
  /// The tensor at this place is not one of the known ones.
  case unknownTensor(pointer: String, known: [String])
  /// Neither `volume` nor `volume_id` is there.
  case volumeMissing
  /// The volume is in the JSON, which cannot hold it; the place of its `data`.
  case volumeInJSON(pointer: String)
  /// More prompts than allowed.
  case tooManyPrompts(pointer: String, limit: Int, actual: Int)
  /// The request's `id` has too many bytes.
  case idTooLong(limit: Int, actual: Int)
  /// The header is not one whole number.
  case unreadableLength
  /// The header says more than the body's `byteCount`.
  case lengthBeyondBody(declared: Int, byteCount: Int)
  /// The JSON has too many bytes.
  case jsonTooLong(limit: Int, actual: Int)
  /// JSON and tensors, without the volume, have too many bytes.
  case tensorsTooLong(pointer: String, limit: Int)
  /// The body has so many bytes that are not in any tensor.
  case bytesLeft(Int)
  /// The upload cannot be read.
  case unreadableBody

  package init(_ fault: JSONFault) { self = .json(fault) }
}
