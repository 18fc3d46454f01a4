internal import HTTP
internal import Inference
package import OpenInferenceProtocol
internal import StrictJSON

extension OpenInferenceError: Refusal {
  /// The problem that describes this error of the Open Inference Protocol.
  package var problem: Problem {
    switch self {
    case .json(let fault): Problem(fault)
    case .repeatedInput(let pointer):
      Problem(.duplicateField, "An input occurs more than once.").at(pointer)
    case .repeatedOutput(let pointer):
      Problem(.duplicateField, "An output is named more than once.").at(pointer)
    case .unknownTensor(let pointer, let known):
      Problem(
        .unknownField, "A tensor is unknown; allowed are \(known.joined(separator: ", "))."
      ).at(pointer)
    case .volumeMissing:
      Problem(.missingField, "The request has no input volume.").at(
        "/inputs", "Send the input volume or volume_id.")
    case .volumeInJSON(let pointer):
      Problem.wrongKind(pointer, "the volume as binary data, which JSON cannot hold").hinting(
        "Send its bytes after the JSON, with binary_data_size and \(OpenInferenceBody.lengthHeader); tritonclient does this with binary_data=True. Or name a stored volume by volume_id."
      )
    case .tooManyPrompts(let pointer, let limit, let actual):
      InferenceError.tooManyPrompts(limit: limit, actual: actual).problem.pointing(
        at: [], ofAll: pointer)
    case .idTooLong(let limit, let actual):
      Problem(
        .textTooLong, "The id has \(actual) bytes; the limit is \(limit).",
        limit: .integer(limit), actual: .integer(actual)
      ).at("/id")
    case .unreadableLength:
      Problem(
        .malformedRequest, "\(OpenInferenceBody.lengthHeader) must be one whole number of bytes.")
    case .lengthBeyondBody(let declared, let byteCount):
      Problem(
        .malformedRequest,
        "\(OpenInferenceBody.lengthHeader) says \(declared), but the body has \(byteCount) bytes.",
        limit: .integer(byteCount), actual: .integer(declared))
    case .jsonTooLong(let limit, let actual):
      Problem(
        .bodyTooLarge, "The JSON has \(actual) bytes; the limit is \(limit).",
        limit: .integer(limit), actual: .integer(actual),
        hint:
          "Send the volume as binary data after the JSON, with the length of the JSON in \(OpenInferenceBody.lengthHeader)."
      )
    case .tensorsTooLong(let pointer, let limit):
      Problem(
        .bodyTooLarge, "The JSON and the inputs besides the volume are too long.",
        limit: .integer(limit)
      ).at(pointer)
    case .bytesLeft(let count):
      Problem(
        .malformedRequest, "The body has \(count) bytes after its JSON and tensors.",
        actual: .integer(count),
        hint: "State the number of bytes of each binary input in its binary_data_size.")
    case .unreadableBody: HTTPError.internalFailure.problem
    }
  }
}
